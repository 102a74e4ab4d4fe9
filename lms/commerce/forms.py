"""What buyers and finance staff type, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.commerce.actions import Invoice
from lms.commerce.domain.books import Difference
from lms.commerce.domain.pricing import MOST_SEATS_A_LINE
from lms.commerce.domain.statement import LARGEST_BYTES
from lms.commerce.models import InvoiceDetails
from lms.commerce.queries.prices import Offer


class OrderForm(forms.Form):
    """A number for each offer, and what goes on the invoice. After is_valid(): `quantities` and `invoice`."""

    kind = forms.ChoiceField(label=_("发票类型"), choices=InvoiceDetails.Kind.choices)
    title = forms.CharField(label=_("发票抬头"), max_length=100)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=30)
    email = forms.EmailField(label=_("收票邮箱"), required=False)

    def __init__(self, offers: tuple[Offer, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        for offer in offers:
            self.fields[f"product_{offer.product_id}"] = forms.IntegerField(
                label=offer.name,
                min_value=0,
                max_value=MOST_SEATS_A_LINE,
                required=False,
                widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
            )

    @property
    def lines(self) -> list[tuple[Offer, forms.BoundField]]:
        return [(offer, self[f"product_{offer.product_id}"]) for offer in self.offers]

    @property
    def quantities(self) -> dict[int, int]:
        found = {offer.product_id: self.cleaned_data.get(f"product_{offer.product_id}") for offer in self.offers}
        return {product: quantity for product, quantity in found.items() if quantity}

    @property
    def invoice(self) -> Invoice:
        data = self.cleaned_data
        return Invoice(data["kind"], data["title"], data["credit_code"], data["email"])


class RefundForm(forms.Form):
    """How many seats of a line go back, and why."""

    quantity = forms.IntegerField(label=_("退几个席位"), min_value=1, max_value=MOST_SEATS_A_LINE)
    reason = forms.CharField(label=_("原因"), max_length=200)


class DecisionForm(forms.Form):
    """Which refund, and what is said to it."""

    refund = forms.UUIDField()
    answer = forms.CharField(max_length=200, required=False)
    bank_reference = forms.CharField(max_length=80, required=False)


class DifferenceForm(forms.Form):
    """Which difference between the books, and why it is there."""

    what = forms.CharField(max_length=20)
    reference = forms.CharField(max_length=100)
    ours = forms.IntegerField()
    theirs = forms.IntegerField()
    why = forms.CharField(max_length=200)

    def difference(self) -> Difference:
        """Return the difference. Only after `is_valid`."""
        data = self.cleaned_data
        return Difference(data["what"], data["reference"], data["ours"], data["theirs"])


class MatchForm(forms.Form):
    """Which transfer, and the order that it pays or why it pays none."""

    transfer = forms.IntegerField(min_value=1)
    order = forms.CharField(max_length=12, required=False)
    aside = forms.CharField(max_length=200, required=False)


class StatementForm(forms.Form):
    """A bank's statement."""

    file = forms.FileField(
        label=_("银行明细（CSV）"), help_text=_("从网银导出，UTF-8 或 GBK，不超过 5 MB。重复上传不会重复入账。")
    )

    def data_of(self) -> bytes:
        file = self.cleaned_data["file"]
        # One byte too many is enough to know: a large file is not read into memory to be refused.
        return bytes(file.read(LARGEST_BYTES + 1))
