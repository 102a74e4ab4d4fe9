"""The page of working days, made ready for its template."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils import timezone

from lms.accounts.queries import names_of
from lms.organisations import queries
from lms.organisations.domain.working_days import Calendar, Due, Notice, backward, forward
from lms.organisations.forms import PeriodForm


@dataclass(frozen=True, slots=True)
class NoticeRows:
    """A notice as people read it. new_off: weekdays that it takes away; worked: weekend days that it gives."""

    notice: Notice
    weekdays_off: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year of the table. by_name "" = as shipped."""

    rows: NoticeRows
    facts: queries.NoticeFacts
    by_name: str


def notice_rows(notice: Notice) -> NoticeRows:
    """Return a notice with the weekdays that are off by it."""
    return NoticeRows(notice, tuple(day for day in sorted(notice.off) if day.isoweekday() <= 5))  # noqa: PLR2004 — Friday


def working_days_page(query: QueryDict) -> dict[str, object]:
    """Return the years with a notice, and the answer to a question about a period, if one is asked."""
    found = queries.notices()
    names = names_of(facts.by_id for facts in found if facts.by_id is not None)
    form = PeriodForm(query if "days" in query else None, initial={"start": timezone.localdate(), "days": 10})
    years = tuple(
        YearLine(notice_rows(facts.notice), facts, names.get(facts.by_id, "") if facts.by_id else "") for facts in found
    )
    calendar = Calendar(facts.notice for facts in found)
    due = _answer(form, calendar) if form.is_bound and form.is_valid() else None
    return {"years": years, "last_year": found[0].notice.year if found else None, "period": form, "due": due}


def _answer(form: PeriodForm, calendar: Calendar) -> Due:
    count = backward if form.cleaned_data["backward"] else forward
    return count(form.cleaned_data["start"], form.cleaned_data["days"], calendar)
