"""What is sold, and for how much where."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """A row for something with a price: a course, a plan of several courses, or seats for any course of the catalogue.

    Cases: COURSE has one edition, PLAN several, SEATS none: whoever sits on such a seat chooses among the open courses.
    """

    # pii: none
    class Kind(models.TextChoices):
        COURSE = "course", _("课程")
        PLAN = "plan", _("学习计划")
        SEATS = "seats", _("通用席位")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=100)
    for_sale = models.BooleanField(_("在售"), default=True)

    class Meta:
        verbose_name = _("商品")
        verbose_name_plural = _("商品")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductEdition(models.Model):
    """A row for a course edition that a product contains, in the order in which it should be studied."""

    # pii: none
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="editions")
    edition = models.ForeignKey("content.CourseEdition", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            # The same course twice in a plan would enrol twice and promise hours that cannot be earned.
            models.UniqueConstraint(fields=["product", "edition"], name="product_same_edition_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.edition_id}"


class PriceList(models.Model):
    """A row for a region's prices under a document of its price authority (R-061). valid_until NULL = until further notice.

    A company pays by the list in force of its own region, or of the nearest region above it.
    """

    # pii: none
    region = models.ForeignKey("organisations.Region", on_delete=models.PROTECT, related_name="+")
    document = models.CharField(_("文号"), max_length=100)
    valid_from = models.DateField(_("开始日期"))
    valid_until = models.DateField(_("结束日期"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("价格表")
        verbose_name_plural = _("价格表")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="price_list_ends_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.document}"


class Price(models.Model):
    """A row for what one unit of a product costs on a list, in minor units. ceiling_minor: the most the document allows."""

    # pii: none
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    unit_minor = models.PositiveBigIntegerField(_("单价（分）"))
    ceiling_minor = models.PositiveBigIntegerField(_("上限（分）"), null=True, blank=True)
    currency = models.CharField(_("币种"), max_length=3, default="cny")

    class Meta:
        verbose_name = _("价格")
        verbose_name_plural = _("价格")
        constraints = [
            # Two prices of one thing: what a buyer pays would hang on the order of rows.
            models.UniqueConstraint(fields=["price_list", "product"], name="price_of_a_product_twice"),
            # A price above the published document may not be charged.
            models.CheckConstraint(
                condition=Q(ceiling_minor__isnull=True) | Q(unit_minor__lte=F("ceiling_minor")),
                name="price_above_its_ceiling",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[a-z]{3}$"), name="price_currency_of_three_letters"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.unit_minor} {self.currency}"
