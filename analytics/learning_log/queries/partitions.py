"""The months of the record table: each a native partition, told by the number that its records begin with (ADR 0020)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

MONTHS_OF = ZoneInfo("Asia/Shanghai")
NUMBERS_A_MONTH = 10**10
BEFORE = "before"  # what stood in the table before it had months
_BOUNDS = re.compile(r"FROM \((?:MINVALUE|'?(\d+)'?)\) TO \('?(\d+)'?\)")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A partition: records with numbers in [first, until). name: "2026-11", or "before"."""

    first: int
    until: int
    table: str

    @property
    def name(self) -> str:
        """As an operator names it."""
        return name_of_month(self.first)


def tables() -> tuple[str, ...]:
    """Return the names of all partitions, the one for whatever has no month included. One query."""
    return tuple(name for name, _ in _bounds())


def months() -> tuple[Month, ...]:
    """Return the partitions of months, the oldest first. One query."""
    found = [(name, _BOUNDS.search(bounds)) for name, bounds in _bounds()]
    return tuple(sorted(Month(int(at[1] or 0), int(at[2]), name) for name, at in found if at))


def first_number(at: datetime) -> int:
    """Return the number below which every record was filed in an earlier month than `at`.

    >>> first_number(datetime(2026, 11, 1, tzinfo=MONTHS_OF))
    26110000000000
    """
    local = at.astimezone(MONTHS_OF)
    return ((local.year - 2000) * 100 + local.month) * NUMBERS_A_MONTH


def name_of_month(number: int) -> str:
    """Return the name of the month to which a record of this number belongs.

    >>> name_of_month(26110000000123), name_of_month(123)
    ('2026-11', 'before')
    """
    year, month = divmod(number // NUMBERS_A_MONTH, 100)
    return f"{2000 + year}-{month:02d}" if month else BEFORE


def make_months(ahead: int) -> Iterator[str]:
    """Make the months that are missing, this one and so many after it; yield the tables made. Harmless when repeated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT analytics_make_log_months(%s)", [ahead])
        yield from (name for (name,) in cursor.fetchall())


def _bounds() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_get_expr(relpartbound, pg_class.oid) FROM pg_inherits"
            " JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'analytics_logrecord'::regclass ORDER BY relname"
        )
        found: list[tuple[str, str]] = cursor.fetchall()
    return found
