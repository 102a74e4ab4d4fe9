"""Who is at the other end, what is to be sent to them, and what came from them."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Peer(models.Model):
    """A row for another installation that we speak with. `code`: its own name; `url` "": our own address;
    `public_key`: its Ed25519 key, 32 bytes.

    `role`: what it is to us. In a demo both ends are the same installation under two codes.
    """

    # pii: none
    class Role(models.TextChoices):
        ISSUER = "issuer", _("发证系统")
        PLATFORM = "platform", _("学习平台")

    code = models.CharField(_("代号"), max_length=40, unique=True)
    role = models.CharField(_("角色"), max_length=10, choices=Role.choices)
    url = models.URLField(_("地址"), max_length=200, blank=True)
    public_key = models.BinaryField(max_length=32)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("对接系统")
        verbose_name_plural = _("对接系统")
        constraints = [
            # Two issuers at once: a request could be answered twice, by two numbers.
            models.UniqueConstraint(
                fields=["role"], condition=Q(role="issuer", active=True), name="exchange_peer_two_issuers"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OutboxMessage(models.Model):
    """A row for a message that must reach a peer: the row is the queue (docs/adr/0007). Sent until it is answered.

    `key`: the deed's own name for it, once per peer. Cases: QUEUED waits until `due_at`; SENDING is claimed; ANSWERED: the
    peer's signed answer stands in `answer` and has been acted on. `trouble`: why the last attempt failed.
    """

    # pii: what a person's certificate says or is to say
    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        ANSWERED = "answered", _("已应答")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="outbox", verbose_name=_("对接系统"))
    kind = models.CharField(_("种类"), max_length=40)
    key = models.CharField(max_length=120)
    body = models.JSONField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("次数"), default=0)
    due_at = models.DateTimeField(_("应发时间"))
    created_at = models.DateTimeField(_("建立时间"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(_("应答时间"), null=True, blank=True)
    answer = models.JSONField(default=dict)
    trouble = models.CharField(_("原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("发件")
        verbose_name_plural = _("发件")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "sending"]), name="exchange_outbox_waiting"
            ),
        ]
        constraints = [
            # One deed, one message: gathered again, it would be asked again under another id.
            models.UniqueConstraint(fields=["peer", "key"], name="exchange_outbox_key_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class InboxMessage(models.Model):
    """A row for a message of a peer that was done: the same id again gets the same answer and does nothing.

    `digest`: SHA-256 (hex) of kind and body; another body under an id that was used is refused. `times`: how often it came.
    """

    # pii: what a person's certificate says or is to say
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="inbox", verbose_name=_("对接系统"))
    message_uuid = models.UUIDField()
    kind = models.CharField(_("种类"), max_length=40)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("收到时间"))
    times = models.PositiveIntegerField(_("次数"), default=1)

    class Meta:
        verbose_name = _("收件")
        verbose_name_plural = _("收件")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["peer", "message_uuid"], name="exchange_inbox_message_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ×{self.times}"
