"""Orders with frozen lines, and what goes on their invoice."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    """A row for what a company ordered, at the prices of that moment.

    Cases: QUOTATION (may become an order until `valid_until`) → PLACED (waits for money) → PAID; CANCELLED from the first
    two. A refund does not change the state: `refunded_minor` says how much went back. disputed: a bank took money back.
    """

    # pii: who ordered
    class State(models.TextChoices):
        QUOTATION = "quotation", _("报价")
        PLACED = "placed", _("待付款")
        PAID = "paid", _("已付款")
        CANCELLED = "cancelled", _("已取消")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    serial = models.BigIntegerField(unique=True)
    reference = models.CharField(_("汇款附言"), max_length=12, unique=True)
    company = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    refunded_minor = models.PositiveBigIntegerField(default=0)
    disputed = models.BooleanField(default=False)
    price_document = models.CharField(max_length=100)
    valid_until = models.DateField(null=True, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("订单")
        verbose_name_plural = _("订单")
        ordering = ["-serial"]
        indexes = [models.Index(fields=["company", "-serial"], name="order_of_company")]
        constraints = [
            # More given back than was taken: money of other customers.
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("total_minor")), name="order_refunded_too_much"),
            # A paid order without its moment could not be put into any month's books.
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="order_paid_without_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """A row for one line, frozen when the order was placed: name and price are copies."""

    # pii: none
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey("commerce.Product", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    quantity = models.PositiveIntegerField()
    unit_minor = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_of_nothing"),
            # One product on two lines: a refund would not know from which.
            models.UniqueConstraint(fields=["order", "product"], name="order_line_same_product_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_minor


class InvoiceDetails(models.Model):
    """A row for what a company wants on the invoice of an order. number: of the tax system's invoice, once issued there."""

    # pii: e-mail of the receiver
    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("数电普通发票")
        SPECIAL = "special", _("数电专用发票")

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    kind = models.CharField(_("发票类型"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("抬头"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    email = models.EmailField(_("收票邮箱"), blank=True)
    number = models.CharField(_("发票号码"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("开票信息")
        verbose_name_plural = _("开票信息")

    def __str__(self) -> str:
        return self.title
