"""Which key may be given out, and how far one may play with it."""

import pytest

from player.domain.pacing import lies_in, needed_ms, opened_length, span_of_stretch
from player.domain.spans import Span

STARTS = (0, 24_000, 48_000, 71_500)


@pytest.mark.parametrize(
    ("stretch", "furthest_ms", "released"),
    [
        (0, 0, True),
        (1, 0, True),
        (2, 0, False),  # begins at the end of the look-ahead, not before it
        (2, 1, True),
        (3, 23_500, False),
        (3, 23_501, True),
    ],
)
def test_a_key_is_given_less_than_the_look_ahead_before_it_is_needed(
    stretch: int, furthest_ms: int, released: bool
) -> None:
    assert (furthest_ms >= needed_ms(STARTS, stretch, look_ahead_ms=48_000)) is released


@pytest.mark.parametrize("stretch", [-1, 4, 10**9])
def test_there_are_no_keys_beside_the_film(stretch: int) -> None:
    with pytest.raises(IndexError):
        needed_ms(STARTS, stretch, look_ahead_ms=48_000)


def test_a_stretch_ends_where_the_next_begins_and_the_last_with_the_lesson() -> None:
    spans = [span_of_stretch(STARTS, number, 80_000) for number in range(4)]
    assert spans == [Span(0, 24_000), Span(24_000, 48_000), Span(48_000, 71_500), Span(71_500, 80_000)]


@pytest.mark.parametrize(
    ("stretch", "position_ms", "lies"),
    [
        (0, 0, True),
        (1, 0, False),
        (0, 24_499, True),
        (0, 24_500, False),
        (1, 23_500, True),
        (1, 23_499, False),
        (3, 10**6, True),
    ],
)
def test_a_position_lies_in_its_stretch_or_so_near_that_one_may_think_so(
    stretch: int, position_ms: int, lies: bool
) -> None:
    assert lies_in(STARTS, stretch, position_ms) is lies


@pytest.mark.parametrize(
    ("from_ms", "length_ms", "opened_ms"),
    [
        (0, 5_000, 5_000),
        (22_000, 5_000, 2_000),
        (24_000, 5_000, 0),
        (30_000, 5_000, 5_000),
        (59_999, 2, 1),
        (60_000, 1, 0),
    ],
)
def test_one_plays_as_far_as_the_keys_reach(from_ms: int, length_ms: int, opened_ms: int) -> None:
    assert opened_length((Span(0, 24_000), Span(30_000, 60_000)), from_ms, length_ms) == opened_ms
