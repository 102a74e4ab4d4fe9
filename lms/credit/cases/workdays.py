"""workday_cases: a day and a number of days, forward or backward, by the shipped notices."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from lms.credit.cases.row import BadCase, Found, Row
from lms.organisations.domain.working_days import (
    BadPeriod,
    Calendar,
    Due,
    backward,
    backward_natural,
    forward,
    forward_natural,
)
from lms.organisations.working_day_notices import shipped_notices

KINDS: Mapping[str, Callable[[date, int, Calendar], Due]] = {
    "forward": forward,
    "backward": backward,
    "forward_natural": forward_natural,
    "backward_natural": lambda event, days, _calendar: backward_natural(event, days),
}


def workday_case(row: Row) -> tuple[Found, Found]:
    """Return the day that a case expects, and the one counted. Raises BadCase."""
    kind = row.text("kind")
    if kind not in KINDS:
        raise BadCase(f"kind: “{kind}” is none of {', '.join(KINDS)}")
    try:
        due = KINDS[kind](row.day("from"), row.whole("days"), shipped_calendar())
    except BadPeriod as error:
        raise BadCase(f"days: {error}") from None
    expect = row.take("expect")
    expected = row.table("expect") if isinstance(expect, Mapping) else {"date": expect}
    if row.has("provisional"):
        expected = {**expected, "provisional": row.truth("provisional", False)}
    return expected, {"date": due.day, "provisional": due.provisional}


@cache
def shipped_calendar() -> Calendar:
    """Return the calendar of the shipped notices, without what an administrator has loaded."""
    return Calendar(shipped_notices())
