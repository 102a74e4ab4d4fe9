"""How long what is kept, and by which requirement. A term is a least: nothing goes before it is over, nor by itself after it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

DAYS_OF = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Term:
    """So many months from the day of filing, None = for good. sources: ids of the requirements that say so."""

    name: str
    months: int | None
    sources: tuple[str, ...] = ()


# R-087 counts from the day of enrolment. Whatever is recorded of a training is recorded on that day or later.
RECORDS = Term("records", 60, ("R-087",))
VIDEO = Term("video", 3, ("R-119", "R-140", "R-155"))
FOR_GOOD = Term("good", None)
TERMS = {term.name: term for term in (RECORDS, VIDEO, FOR_GOOD)}


def over_at(filed: datetime, term: Term) -> datetime | None:
    """Return when the term of something filed then is over: the same hour of the same day, months later; None = never.

    >>> over_at(datetime(2026, 11, 30, 12, tzinfo=DAYS_OF), VIDEO).isoformat()
    '2027-02-28T12:00:00+08:00'
    """
    if term.months is None:
        return None
    local = filed.astimezone(DAYS_OF)
    years, month = divmod(local.month - 1 + term.months, 12)
    year = local.year + years
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
