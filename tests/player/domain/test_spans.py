"""Spans against the plainest model there is: a set of milliseconds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.spans import EmptySpan, Span, Spans, furthest_ms, gaps, intersect, merge, subtract, total_ms

LENGTH_MS = 60
spans = st.lists(
    st.tuples(st.integers(0, LENGTH_MS - 1), st.integers(1, 20)).map(
        lambda pair: Span(pair[0], min(pair[0] + pair[1], LENGTH_MS))
    ),
    max_size=8,
)


def milliseconds(some: list[Span] | Spans) -> set[int]:
    return {ms for span in some for ms in range(span.start_ms, span.end_ms)}


def is_canonical(some: Spans) -> bool:
    return all(left.end_ms < right.start_ms for left, right in pairwise(some))


@pytest.mark.parametrize(("start_ms", "end_ms"), [(5, 5), (6, 5), (-1, 5)])
def test_a_span_is_never_empty_or_before_the_beginning(start_ms: int, end_ms: int) -> None:
    with pytest.raises(EmptySpan):
        Span(start_ms, end_ms)


def test_touching_spans_become_one() -> None:
    assert merge([Span(5, 9), Span(0, 5)]) == (Span(0, 9),)


@given(spans)
def test_merging_keeps_the_milliseconds_and_is_canonical(some: list[Span]) -> None:
    assert milliseconds(merge(some)) == milliseconds(some)
    assert is_canonical(merge(some))
    assert merge(merge(some)) == merge(some)
    assert total_ms(some) == len(milliseconds(some))
    assert furthest_ms(some) == max(milliseconds(some), default=-1) + 1


@given(st.permutations([Span(0, 5), Span(3, 9), Span(9, 10), Span(20, 30), Span(25, 26)]))
def test_the_order_of_spans_does_not_matter(some: list[Span]) -> None:
    assert merge(some) == (Span(0, 10), Span(20, 30))


@given(spans, spans)
def test_what_both_cover_and_what_only_one_covers(some: list[Span], others: list[Span]) -> None:
    assert milliseconds(intersect(some, others)) == milliseconds(some) & milliseconds(others)
    assert milliseconds(subtract(some, others)) == milliseconds(some) - milliseconds(others)
    assert is_canonical(intersect(some, others))
    assert is_canonical(subtract(some, others))


@given(spans, st.integers(0, LENGTH_MS))
def test_gaps_are_what_is_left_of_the_lesson(some: list[Span], length_ms: int) -> None:
    assert milliseconds(gaps(some, length_ms)) == set(range(length_ms)) - milliseconds(some)
    assert is_canonical(gaps(some, length_ms))
