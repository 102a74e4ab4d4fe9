"""Declared hours never exceed what the videos hold."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.domain.hours import excess_of, hours_held, largest_declarable

MINUTE = 60_000


@pytest.mark.parametrize(
    ("declared", "total_ms", "per_hour", "fits"),
    [
        ("1.00", 45 * MINUTE, 45, True),
        ("1.00", 45 * MINUTE - 1, 45, False),
        ("1.01", 45 * MINUTE, 45, False),
        ("2.00", 90 * MINUTE, 45, True),
        ("2.00", 128_000, 1, True),
        ("2.14", 128_000, 1, False),
        ("0.01", 0, 45, False),
        ("0.33", 20 * MINUTE, 60, True),
        ("0.34", 20 * MINUTE, 60, False),
    ],
)
def test_hours_fit_exactly_or_not_at_all(declared: str, total_ms: int, per_hour: int, fits: bool) -> None:
    excess = excess_of(declared=Decimal(declared), total_ms=total_ms, minutes_per_hour=per_hour, lesson_count=2)
    assert (excess is None) is fits


def test_the_refusal_says_the_figures() -> None:
    excess = excess_of(declared=Decimal("2.00"), total_ms=61 * MINUTE + 12_000, minutes_per_hour=45, lesson_count=3)
    assert excess is not None
    text = excess.message % excess.figures
    assert "申报 2.00 学时" in text
    assert "需要视频 90 分 00 秒" in text
    assert "现有 3 课时共 61 分 12 秒" in text
    assert "最多申报 1.36 学时" in text


def test_needed_and_present_never_look_alike_in_a_refusal() -> None:
    excess = excess_of(declared=Decimal("1.00"), total_ms=45 * MINUTE - 1, minutes_per_hour=45, lesson_count=1)
    assert excess is not None
    assert "需要视频 45 分 00 秒" in excess.message % excess.figures
    assert "共 44 分 59 秒" in excess.message % excess.figures


@given(total_ms=st.integers(0, 10**8), per_hour=st.integers(1, 120))
def test_the_largest_figure_offered_is_accepted_and_one_more_hundredth_is_not(total_ms: int, per_hour: int) -> None:
    largest = largest_declarable(total_ms=total_ms, minutes_per_hour=per_hour)
    assert Fraction(largest) <= hours_held(total_ms=total_ms, minutes_per_hour=per_hour)
    too_much = excess_of(
        declared=largest + Decimal("0.01"), total_ms=total_ms, minutes_per_hour=per_hour, lesson_count=1
    )
    assert too_much is not None
