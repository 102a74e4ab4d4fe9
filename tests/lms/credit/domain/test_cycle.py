"""Which window a day falls into, against a reference that walks day by day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain.cycle import Window, anniversary, window, window_number, years_of
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import LeapDay
from tests.lms.credit.domain.cases import rule_set

RULES = {code: rule_set(code) for code in ("national", "national_calendar_year", "chongqing", "jiangxi", "demo")}
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
rules = st.sampled_from(list(RULES.values()))


def next_same_day(start: date) -> date:
    """The first later day with the same month and day, or 1 March for a missing 29 February: walked, not computed."""
    day = start + timedelta(days=1)
    while (day.month, day.day) != (start.month, start.day):
        if (start.month, start.day) == (2, 29) and (day.month, day.day) == (3, 1) and day.year > start.year:
            return day
        day += timedelta(days=1)
    return day


@given(issued=st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31)), rule=rules)
def test_windows_follow_one_another_without_gap_or_overlap(issued: date, rule: RuleSet) -> None:
    found = [window_number(number, issued, rule) for number in range(1, 12)]
    for before, after in pairwise(found):
        assert before.end == after.start
        assert before.last_day == after.start - timedelta(days=1)


@given(issued=st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31)), day=days, rule=rules)
def test_a_day_is_in_the_window_it_is_given(issued: date, day: date, rule: RuleSet) -> None:
    found = window(issued, day, rule)
    first = window_number(1, issued, rule)
    if day < first.start:
        assert found is None
    else:
        assert found is not None
        assert found.start <= day < found.end
        assert found == window_number(found.number, issued, rule)


@given(issued=st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31)))
def test_one_year_later_agrees_with_walking_there(issued: date) -> None:
    assert anniversary(issued, 1) == next_same_day(issued)


@given(issued=st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31)), number=st.integers(1, 9), rule=rules)
def test_the_years_of_a_cycle_fill_it(issued: date, number: int, rule: RuleSet) -> None:
    found = window_number(number, issued, rule)
    years = years_of(found, issued, rule)
    assert years[0].start == found.start
    assert years[-1].end == found.end
    assert len(years) == rule.cycle.length_years.value
    assert all(before.end == after.start for before, after in pairwise(years))


def test_a_leap_day_comes_back() -> None:
    starts = [window_number(number, date(2020, 2, 29), RULES["chongqing"]).start for number in (1, 2, 3)]
    assert starts == [date(2020, 2, 29), date(2022, 3, 1), date(2024, 2, 29)]


def test_a_leap_day_may_be_read_as_the_last_of_february() -> None:
    assert anniversary(date(2020, 2, 29), 1, leap_day=LeapDay.FEB_28) == date(2021, 2, 28)


def test_the_last_day_of_a_window_is_inside_and_the_next_is_not() -> None:
    found = Window(1, date(2024, 5, 10), date(2026, 5, 10))
    assert found.contains(date(2024, 5, 10))
    assert found.contains(date(2026, 5, 9))
    assert not found.contains(date(2026, 5, 10))
    assert not found.contains(date(2024, 5, 9))


def test_cycles_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        window_number(0, date(2024, 5, 10), RULES["chongqing"])
