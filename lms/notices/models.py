"""What persons are told, and what became of each way of telling them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.notices.domain.channels import Channel


class Notice(models.Model):
    """A row for something that one person is told, once: `key` is the deed's own name for it, and never comes twice.

    `kind` and `params` make the text (lms.notices.kinds); of a secret kind `params` is empty and `sealed` holds them until
    every delivery is over. `path`: where it leads, within the site. `in_centre`: shown in the message centre.
    """

    # pii: what a person is told
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("收件人")
    )
    kind = models.CharField(_("种类"), max_length=60)
    params = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    key = models.CharField(max_length=160)
    path = models.CharField(max_length=200, blank=True)
    in_centre = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True, in_centre=True), name="notice_unread"),
        ]
        constraints = [
            # The same thing told twice: the deed ran again, or two workers did.
            models.UniqueConstraint(fields=["person", "key"], name="notice_told_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.person_id}"


class Delivery(models.Model):
    """A row for one way of telling a notice outside the site: the row is the queue.

    Cases: QUEUED waits until `due_at`; SENDING is claimed by a worker; SENT; FAILED after the last attempt; SKIPPED: the
    person has no such address, or the installation no such gateway (`trouble` says which).
    """

    # pii: masked phone or e-mail address
    class State(models.TextChoices):
        QUEUED = "queued", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        SKIPPED = "skipped", _("未发送")

    class Way(models.TextChoices):
        EMAIL = Channel.EMAIL.value, _("邮件")
        SMS = Channel.SMS.value, _("短信")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("方式"), max_length=10, choices=Way.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(_("应发时间"))
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    address_masked = models.CharField(_("地址"), max_length=80, blank=True)
    receipt = models.CharField(_("回执"), max_length=80, blank=True)
    trouble = models.CharField(_("原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        default_permissions = ("view",)
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["queued", "sending"]), name="delivery_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_same_way_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
