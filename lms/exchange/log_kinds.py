"""What this room writes into the learning log: that messages came and went, never what stood in them."""

from analytics.learning_log.kinds import Kind, register

_MESSAGES = {
    "certificates.ask": ("申请发证", "a request for a certificate"),
    "certificates.changed": ("证书变动", "a change of a certificate"),
    "certificates.compare": ("两边对照", "a comparison of both sides"),
}
_WHAT = {"peer": "code of the other installation", "message_kind": "kind of the message", "message_uuid": "its id"}

register(
    Kind(
        "exchange.message_queued",
        zh="要发给对方系统“{peer}”的消息（{message_kind}）",
        en="A message to the installation “{peer}” was queued ({message_kind})",
        fields=_WHAT,
        words={"message_kind": _MESSAGES},
        label_zh="消息待发",
        label_en="Message queued",
    ),
    Kind(
        "exchange.message_answered",
        zh="对方系统“{peer}”应答了消息（{message_kind}，第 {attempts} 次发送）",
        en="The installation “{peer}” answered a message ({message_kind}) at attempt {attempts}",
        fields={**_WHAT, "attempts": "how many times it was sent"},
        words={"message_kind": _MESSAGES},
        label_zh="消息已应答",
        label_en="Message answered",
    ),
    Kind(
        "exchange.message_received",
        zh="收到对方系统“{peer}”的消息（{message_kind}）",
        en="A message of the installation “{peer}” was received ({message_kind})",
        fields=_WHAT,
        words={"message_kind": _MESSAGES},
        label_zh="收到消息",
        label_en="Message received",
    ),
)
