"""Money that came and went."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """A row for one attempt to pay an order.

    Cases: PENDING → SETTLED | FAILED | EXPIRED. session_id and intent_id are the payment service's own, empty for a bank
    transfer. came_minor, came_currency: what truly came (NULL: nothing, or before it was kept); it equals the order's total
    or the payment is not settled. trouble: why it was not, `returned` when it has gone back. return_asked_by and
    return_agreed_by: who of finance said that it goes back; the second one above the limit alone.
    """

    # pii: who of finance returned it
    class Method(models.TextChoices):
        STRIPE = "stripe", _("在线支付")
        TRANSFER = "transfer", _("对公转账")

    class State(models.TextChoices):
        PENDING = "pending", _("处理中")
        SETTLED = "settled", _("已到账")
        FAILED = "failed", _("未成功")
        EXPIRED = "expired", _("已过期")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=10, choices=Method.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    session_id = models.CharField(max_length=100, blank=True)
    intent_id = models.CharField(max_length=100, blank=True)
    address = models.URLField(max_length=1000, blank=True)
    trouble = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    came_minor = models.PositiveBigIntegerField(null=True, blank=True)
    came_currency = models.CharField(max_length=3, blank=True)
    return_asked_at = models.DateTimeField(null=True, blank=True)
    return_asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    return_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            # Who says that money goes back may not alone agree to it.
            models.CheckConstraint(
                condition=Q(return_agreed_by__isnull=True) | ~Q(return_agreed_by=models.F("return_asked_by")),
                name="payment_return_agreed_by_who_asked",
            ),
            # Two payments that count: the company paid twice and has its seats once.
            models.UniqueConstraint(
                fields=["order"], condition=Q(state="settled"), name="payment_of_an_order_settled_twice"
            ),
            models.UniqueConstraint(fields=["session_id"], condition=~Q(session_id=""), name="payment_session_twice"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Refund(models.Model):
    """A row for seats of one line that go back, and the money for them.

    Cases: ASKED (above the limit: waits for another person) → SENT (the service was asked, or finance pays it by hand)
    → DONE | FAILED; REFUSED from ASKED. note_number: of the credit note, given when it is done, without gaps.
    """

    # pii: who asked and who agreed
    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        SENT = "sent", _("退款中")
        DONE = "done", _("已退款")
        FAILED = "failed", _("未成功")
        REFUSED = "refused", _("未批准")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="refunds")
    quantity = models.PositiveIntegerField()
    amount_minor = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=200)
    answer = models.CharField(max_length=200, blank=True)
    gateway_id = models.CharField(max_length=100, blank=True)
    note_number = models.BigIntegerField(null=True, blank=True, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refund_of_nothing"),
            models.UniqueConstraint(
                fields=["gateway_id"], condition=~Q(gateway_id=""), name="refund_of_the_gateway_twice"
            ),
            # Who asks for money may not alone agree to it.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="refund_decided_by_who_asked",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Transfer(models.Model):
    """A row for one incoming payment of a bank statement. A person confirms which order it pays; the digest makes it unique."""

    # pii: name of the payer, as the bank gives it
    digest = models.CharField(max_length=64, unique=True)
    booked_on = models.DateField()
    amount_minor = models.PositiveBigIntegerField()
    payer = models.CharField(max_length=100)
    remark = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="transfer")
    put_aside = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-booked_on", "-id"]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_minor}"
