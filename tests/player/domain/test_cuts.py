"""Where a source that need not be encoded can be cut, and whether it may be copied."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.cuts import (
    LEAST_US,
    MOST_CUTS,
    MOST_US,
    Group,
    Pictures,
    are_cut_alike,
    cuts_of,
    is_worth_a_look,
)
from player.domain.ladder import Rung, Size
from player.domain.source import Container, SourceFacts

TOP = Rung("720", 1280, 720, 2_800_000)
SECOND = 1_000_000
GOOD = SourceFacts(
    container=Container.MOV,
    streams=2,
    video_index=0,
    audio_index=1,
    size=Size(1280, 720),
    frames_per_second=Fraction(25),
    duration_ms=60_000,
    plain_h264=True,
)


def pictures(*seconds: float, end: float, bits_per_second: int = 2_000_000) -> Pictures:
    """Key frames at these seconds, of a film that uses its bits evenly and has 25 pictures a second."""
    at = [round(second * SECOND) for second in seconds]
    ends = [*at[1:], round(end * SECOND)]
    groups = tuple(
        Group(begin, bits_per_second * (finish - begin) // (8 * SECOND)) for begin, finish in zip(at, ends, strict=True)
    )
    return Pictures(groups, round(25 * end), round(end * SECOND), 40_000, 40_000, steady=True)


def every(step: float, end: float) -> list[float]:
    return [n * step for n in range(round(end / step + 0.49))]


CUTS = [
    ("every second", every(1, 27), 27, [4, 8, 12, 16, 20, 24]),
    ("every two seconds", every(2, 20), 20, [4, 8, 12, 16]),
    ("every 2.5 s", every(2.5, 20), 20, [5, 10, 15]),
    ("every 5 s", every(5, 20), 20, [5, 10, 15]),
    ("every 6 s", every(6, 18), 18, [6, 12]),
    ("here and there", [0, 3.2, 5.4, 9.9, 13, 16.5], 18, [3.2, 5.4, 9.9, 13]),
    ("two close together", [0, 0.5, 3.9, 4.1, 8.5], 10.5, [4.1, 8.5]),
    ("a long end", [0, 4], 10, [4]),
]


@pytest.mark.parametrize(("keys", "end", "cuts"), [case[1:] for case in CUTS], ids=[case[0] for case in CUTS])
def test_a_source_is_cut_at_these_of_its_key_frames(keys: list[float], end: float, cuts: list[float]) -> None:
    assert cuts_of(pictures(*keys, end=end), TOP) == tuple(round(cut * SECOND) for cut in cuts)


EVEN = pictures(*every(2, 20), end=20)
UNFIT = [
    ("one segment", pictures(0, 2, end=4)),
    ("a key frame every 10 s", pictures(0, 10, end=20)),
    ("a gap of more than 6 s", pictures(0, 4, 8, 14.1, 18, end=20)),
    ("no key frame near the end", pictures(0, 4, 8, end=20)),
    ("it begins late", pictures(*(second + 0.1 for second in every(2, 20)), end=20)),
    ("no key frame at all", replace(EVEN, groups=())),
    ("parameters that change", replace(EVEN, steady=False)),
    ("60 a second", replace(EVEN, count=1200, least_gap_us=16_000, greatest_gap_us=17_000)),
    ("pictures that come when they like", replace(EVEN, greatest_gap_us=400_000)),
    ("two pictures at one time", replace(EVEN, least_gap_us=0)),
    ("one picture", replace(EVEN, count=1)),
    ("no time at all", replace(EVEN, end_us=0)),
    ("an end before the beginning", replace(EVEN, end_us=-5)),
    ("key frames in disorder", replace(EVEN, groups=EVEN.groups[::-1])),
    ("two key frames at one time", replace(EVEN, groups=(EVEN.groups[0], *EVEN.groups))),
    ("too heavy", pictures(*every(2, 20), end=20, bits_per_second=3_600_000)),
    ("one heavy segment", replace(EVEN, groups=(*EVEN.groups[:-2], replace(EVEN.groups[-2], length=3_000_000), EVEN.groups[-1]))),
]  # fmt: skip


@pytest.mark.parametrize("unfit", [case[1] for case in UNFIT], ids=[case[0] for case in UNFIT])
def test_these_are_encoded(unfit: Pictures) -> None:
    assert cuts_of(unfit, TOP) is None


def test_a_little_heavier_than_ours_is_not_too_heavy() -> None:
    assert cuts_of(pictures(*every(2, 20), end=20, bits_per_second=3_400_000), TOP)


def test_more_cuts_than_a_command_line_holds_are_not_made() -> None:
    end = 4 * (MOST_CUTS + 2)
    assert cuts_of(pictures(*every(4, end), end=end), TOP) is None


@given(st.lists(st.integers(0, 40 * SECOND), min_size=1, max_size=60), st.integers(-SECOND, 45 * SECOND))
def test_whatever_the_key_frames_segments_are_neither_short_nor_long(keys: list[int], end_us: int) -> None:
    groups = tuple(Group(at, 10) for at in sorted({0, *keys}))
    found = cuts_of(replace(EVEN, groups=groups, end_us=end_us, count=max(2, end_us // 40_000)), TOP)
    if found is None:
        return
    assert set(found) <= {group.at_us for group in groups}
    edges = [0, *found]
    lengths = [later - earlier for earlier, later in pairwise(edges)]
    assert all(LEAST_US <= length <= MOST_US for length in lengths)
    assert end_us - edges[-1] <= MOST_US


@given(st.lists(st.integers(-(2**62), 2**62), max_size=40), st.integers(-(2**62), 2**62), st.integers(-9, 10**9))
def test_no_list_of_key_frames_is_too_strange(keys: list[int], end_us: int, count: int) -> None:
    groups = tuple(Group(at, 10) for at in keys)
    found = cuts_of(replace(EVEN, groups=groups, end_us=end_us, count=count), TOP)
    assert found is None or all(b - a >= LEAST_US for a, b in pairwise(found))


def test_only_plain_pictures_of_the_very_size_are_looked_through() -> None:
    assert is_worth_a_look(GOOD, TOP)
    for other in (
        replace(GOOD, plain_h264=False),
        replace(GOOD, container=Container.MPEGTS),
        replace(GOOD, size=Size(1280, 722)),
        replace(GOOD, size=None),
        replace(GOOD, frames_per_second=None),
    ):
        assert not is_worth_a_look(other, TOP)


@pytest.mark.parametrize(
    ("ways", "alike"),
    [
        ([[4000, 4000, 2000], [4000, 4000, 900]], True),
        ([[4000, 4000], [4033, 3967]], True),
        ([[4000, 4000], [4100, 3900]], False),
        ([[4000, 4000], [4000]], False),
        ([[4000, 4000], [4000, 4000], [4000, 2000, 2000]], False),
        ([[900]], True),
    ],
)
def test_ways_to_watch_share_keys_only_when_they_are_cut_alike(ways: list[list[int]], alike: bool) -> None:
    assert are_cut_alike(ways) is alike
