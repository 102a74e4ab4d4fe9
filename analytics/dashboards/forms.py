"""The period of a dashboard, as clean days."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

LONGEST_DAYS = 400
USUAL_DAYS = 30


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("请填写日期，例如 2026-05-09。")},
    )


class PeriodForm(forms.Form):
    """From one day to another, both included; left empty, the last thirty days."""

    since = _day_field(_("从"))
    until = _day_field(_("到（含当天）"))

    def __init__(self, data: QueryDict, *, today: date) -> None:
        shown = data.copy()
        if not data.get("since") and not data.get("until"):  # the fields say which days are shown
            shown["since"] = (today - timedelta(days=USUAL_DAYS - 1)).isoformat()
            shown["until"] = today.isoformat()
        super().__init__(shown, auto_id="period_%s")
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty, and refuse a period that is none or too long."""
        cleaned: dict[str, Any] = super().clean() or {}
        until = cleaned.get("until") or self.today
        since = cleaned.get("since") or until - timedelta(days=USUAL_DAYS - 1)
        if until < since:
            self.add_error("until", _("结束日期早于开始日期，请改正其中一个。"))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("since", _("最多看 400 天，请把开始日期改近一些。"))
        return cleaned | {"since": since, "until": until}
