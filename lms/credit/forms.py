"""What stands in the address of a page, as clean values. What cannot be understood is as if it were not there."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lms.credit.domain.draft import LONGEST_TEXT, MAY_BE_EMPTY, Change, Kind, Leaf, choices_of, kind_of, written
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.labels import LEAVES, WORDS
from lms.credit.models import CreditEntry
from lms.credit.rule_sets import sources


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None  # noqa: PLR2004 — no cycle or page is that far


@dataclass(frozen=True, slots=True)
class HoursQuery:
    """Which certificate and cycle are asked for."""

    licence: UUID | None
    cycle: int | None

    @classmethod
    def of(cls, query: QueryDict) -> "HoursQuery":
        return cls(_uuid(query.get("licence", "")), _number(query.get("cycle", "")))


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which entries are asked for. category "": all."""

    licence: UUID | None
    category: str
    page: int

    @classmethod
    def of(cls, query: QueryDict) -> "LedgerQuery":
        category = query.get("category", "")
        known = category if category in CreditEntry.Category.values else ""
        return cls(_uuid(query.get("licence", "")), known, _number(query.get("page", "")) or 1)


class OpenDraftForm(forms.Form):
    """What a draft begins with."""

    code = forms.SlugField(widget=forms.HiddenInput)
    effective_from = forms.DateField(label=_("施行日"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("修改理由"), max_length=300, help_text=_("例如：依据某号文件调整。"))


class LeafForm(forms.Form):
    """One value of a draft, its source or that it is assumed, the words of the source, and our reasons."""

    source = forms.ChoiceField(label=_("出处"))
    quote = forms.CharField(
        label=_("原文"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("假定值必须写明为什么这样取。"),
    )
    field_order = ("value", "source", "quote", "note")

    def __init__(self, data: QueryDict | None, *, path: str, leaf: Leaf) -> None:
        started = {
            "value": written(path, leaf),
            "source": leaf["src"],
            "quote": leaf.get("quote", ""),
            "note": leaf.get("note", ""),
        }
        super().__init__(data, initial=started)
        self.fields["value"] = _value_field(path, leaf)
        known = [(code, _gettext(row["short"])) for code, row in sources().items()]
        self.fields["source"] = forms.ChoiceField(label=_("出处"), choices=[(ASSUMED, _("假定值")), *known])
        self.order_fields(self.field_order)

    def change(self) -> Change:
        """Return what was typed; after is_valid()."""
        given = self.cleaned_data
        value = tuple(given["value"]) if isinstance(given["value"], list) else str(given["value"])
        return Change(value, given["source"], given["quote"], given["note"])


def _value_field(path: str, leaf: Leaf) -> forms.Field:
    label, kind = LEAVES.get(path.rsplit(".", 1)[-1], path), kind_of(path, leaf)
    words = [(word, WORDS.get(word, word)) for word in choices_of(path)]
    if kind is Kind.WORD:
        return forms.ChoiceField(label=label, choices=words)
    if kind is Kind.WORDS:
        return forms.MultipleChoiceField(
            label=label, choices=words, required=False, widget=forms.CheckboxSelectMultiple
        )
    if kind is Kind.TRUTH:
        return forms.ChoiceField(label=label, choices=[("true", _("是")), ("false", _("否"))])
    if kind is Kind.LINES:
        rows = forms.Textarea(attrs={"rows": 4})
        return forms.CharField(
            label=label, required=False, max_length=LONGEST_TEXT, widget=rows, help_text=_("一行一项。")
        )
    empty = _("留空表示没有规定。") if kind in MAY_BE_EMPTY else ""
    number = {"inputmode": "decimal"} if kind in (Kind.WHOLE, Kind.HOURS, *MAY_BE_EMPTY) else {}
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.TextInput(attrs=number), help_text=empty
    )


class ReturnForm(forms.Form):
    """Why a draft goes back."""

    remark = forms.CharField(label=_("退回理由"), max_length=300)
