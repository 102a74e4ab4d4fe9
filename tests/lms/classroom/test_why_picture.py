"""The timeline as a picture: everything that happened can be seen, and nothing is written over its neighbour."""

from itertools import pairwise

import pytest

from lms.classroom.why_picture import NARROWEST, Piece, marks, pieces, ticks
from player.domain.spans import Span

WHOLE_MS = 2_000_000
MINUTE_MS = 60_000


def test_spans_lie_where_they_are() -> None:
    assert pieces([Span(0, 500_000), Span(1_000_000, WHOLE_MS)], WHOLE_MS) == (Piece("0", "25"), Piece("50", "50"))


@pytest.mark.parametrize("start_ms", [0, 1_000_000, WHOLE_MS - 10])
def test_the_shortest_loss_can_be_seen_and_stays_on_the_line(start_ms: int) -> None:
    [piece] = pieces([Span(start_ms, start_ms + 10)], WHOLE_MS)
    assert float(piece.width) == NARROWEST
    assert 0 <= float(piece.x) <= 100 - NARROWEST


@pytest.mark.parametrize("minutes", [1, 3, 12, 33, 45, 90, 240, 600])
def test_times_below_the_line_begin_at_nought_end_at_the_end_and_are_few(minutes: int) -> None:
    drawn = ticks(minutes * MINUTE_MS)
    assert (drawn[0].at_ms, drawn[-1].at_ms) == (0, minutes * MINUTE_MS)
    assert 2 <= len(drawn) <= 6
    places = [float(tick.x) for tick in drawn]
    assert all(after - before > 9 for before, after in pairwise(places))


def test_a_mark_stands_over_the_middle_of_its_stretch_with_its_word() -> None:
    [mark] = marks([(1, "画面不在眼前", Span(900_000, 1_100_000))], WHOLE_MS)
    assert (mark.x, mark.anchor, mark.numbers, mark.word) == ("50", "middle", "1", "画面不在眼前")


def test_marks_that_would_touch_become_one_without_words() -> None:
    near = [(2, "很久没有操作", Span(1_020_000, 1_040_000)), (1, "画面不在眼前", Span(1_000_000, 1_020_000))]
    [mark] = marks(near, WHOLE_MS)
    assert (mark.numbers, mark.word) == ("1·2", "")


def test_the_same_reason_twice_in_one_place_is_one_number() -> None:
    [mark] = marks([(1, "画面不在眼前", Span(at, at + 10_000)) for at in (1_000_000, 1_030_000)], WHOLE_MS)
    assert (mark.numbers, mark.word) == ("1", "画面不在眼前")


def test_words_that_would_meet_are_left_out() -> None:
    apart = [(1, "跳过了没有学到的部分", Span(500_000, 520_000)), (2, "很久没有操作", Span(700_000, 720_000))]
    assert [mark.word for mark in marks(apart, WHOLE_MS)] == ["", "很久没有操作"], "the longer one has no room"
    assert [mark.numbers for mark in marks(apart, WHOLE_MS)] == ["1", "2"]


@pytest.mark.parametrize(("span", "anchor"), [(Span(0, 10_000), "start"), (Span(1_990_000, WHOLE_MS), "end")])
def test_a_word_at_the_edge_stays_on_the_page(span: Span, anchor: str) -> None:
    [mark] = marks([(1, "画面不在眼前", span)], WHOLE_MS)
    assert (mark.anchor, mark.word) == (anchor, "画面不在眼前")
