"""A price list as finance staff types it: yuan in, fen out."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.queries import CourseHit
from lms.commerce.actions import Offered
from lms.commerce.models import Product
from lms.commerce.queries.prices import ProductFacts
from lms.organisations.queries import RegionFacts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DEAREST = Decimal(1_000_000)  # yuan a seat: beyond it somebody has mistyped


def _yuan(label: "str | _StrPromise") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=DEAREST,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "decimal", "step": "0.01"}),
    )


class PriceListForm(forms.Form):
    """A region, its document, and a price for each product that is to be sold there; a product without one is not.

    After is_valid(): `offers`.
    """

    region = forms.ChoiceField(label=_("地区"))
    document = forms.CharField(label=_("收费文件的文号"), max_length=100)
    valid_from = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(label=_("类型"), choices=Product.Kind.choices, required=False)
    name = forms.CharField(label=_("名称"), max_length=100, required=False)
    courses = forms.TypedMultipleChoiceField(
        label=_("包含的课程"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    new_price = _yuan(_("单价（元）"))
    new_ceiling = _yuan(_("文件上限（元，没有就不填）"))

    def __init__(
        self,
        *args: Any,
        regions: Iterable[RegionFacts],
        products: tuple[ProductFacts, ...],
        courses: Iterable[CourseHit],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.products = products
        self.fields["region"].choices = [(one.code, one.name) for one in regions]  # type: ignore[attr-defined]
        self.fields["courses"].choices = [(one.edition_id, one.title) for one in courses]  # type: ignore[attr-defined]
        for product in products:
            self.fields[f"price_{product.id}"] = _yuan(product.name)
            self.fields[f"ceiling_{product.id}"] = _yuan(_("文件上限（元）"))

    @property
    def lines(self) -> list[tuple[ProductFacts, forms.BoundField, forms.BoundField]]:
        return [(one, self[f"price_{one.id}"], self[f"ceiling_{one.id}"]) for one in self.products]

    def clean_valid_from(self) -> date:
        """Refuse a day that has passed: the list in force would go on, and the new one never begin."""
        day: date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(gettext("开始日期不能早于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self._is_new(given):
            return given
        courses, kind = given.get("courses") or [], given.get("kind")
        if not given.get("name"):
            self.add_error("name", gettext("请填写新商品的名称。"))
        elif Product.objects.filter(kind=kind, name=given["name"]).exists():  # it would change what was sold before
            self.add_error("name", gettext("已有同名商品。请在上面填它的价格，或换一个名称。"))
        if given.get("new_price") is None:
            self.add_error("new_price", gettext("请填写单价。"))
        if kind == Product.Kind.COURSE and len(courses) != 1:
            self.add_error("courses", gettext("课程只选一门；几门课一起卖的是学习计划。"))
        if kind == Product.Kind.PLAN and len(courses) < 2:  # noqa: PLR2004 — one course is a course
            self.add_error("courses", gettext("学习计划至少选两门课程。"))
        if kind == Product.Kind.SEATS and courses:
            self.add_error("courses", gettext("通用席位由学员自选课程，这里不用选。"))
        return given

    @property
    def offers(self) -> list[Offered]:
        """Return what the list sells: of each product its courses stay as they are."""
        given = self.cleaned_data
        found = [
            Offered(one.kind, one.name, _fen(price), _ceiling(given.get(f"ceiling_{one.id}")))
            for one in self.products
            if (price := given.get(f"price_{one.id}")) is not None
        ]
        if self._is_new(given):
            courses = tuple(given.get("courses") or ())
            price, ceiling = _fen(given["new_price"]), _ceiling(given.get("new_ceiling"))
            found.append(Offered(given["kind"], given["name"].strip(), price, ceiling, courses))
        return found

    @staticmethod
    def _is_new(given: dict[str, Any]) -> bool:
        return bool(given.get("name") or given.get("new_price") is not None or given.get("courses"))


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def _ceiling(yuan: Decimal | None) -> int | None:
    return None if yuan is None else _fen(yuan)
