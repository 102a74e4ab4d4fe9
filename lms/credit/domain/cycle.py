"""Which cycle a day belongs to. All windows are half-open: `end` is the first day that no longer counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from lms.credit.domain.rule_set import CycleRules, RuleSet
from lms.credit.domain.terms import Anchor, Grouping, LeapDay


@dataclass(frozen=True, slots=True)
class Window:
    """The days [start, end) of cycle `number` (counted from 1)."""

    number: int
    start: date
    end: date

    @property
    def last_day(self) -> date:
        """The last day that counts: the one printed on papers."""
        return self.end - timedelta(days=1)

    def contains(self, day: date) -> bool:
        return self.start <= day < self.end


def anniversary(day: date, years: int, *, leap_day: LeapDay = LeapDay.MAR_1) -> date:
    """Return the same day `years` later. 29 February never drifts: it comes back in the next leap year.

    >>> anniversary(date(2020, 2, 29), 2), anniversary(date(2020, 2, 29), 4)
    (datetime.date(2022, 3, 1), datetime.date(2024, 2, 29))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a common year
        return date(day.year + years, 3, 1) if leap_day is LeapDay.MAR_1 else date(day.year + years, 2, 28)


def year_start(issued_on: date, index: int, rules: CycleRules, *, exchanged_on: date | None = None) -> date:
    """Return the first day of the regulator's year `index` (0 = the first year of the first cycle).

    A certificate that was exchanged for an old one begins on the day after the exchange, without an offset
    (Hubei 2021: 2021-02-05 → 2021-02-06).
    """
    leap_day = rules.leap_day.value
    if rules.anchor.value is Anchor.CALENDAR_YEAR:
        return date((exchanged_on or issued_on).year + rules.first_year_offset.value + index, 1, 1)
    if exchanged_on is not None:
        return anniversary(exchanged_on + timedelta(days=1), index, leap_day=leap_day)
    return anniversary(issued_on, rules.first_year_offset.value + index, leap_day=leap_day)


def window_number(number: int, issued_on: date, rule_set: RuleSet, *, exchanged_on: date | None = None) -> Window:
    """Return cycle `number` ≥ 1 of a certificate. Raises ValueError for a number below 1."""
    if number < 1:
        raise ValueError("cycles are counted from 1")
    rules = rule_set.cycle
    first = (number - 1) * _stride(rules)
    start = year_start(issued_on, first, rules, exchanged_on=exchanged_on)
    end = year_start(issued_on, first + rules.length_years.value, rules, exchanged_on=exchanged_on)
    return Window(number, start, end)


def window(issued_on: date, day: date, rule_set: RuleSet, *, exchanged_on: date | None = None) -> Window | None:
    """Return the cycle that `day` falls into, of sliding ones the earliest; None before the first one begins."""
    first = window_number(1, issued_on, rule_set, exchanged_on=exchanged_on)
    if day < first.start:
        return None
    # Years differ by a day or two, so the quotient may be one off; it is never more.
    stride = _stride(rule_set.cycle)
    number = max(1, (day.year - first.start.year) // stride - rule_set.cycle.length_years.value)
    while True:
        found = window_number(number, issued_on, rule_set, exchanged_on=exchanged_on)
        if found.contains(day):
            return found
        number += 1


def years_of(
    found: Window, issued_on: date, rule_set: RuleSet, *, exchanged_on: date | None = None
) -> tuple[Window, ...]:
    """Return the years of a cycle in order, each as a window of its own, numbered from 1 within the cycle."""
    rules = rule_set.cycle
    first = (found.number - 1) * _stride(rules)
    days = [
        year_start(issued_on, first + index, rules, exchanged_on=exchanged_on)
        for index in range(rules.length_years.value + 1)
    ]
    return tuple(Window(index + 1, start, end) for index, (start, end) in enumerate(pairwise(days)))


def _stride(rules: CycleRules) -> int:
    return 1 if rules.grouping.value is Grouping.SLIDING else rules.length_years.value
