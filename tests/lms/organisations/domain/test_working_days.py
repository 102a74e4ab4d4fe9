"""Working days against a naive reference that walks and asks the notices themselves; and what a notice may say."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.organisations.domain.notice_reading import BadNotice, read_notice, written
from lms.organisations.domain.working_days import (
    BadPeriod,
    Calendar,
    Holiday,
    Notice,
    backward,
    backward_natural,
    forward,
    forward_natural,
    working_days_between,
)
from lms.organisations.working_day_notices import shipped_notices

CALENDAR = Calendar(shipped_notices())
ONE = timedelta(days=1)
days = st.dates(min_value=date(2019, 6, 1), max_value=date(2028, 12, 31))
lengths = st.integers(min_value=0, max_value=80)


def naively_worked(day: date) -> bool:
    """Go through every notice, line by line."""
    for notice in shipped_notices():
        if day in notice.worked:
            return True
        if any(holiday.first <= day <= holiday.last for holiday in notice.holidays):
            return False
    return day.isoweekday() <= 5


def naively(start: date, count: int, step: timedelta) -> date:
    worked: list[date] = []
    day = start
    while len(worked) < count:
        day += step
        if naively_worked(day):
            worked.append(day)
    return worked[-1] if worked else start


@given(start=days, count=lengths)
def test_forward_is_the_last_of_so_many_worked_days(start: date, count: int) -> None:
    assert forward(start, count, CALENDAR).day == naively(start, count, ONE)


@given(event=days, count=lengths)
def test_backward_is_the_same_the_other_way(event: date, count: int) -> None:
    assert backward(event, count, CALENDAR).day == naively(event, count, -ONE)


@given(start=days, count=st.integers(min_value=1, max_value=60))
def test_what_is_counted_forward_counts_back(start: date, count: int) -> None:
    end = forward(start, count, CALENDAR).day
    assert working_days_between(start, end, CALENDAR) == count
    assert working_days_between(start, end - ONE, CALENDAR) == count - 1


@given(start=days, count=lengths)
def test_a_period_is_provisional_exactly_when_a_day_of_it_has_no_notice(start: date, count: int) -> None:
    due = forward(start, count, CALENDAR)
    passed = [start + ONE * step for step in range(1, (due.day - start).days + 1)]
    assert due.provisional is any(not 2020 <= day.year <= 2026 for day in passed)


@given(start=days, count=lengths)
def test_a_natural_period_never_ends_on_a_day_off_nor_later_than_it_must(start: date, count: int) -> None:
    end = forward_natural(start, count, CALENDAR).day
    asked = start + ONE * count
    assert end >= asked
    assert naively_worked(end)
    assert not any(naively_worked(asked + ONE * step) for step in range((end - asked).days))


def test_a_new_notice_moves_what_was_provisional() -> None:
    before = forward(date(2026, 12, 30), 2, CALENDAR)
    new_year = Notice(2027, "n", date(2026, 11, 1), (Holiday("元旦", date(2026, 12, 31), date(2027, 1, 3)),), ())
    after = forward(date(2026, 12, 30), 2, Calendar((*shipped_notices(), new_year)))
    assert (before.day, before.provisional) == (date(2027, 1, 1), True)
    assert (after.day, after.provisional) == (date(2027, 1, 5), False)


def test_periods_shorter_than_nothing_are_refused() -> None:
    with pytest.raises(BadPeriod):
        forward(date(2026, 1, 5), -1, CALENDAR)
    with pytest.raises(BadPeriod):
        backward_natural(date(2026, 1, 5), -1)


def test_each_shipped_year_gives_as_many_days_as_it_takes() -> None:
    """The law's own count: eleven statutory holidays a year until 2024, thirteen since; the lengthened one of 2020 gave more."""
    for notice in shipped_notices():
        year = [
            date(notice.year, 1, 1) + ONE * step
            for step in range(366)
            if (date(notice.year, 1, 1) + ONE * step).year == notice.year
        ]
        weekdays_off = sum(day.weekday() < 5 and not CALENDAR.is_worked(day) for day in year)
        weekends_worked = sum(day.weekday() >= 5 and CALENDAR.is_worked(day) for day in year)
        statutory = 13 if notice.year >= 2025 else 11
        assert weekdays_off - weekends_worked in (statutory, statutory + 1, statutory + 2), notice.year
        assert notice.number.startswith("国办发明电〔")


@pytest.mark.parametrize("notice", shipped_notices(), ids=lambda notice: str(notice.year))
def test_a_notice_that_is_written_is_read_again(notice: Notice) -> None:
    assert read_notice(yaml.safe_load(yaml.safe_dump(written(notice)))) == notice


GOOD = {
    "year": 2027,
    "number": "N",
    "issued_on": "2026-11-03",
    "holidays": [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}],
    "worked": ["2027-01-09"],
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"year": "2027"}, "not_a_year"),
        ({"year": 1027}, "not_a_year"),
        ({"number": ""}, "missing"),
        ({"issued_on": "yesterday"}, "not_a_day"),
        ({"colour": "red"}, "unknown_key"),
        ({"holidays": "all"}, "not_a_table"),
        ({"holidays": [{"name": "x"}]}, "not_a_table"),
        ({"holidays": [{"name": "x", "from": "2027-01-05", "to": "2027-01-01"}]}, "ends_before_it_begins"),
        ({"holidays": [{"name": "x", "from": "2027-01-01", "to": "2027-02-01"}]}, "too_long"),
        ({"holidays": [{"name": "x", "from": "2026-10-01"}]}, "other_year"),
        ({"worked": ["2027-01-04"]}, "worked_on_a_weekday"),
        ({"worked": ["2027-01-02"]}, "off_and_worked"),
        ({"worked": ["2028-03-04"]}, "other_year"),
        ({"holidays": [*GOOD["holidays"], {"name": "y", "from": "2027-01-02"}]}, "off_twice"),  # type: ignore[misc]  # a list
    ],
)
def test_what_no_notice_can_say_is_refused(change: dict[str, object], code: str) -> None:
    assert read_notice(GOOD).year == 2027
    with pytest.raises(BadNotice) as refused:
        read_notice(GOOD | change)
    assert code in {found for found, _about in refused.value.complaints}


def test_whatever_is_no_table_is_refused() -> None:
    with pytest.raises(BadNotice):
        read_notice(["2027"])
