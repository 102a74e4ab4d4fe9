"""What an auditor typed into the filter, as clean conditions."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.audit.actions import Cursor
from analytics.audit.queries import Conditions, KindChoice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LARGEST_ID = 2**63 - 1
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _day_field(label: "StrOrPromise") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("请填写日期，例如 2026-05-09。")},
    )


class FilterForm(forms.Form):
    """The conditions of the list and where its page begins; everything may be left empty."""

    learner = forms.CharField(label=_("学员姓名或编号"), required=False, max_length=60)
    kind = forms.CharField(label=_("种类"), required=False, max_length=80)
    text = forms.CharField(label=_("内容包含"), required=False, max_length=100)
    actor = forms.CharField(label=_("操作人姓名或编号"), required=False, max_length=60)
    subject = forms.CharField(label=_("课程、课时名称或对象编号"), required=False, max_length=100)
    since = _day_field(_("从"))
    until = _day_field(_("到（含当天）"))
    looks = forms.BooleanField(label=_("也列出审计员的查阅记录"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    FURTHER = ("actor", "subject", "since", "until", "looks")

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.offer_kinds(())

    def offer_kinds(self, choices: Iterable[KindChoice]) -> None:
        """Fill the list of kinds, with how many records there are of each."""
        chosen = self.data.get("kind", "")
        offered = [(choice.name, f"{choice.label}（{choice.count}）") for choice in choices]
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        self.fields["kind"].widget = forms.Select(choices=[("", _("全部种类")), *offered])

    def clean_since(self) -> date | None:
        """Refuse days that no record can have."""
        return self._day("since")

    def clean_until(self) -> date | None:
        """Refuse days that no record can have."""
        return self._day("until")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", _("结束日期早于开始日期，请改正其中一个。"))
        return cleaned

    def conditions(self) -> Conditions:
        """Return what was asked. Only after `is_valid`."""
        asked = {name: value for name, value in self.cleaned_data.items() if name not in {"before", "after"}}
        return Conditions(**asked)

    def cursor(self) -> Cursor:
        """Return where the page begins. Only after `is_valid`."""
        return Cursor(before_id=self.cleaned_data["before"], after_id=self.cleaned_data["after"])

    @property
    def further_open(self) -> bool:
        """Whether one of the folded-away conditions is in use, or wrong."""
        return any(self.data.get(name) or name in self.errors for name in self.FURTHER)

    @property
    def address(self) -> str:
        """The conditions as a query string, without the page: for links to other pages and to the export."""
        kept = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        for name in ("before", "after"):
            kept.pop(name, None)
        for name in [name for name, value in kept.items() if not value]:
            kept.pop(name)
        return kept.urlencode()

    def _day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("日期应在 2000 年至 2100 年之间。"))
        return day
