"""From the size of a source to the sizes it is watched in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.ladder import (
    GREATEST_LONG_SIDE,
    SLIDES_AUDIO_BITS_PER_SECOND,
    Rung,
    Size,
    Sprite,
    frame_rate,
    rungs,
    slides,
    sprite,
)

SIZES = [
    ("full HD", (1920, 1080), [(640, 360), (960, 540), (1280, 720), (1920, 1080)]),
    ("exactly 720p", (1280, 720), [(640, 360), (960, 540), (1280, 720)]),
    ("a line short of 720p", (1278, 719), [(640, 360), (960, 540)]),
    ("DVD", (768, 576), [(480, 360), (720, 540)]),
    ("4:3", (1024, 768), [(480, 360), (720, 540), (960, 720)]),
    ("portrait phone", (1080, 1920), [(360, 640), (540, 960), (720, 1280), (1080, 1920)]),
    ("square", (800, 800), [(360, 360), (540, 540), (720, 720)]),
    ("ultra-wide", (2560, 1080), [(854, 360), (1280, 540), (1706, 720), (1920, 810)]),
    ("smaller than the first rung", (320, 240), [(320, 240)]),
    ("smaller and odd", (321, 241), [(320, 240)]),
    ("odd, between two rungs", (853, 481), [(638, 360)]),
    ("a strip", (10000, 720), [(1920, 138)]),
    ("one pixel", (1, 1), [(2, 2)]),
]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in SIZES], ids=[case[0] for case in SIZES])
def test_a_source_is_watched_in_these_sizes(source: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    assert [(rung.width, rung.height) for rung in rungs(Size(*source))] == expected


@given(st.integers(2, 9000), st.integers(2, 9000))
def test_sizes_are_even_ascending_and_never_larger_than_the_source(width: int, height: int) -> None:
    made = rungs(Size(width, height))
    assert made
    assert [rung.height for rung in made] == sorted({rung.height for rung in made})
    for rung in made:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= max(2, width)
        assert rung.height <= max(2, height)
        assert max(rung.width, rung.height) <= GREATEST_LONG_SIDE


@given(st.integers(64, 4096), st.integers(64, 4096))
def test_the_shape_of_the_picture_is_kept_to_a_pixel_or_two(width: int, height: int) -> None:
    for rung in rungs(Size(width, height)):
        # Rounding to even numbers moves each side by at most one pixel, or two where the source is odd.
        assert abs(rung.width * height - rung.height * width) <= 2 * (width + height)


def test_a_larger_size_may_use_more_bits() -> None:
    bits = [rung.bits_per_second for rung in rungs(Size(1920, 1080))]
    assert bits == sorted(bits)
    assert len(set(bits)) == 4


def test_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        rungs(Size(0, 720))


RATES = [
    (Fraction(25), Fraction(25)),
    (Fraction(10), Fraction(10)),
    (Fraction(30000, 1001), Fraction(30000, 1001)),
    (Fraction(60), Fraction(30)),
    (Fraction(60000, 1001), Fraction(30000, 1001)),
    (Fraction(50), Fraction(25)),
    (Fraction(48), Fraction(24)),
    (Fraction(31), Fraction(30)),
    (Fraction(120), Fraction(30)),
    (None, Fraction(25)),
    (Fraction(0), Fraction(25)),
]


@pytest.mark.parametrize(("source", "expected"), RATES)
def test_a_fast_source_is_slowed_evenly(source: Fraction | None, expected: Fraction) -> None:
    assert frame_rate(source) == expected


@given(st.fractions(min_value=Fraction(1, 100), max_value=1_000_000))
def test_no_rate_passes_thirty(source: Fraction) -> None:
    assert 0 < frame_rate(source) <= 30


def test_slides_are_the_smallest_size_in_fewer_bits() -> None:
    smallest = rungs(Size(1280, 720))[0]
    made = slides(smallest)
    assert (made.code, made.width, made.height) == ("slides", 640, 360)
    assert made.bits_per_second + SLIDES_AUDIO_BITS_PER_SECOND < 80_000
    assert made.is_slides
    assert not smallest.is_slides


def test_sizes_are_called_by_their_height() -> None:
    assert [rung.code for rung in rungs(Size(1080, 1920))] == ["640", "960", "1280", "1920"]


SPRITES = [
    ("a minute", (640, 360), 60_000, (2000, 160, 90)),
    ("three quarters of an hour", (640, 360), 45 * 60_000, (27_000, 160, 90)),
    ("four hours", (640, 360), 240 * 60_000, (144_000, 160, 90)),
    ("portrait", (360, 640), 60_000, (2000, 160, 284)),
    ("a strip", (1920, 138), 60_000, (2000, 160, 12)),
    ("a strip on end", (138, 1920), 60_000, (2000, 20, 284)),
    ("a stamp", (32, 32), 1, (2000, 32, 32)),
]


@pytest.mark.parametrize(("size", "ms", "made"), [case[1:] for case in SPRITES], ids=[case[0] for case in SPRITES])
def test_thumbnails_have_these_sizes(size: tuple[int, int], ms: int, made: tuple[int, int, int]) -> None:
    assert sprite(Rung("x", *size, 1), ms) == Sprite(*made)


@given(st.integers(1, 24 * 3600_000))
def test_one_sheet_holds_all_thumbnails(duration_ms: int) -> None:
    assert duration_ms <= 100 * sprite(Rung("x", 640, 360, 1), duration_ms).interval_ms
