"""Periods in working days, by the State Council's yearly notices; weekdays alone where no notice is known.

The day of the event is not counted (民法典 201), and the period ends on the last day counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class BadPeriod(ValueError):
    """A period cannot be shorter than nothing."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row, both ends included."""

    name: str
    first: date
    last: date

    def days(self) -> tuple[date, ...]:
        return tuple(self.first + ONE_DAY * step for step in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice: what is off, and which weekend days are worked instead.

    number: of the document. amended_by: number of a later document that its days already follow, else "".
    """

    year: int
    number: str
    issued_on: date
    holidays: tuple[Holiday, ...]
    worked: tuple[date, ...]
    amended_by: str = ""
    note: str = ""

    @property
    def off(self) -> frozenset[date]:
        return frozenset(day for holiday in self.holidays for day in holiday.days())


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. provisional: a day of it lies in a year whose notice is not known yet."""

    day: date
    provisional: bool


class Calendar:
    """Which days are worked. A notice speaks for its year, and for days of neighbouring years that it names."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        by_year = {notice.year: notice for notice in notices}
        # In order of years: what a later notice says of the days around New Year counts.
        self._said: dict[date, bool] = {}
        for _year, notice in sorted(by_year.items()):
            self._said |= dict.fromkeys(notice.off, False) | dict.fromkeys(notice.worked, True)
        self.notices: Mapping[int, Notice] = by_year

    def is_worked(self, day: date) -> bool:
        said = self._said.get(day)
        return day.weekday() < SATURDAY if said is None else said

    def is_known(self, day: date) -> bool:
        """Has the notice of this day's year been issued, or another one that names the day?"""
        return day.year in self.notices or day in self._said


def forward(start: date, days: int, calendar: Calendar) -> Due:
    """Return the last day of a period of `days` working days that begins with the event on `start`.

    0 days end on `start` itself. Raises BadPeriod for less.
    """
    return _walk(start, days, calendar, ONE_DAY)


def backward(event: date, days: int, calendar: Calendar) -> Due:
    """Return the last day on which something is still `days` working days before the event. Raises BadPeriod."""
    return _walk(event, days, calendar, -ONE_DAY)


def forward_natural(start: date, days: int, calendar: Calendar) -> Due:
    """Return the last day of a period of natural days; one that ends on a day off ends on the next worked one (民法典 203).

    Raises BadPeriod.
    """
    _demand_a_period(days)
    end = start + ONE_DAY * days
    provisional = not calendar.is_known(end)
    while not calendar.is_worked(end):
        end += ONE_DAY
        provisional = provisional or not calendar.is_known(end)
    return Due(end, provisional)


def backward_natural(event: date, days: int) -> Due:
    """Return the day `days` natural days before the event: time that runs backwards is not prolonged. Raises BadPeriod."""
    _demand_a_period(days)
    return Due(event - ONE_DAY * days, provisional=False)


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """Return how many working days lie after `first`, up to and with `last`; 0 when `last` is not later."""
    return sum(calendar.is_worked(first + ONE_DAY * step) for step in range(1, (last - first).days + 1))


def _walk(start: date, days: int, calendar: Calendar, step: timedelta) -> Due:
    _demand_a_period(days)
    day, left, provisional = start, days, False
    while left:
        day += step
        provisional = provisional or not calendar.is_known(day)
        left -= calendar.is_worked(day)
    return Due(day, provisional)


def _demand_a_period(days: int) -> None:
    if days < 0:
        raise BadPeriod(f"{days} days")
