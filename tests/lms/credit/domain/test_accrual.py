"""Seconds into hours: exact inside, cut off when shown."""

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain import accrual

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [([1350] * 4, "2.00"), ([2699], "0.99"), ([2700], "1.00"), ([5399], "1.99"), ([26], "0.00"), ([0], "0.00")],
)
def test_hours_are_cut_off_when_shown(seconds: list[int], shown: str) -> None:
    assert accrual.shown(accrual.hours(sum(seconds), seconds_per_hour=2700)) == shown


@given(earned=st.fractions(min_value=0, max_value=64), asked=st.integers(1, 64))
def test_shown_earned_and_shown_missing_add_up(earned: Fraction, asked: int) -> None:
    missing = asked - earned
    if missing > 0:
        assert Fraction(accrual.shown(earned)) + Fraction(accrual.shown_missing(missing)) == asked


@given(seconds=st.integers(0, 10**7))
def test_shown_is_never_more_than_earned(seconds: int) -> None:
    earned = accrual.hours(seconds, seconds_per_hour=2700)
    assert Fraction(accrual.shown(earned)) <= earned < Fraction(accrual.shown(earned)) + Fraction(1, 100)


@given(amount=st.fractions(max_denominator=2700))
def test_a_code_of_an_amount_says_it_exactly(amount: Fraction) -> None:
    assert Fraction(accrual.exact(amount)) == amount


@pytest.mark.parametrize(
    ("seconds", "limit", "counted"),
    [(27_000, 21_600, (21_600, 5_400)), (600, 21_600, (600, 0)), (90_000, None, (90_000, 0))],
)
def test_a_day_has_a_limit(seconds: int, limit: int | None, counted: tuple[int, int]) -> None:
    assert accrual.within_daily_limit(seconds, limit_seconds=limit) == counted


def test_an_evening_is_split_at_local_midnight() -> None:
    start = datetime(2026, 5, 9, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    assert accrual.split_at_midnight(start, start + timedelta(hours=3), zone=SHANGHAI) == {
        date(2026, 5, 9): 3600,
        date(2026, 5, 10): 7200,
    }


def test_time_does_not_run_backwards() -> None:
    start = datetime(2026, 5, 9, 15, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="before"):
        accrual.split_at_midnight(start, start - timedelta(seconds=1), zone=SHANGHAI)
