"""What an auditor typed into the filter, as clean conditions."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics.audit.actions import Cursor
from analytics.audit.held_words import held_by, is_reference
from analytics.audit.house import house
from analytics.audit.queries import Conditions, KindChoice, is_id
from analytics.card_index.measures import Sought
from analytics.domain.masking import mask_numbers

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LARGEST_ID = 2**63 - 1
SHORTEST_DOCUMENT = 8  # digits: of a permit of residents of Taiwan
INDEX, DEVICE = re.compile(r"[0-9a-f]{16}"), re.compile(r"[0-9a-f]{64}")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _day_field(label: "StrOrPromise") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("请填写日期，例如 2026-05-09。")},
    )


class _WordsField(forms.CharField):
    """Words, as they were typed or as the reference that stands for them; shown with numbers of persons covered."""

    held: Mapping[str, str] = {}

    def to_python(self, value: Any) -> str:
        """Return the words. Raises ValidationError for a reference that means nothing here."""
        typed = str(super().to_python(value) or "")
        if is_reference(typed) and typed not in self.held:
            raise forms.ValidationError(_("这个查询条件已经过期，或者是别人的。请重新填写。"))
        return self.held.get(typed, typed)

    def prepare_value(self, value: Any) -> Any:
        """Return what the page shows in the field."""
        if not isinstance(value, str):
            return value
        return mask_numbers(self.held[value]) if value in self.held else "" if is_reference(value) else value


class FilterForm(forms.Form):
    """The conditions of the list and where its page begins; everything may be left empty.

    by: the auditor whose references the data may hold. A POST tells in `held` which references the page had; a field whose
    covered words were left as they stood means them again.
    """

    learner = _WordsField(label=_("学员姓名或编号"), required=False, max_length=60)
    kind = forms.CharField(label=_("种类"), required=False, max_length=80)
    text = _WordsField(label=_("内容包含"), required=False, max_length=100)
    actor = _WordsField(label=_("操作人姓名或编号"), required=False, max_length=60)
    subject = _WordsField(label=_("课程、课时名称或对象编号"), required=False, max_length=100)
    since = _day_field(_("从"))
    until = _day_field(_("到（含当天）"))
    company = _WordsField(label=_("企业名称"), required=False, max_length=100)
    institution = _WordsField(label=_("培训机构名称"), required=False, max_length=100)
    licence = forms.CharField(label=_("岗位证书编号"), required=False, max_length=60)
    device = forms.CharField(label=_("浏览器代号"), required=False, max_length=64)
    network = forms.CharField(label=_("网络地址或代号"), required=False, max_length=60)
    region = forms.RegexField(r"^[0-9]{6}$", required=False, widget=forms.HiddenInput)
    post = forms.RegexField(r"^[a-z_]{1,40}$", required=False, widget=forms.HiddenInput)
    figure = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)
    looks = forms.BooleanField(label=_("也列出审计员的查阅记录"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    FURTHER = ("actor", "subject", "since", "until", "looks", "company", "institution", "licence", "device", "network")
    # In the address of the page something stands for what was typed: a uuid, a number of ours, a hash; else a reference.
    STAND_INS = ("licence", "device", "network")
    WORDS = ("learner", "actor", "subject", "text", "company", "institution")

    def __init__(self, data: QueryDict, *, by: int) -> None:
        self.held = held_by(by, [*data.getlist("held"), *(data.get(name, "") for name in self.WORDS)])
        super().__init__(self._as_meant(data), auto_id="filter_%s")
        for name in self.WORDS:
            field = self.fields[name]
            if isinstance(field, _WordsField):
                field.held = self.held
        self.offer_kinds(())

    def _as_meant(self, data: QueryDict) -> QueryDict:
        meant = data.copy()
        shown = {mask_numbers(self.held[each]): each for each in data.getlist("held") if each in self.held}
        for name in self.WORDS:
            if reference := shown.get(str(data.get(name))):
                meant[name] = reference
        return meant

    def offer_kinds(self, choices: Iterable[KindChoice]) -> None:
        """Fill the list of kinds, with how many records there are of each."""
        chosen = self.data.get("kind", "")
        offered = [(choice.name, f"{choice.label}（{choice.count}）") for choice in choices]
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        self.fields["kind"].widget = forms.Select(choices=[("", _("全部种类")), *offered])

    def clean_learner(self) -> str:
        """Return the number that a person has here for that of a document or a phone."""
        return self._person("learner")

    def clean_actor(self) -> str:
        """Return the number that a person has here for that of a document or a phone."""
        return self._person("actor")

    def clean_since(self) -> date | None:
        """Refuse days that no record can have."""
        return self._day("since")

    def clean_until(self) -> date | None:
        """Refuse days that no record can have."""
        return self._day("until")

    def clean_licence(self) -> str:
        """Return the licence's uuid for its printed number, so that the number stands in no address and in no record."""
        typed: str = self.cleaned_data["licence"]
        if not typed:
            return ""
        known = house().licence(typed)
        if known is None:
            raise forms.ValidationError(_("没有这个编号的岗位证书，请核对后重填。"))
        return str(known[0])

    def clean_network(self) -> str:
        """Return what stands for a network address in records."""
        typed: str = self.cleaned_data["network"].strip()
        if not typed or INDEX.fullmatch(typed):
            return typed
        try:
            return house().address_index(str(ip_address(typed)))
        except ValueError:
            raise forms.ValidationError(_("请填写完整的网络地址（如 203.0.113.7），或记录里的代号。")) from None

    def clean_device(self) -> str:
        """Refuse what no record can hold."""
        typed: str = self.cleaned_data["device"].strip().lower()
        if typed and not DEVICE.fullmatch(typed):
            raise forms.ValidationError(_("浏览器代号是 64 位的十六进制数，请从一条打开课时的记录里复制。"))
        return typed

    def clean_figure(self) -> str:
        """Refuse what is no figure of a dashboard."""
        typed: str = self.cleaned_data["figure"]
        try:
            return str(Sought.read(typed)) if typed else ""
        except ValueError:
            raise forms.ValidationError(_("没有这个数字。请从图表下的表格重新打开。")) from None

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
        """The conditions as a query string, without the page: for links to other pages and to the export.

        Words that are not held back yet are left out (`unheld`), and so is what is wrong.
        """
        kept = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        for name in ("before", "after", "csrfmiddlewaretoken", "held", *self.errors):
            kept.pop(name, None)
        for name in (*self.STAND_INS, *self.WORDS):
            if kept.get(name):
                kept[name] = self._stand_in(name)
        for name in [name for name, value in kept.items() if not value]:
            kept.pop(name)
        return kept.urlencode()

    @property
    def unheld(self) -> set[str]:
        """The words that have to be held back before they can stand in an address. Only after `is_valid`."""
        return {str(self.cleaned_data[name]) for name in self.WORDS if self.data.get(name) and not self._stand_in(name)}

    @property
    def speaks(self) -> bool:
        """Whether the data say what an address must not: words as they were typed. Only after `is_valid`."""
        return any(
            self.data.get(name) and self.data[name] != self._stand_in(name) for name in (*self.STAND_INS, *self.WORDS)
        )

    def held_back(self, held: Mapping[str, str]) -> None:
        """Take in what was held back, by reference."""
        self.held |= held

    @property
    def references(self) -> tuple[str, ...]:
        """The references among the conditions, for the form to send back."""
        return tuple(each for name in self.WORDS if (each := self.data.get(name, "")) in self.held)

    def _stand_in(self, name: str) -> str:
        meant = str(self.cleaned_data.get(name) or "")
        if name in self.STAND_INS or is_id(meant) or _is_uuid(meant):
            return meant
        return next((reference for reference, words in self.held.items() if words == meant), "")

    def _person(self, name: str) -> str:
        typed: str = self.cleaned_data[name]
        if not typed or (is_id(typed) and len(typed) < SHORTEST_DOCUMENT):
            return typed
        found = house().person(typed)
        # A number that is nobody's finds nothing, and is not kept as it was typed.
        return mask_numbers(typed) if found is None else str(found)

    def without(self, name: str) -> str:
        """Return the conditions as a query string, but for one."""
        kept = QueryDict(self.address, mutable=True)
        kept.pop(name, None)
        return kept.urlencode()

    def _day(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(_("日期应在 2000 年至 2100 年之间。"))
        return day


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
