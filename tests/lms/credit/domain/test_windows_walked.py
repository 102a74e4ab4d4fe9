"""Windows against a reference that computes nothing: it walks from day to day and counts what it passes."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.credit.domain.cycle import window
from lms.credit.domain.decision import Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Anchor, Grouping, LedgerCategory
from tests.lms.credit.domain.cases import rule_set

RULES = {code: rule_set(code) for code in ("national", "national_calendar_year", "chongqing", "jiangxi", "demo")}
ONE_DAY = timedelta(days=1)
issue_days = st.one_of(
    st.dates(date(2015, 1, 1), date(2026, 12, 31)),
    st.sampled_from([date(2016, 2, 29), date(2020, 2, 29), date(2024, 2, 29), date(2023, 2, 28), date(2023, 3, 1)]),
    st.sampled_from([date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31)]),
)


def begins_a_year(day: date, issued: date, rules: RuleSet) -> bool:
    """Does a year of this certificate begin on this day? Asked of one day at a time."""
    if rules.cycle.anchor.value is Anchor.CALENDAR_YEAR:
        return (day.month, day.day) == (1, 1)
    if (issued.month, issued.day) != (2, 29):
        return (day.month, day.day) == (issued.month, issued.day)
    leap = (day - ONE_DAY).month == 2 and (day - ONE_DAY).day == 29
    return (day.month, day.day) == (2, 29) or ((day.month, day.day) == (3, 1) and not leap)


def walked(issued: date, target: date, rules: RuleSet) -> tuple[int, date, date] | None:
    """Number, first day and first day after of the cycle that `target` lies in; None before the first one."""
    assert rules.cycle.grouping.value is Grouping.FIXED_BLOCKS
    length = rules.cycle.length_years.value
    years_to_wait = rules.cycle.first_year_offset.value
    day, years = issued, 0
    if rules.cycle.anchor.value is Anchor.CALENDAR_YEAR or years_to_wait:
        while years < max(years_to_wait, 1):
            day += ONE_DAY
            years += begins_a_year(day, issued, rules)
    if target < day:
        return None
    number, start = 1, day
    while True:
        passed = 0
        while passed < length:
            day += ONE_DAY
            passed += begins_a_year(day, issued, rules)
        if target < day:
            return number, start, day
        number, start = number + 1, day


@pytest.mark.parametrize("code", RULES)
@given(issued=issue_days, ahead=st.integers(0, 4200))
@example(issued=date(2024, 2, 29), ahead=366)
@example(issued=date(2024, 2, 29), ahead=365)
@example(issued=date(2024, 2, 29), ahead=731)
@example(issued=date(2024, 2, 29), ahead=1461)
@example(issued=date(2023, 12, 31), ahead=1)
@example(issued=date(2024, 1, 1), ahead=0)
def test_the_window_is_the_one_that_walking_finds(code: str, issued: date, ahead: int) -> None:
    rules, target = RULES[code], issued + timedelta(days=ahead)
    found, expected = window(issued, target, rules), walked(issued, target, rules)
    assert (None if found is None else (found.number, found.start, found.end)) == expected


@pytest.mark.parametrize("code", ["national", "chongqing"])
@given(issued=issue_days, ahead=st.integers(0, 2600), done=st.lists(st.integers(-30, 2600), max_size=12))
def test_hours_are_those_of_the_days_passed_on_the_way(code: str, issued: date, ahead: int, done: list[int]) -> None:
    """One hour of class on each of these days: what counts today is what walking through the cycle until today meets."""
    rules, today = RULES[code], issued + timedelta(days=ahead)
    days = [issued + timedelta(days=offset) for offset in done]
    evidence = [
        Evidence(day, LedgerCategory.F2F, rules.accrual.seconds_per_hour, source=f"class {n}")
        for n, day in enumerate(days)
    ]
    decision = decide(evidence, rules, Holding(issued_on=issued, post_code="site_civil"), today)
    met, cycle = 0, walked(issued, today, rules)
    if cycle is not None:
        day = cycle[1]
        while day <= today:
            met += days.count(day)
            day += ONE_DAY
    assert decision.total == Fraction(met)
