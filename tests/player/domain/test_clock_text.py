"""Positions as people type them."""

import pytest

from player.domain.clock_text import ms_of, text_of


@pytest.mark.parametrize(
    ("typed", "ms"),
    [
        ("0", 0),
        ("5", 5_000),
        ("90", 90_000),
        ("1:30", 90_000),
        ("75:00", 4_500_000),
        ("1:02:03.4", 3_723_400),
        ("01:02:03,045", 3_723_045),
        (" 00：01：02．5".replace("．", "."), 62_500),
        ("0:05，25", 5_250),
        ("0:05。25", 5_250),
    ],
)
def test_what_people_type_is_read(typed: str, ms: int) -> None:
    assert ms_of(typed) == ms


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "soon",
        "-1",
        "1:60",
        "1:75:00",
        "1:2:3:4",
        "1.0005",
        "1e3",
        "５",
        "²",
        "0:05.",
        "9" * 40,
        "NaN",
        "1:\x000",
    ],
)
def test_what_is_no_position_is_none(typed: str) -> None:
    assert ms_of(typed) is None


@pytest.mark.parametrize("ms", [0, 1, 999, 59_999, 3_599_999, 3_600_000, 14_400_000])
def test_what_is_written_is_read_back(ms: int) -> None:
    assert ms_of(text_of(ms)) == ms
