"""What this room writes into the learning log: that somebody was told, never where nor in which words."""

from analytics.learning_log.kinds import Kind, register

_CHANNEL = {"sms": ("短信", "SMS"), "email": ("邮件", "e-mail")}

register(
    Kind(
        "notices.notice_queued",
        zh="向 {learner} 发出通知“{notice_kind}”",
        en="The notice “{notice_kind}” was made for {learner}",
        fields={"notice_kind": "kind of the notice, of lms.notices.kinds"},
        label_zh="发出通知",
        label_en="Notice queued",
    ),
    Kind(
        "notices.notice_delivered",
        zh="通知已送达 {learner}（{channel}，第 {attempts} 次发送）",
        en="A notice was delivered to {learner} by {channel}, at attempt {attempts}",
        fields={
            "channel": "sms or email",
            "attempts": "how many times it was tried",
            "notice_kind": "kind of the notice",
        },
        words={"channel": _CHANNEL},
        label_zh="通知送达",
        label_en="Notice delivered",
    ),
    Kind(
        "notices.delivery_failed",
        zh="通知未能送达 {learner}（{channel}，试了 {attempts} 次）",
        en="A notice could not be delivered to {learner} by {channel} in {attempts} attempts",
        fields={
            "channel": "sms or email",
            "attempts": "how many times it was tried",
            "notice_kind": "kind of the notice",
        },
        words={"channel": _CHANNEL},
        label_zh="通知未送达",
        label_en="Delivery failed",
    ),
)
