"""Stretches of media time, in whole milliseconds. Half-open always: [start_ms, end_ms)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple, Self


class EmptySpan(ValueError):
    """A span must begin at 0 or later and end after it begins."""


class _Ends(NamedTuple):
    start_ms: int
    end_ms: int


class Span(_Ends):
    """The milliseconds start_ms … end_ms − 1 of a lesson; never empty. Raises EmptySpan.

    A tuple, because some are made for each beat: a frozen dataclass takes three times as long.
    """

    __slots__ = ()

    def __new__(cls, start_ms: int, end_ms: int) -> Self:
        if not 0 <= start_ms < end_ms:
            raise EmptySpan(f"[{start_ms}, {end_ms})")
        return tuple.__new__(cls, (start_ms, end_ms))

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


Spans = tuple[Span, ...]
_start, _end = attrgetter("start_ms"), attrgetter("end_ms")


def merge(spans: Iterable[Span]) -> Spans:
    """Return the fewest sorted, disjoint spans that cover the same milliseconds.

    Touching spans become one, so replaying a minute never counts twice.

    >>> merge([Span(0, 1000), Span(900, 2000), Span(2000, 2500), Span(9000, 9001)])
    (Span(start_ms=0, end_ms=2500), Span(start_ms=9000, end_ms=9001))
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start_ms <= merged[-1].end_ms:
            if span.end_ms > merged[-1].end_ms:
                merged[-1] = Span(merged[-1].start_ms, span.end_ms)
        else:
            merged.append(span)
    return tuple(merged)


def total_ms(spans: Iterable[Span]) -> int:
    """Return how many different milliseconds the spans cover; one that is covered twice counts once."""
    return sum(span.length_ms for span in merge(spans))


def furthest_ms(spans: Iterable[Span]) -> int:
    """Return the end of the last span; 0 when there is none."""
    return max((span.end_ms for span in spans), default=0)


def intersect(some: Iterable[Span], others: Iterable[Span]) -> Spans:
    """Return, merged, the milliseconds that both cover."""
    left, right = merge(some), merge(others)
    found: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i].start_ms, right[j].start_ms)
        end = min(left[i].end_ms, right[j].end_ms)
        if start < end:
            found.append(Span(start, end))
        if left[i].end_ms <= right[j].end_ms:
            i += 1
        else:
            j += 1
    return tuple(found)


def gaps(spans: Iterable[Span], length_ms: int) -> Spans:
    """Return, merged, what the spans leave open in [0, length_ms).

    >>> gaps([Span(1000, 2000)], 5000)
    (Span(start_ms=0, end_ms=1000), Span(start_ms=2000, end_ms=5000))
    """
    found: list[Span] = []
    reached = 0
    for span in merge(spans):
        if span.start_ms >= length_ms:
            break
        if span.start_ms > reached:
            found.append(Span(reached, span.start_ms))
        reached = span.end_ms
    if reached < length_ms:
        found.append(Span(reached, length_ms))
    return tuple(found)


def subtract(some: Iterable[Span], others: Iterable[Span]) -> Spans:
    """Return, merged, the milliseconds of `some` that `others` do not cover."""
    left = merge(some)
    return intersect(left, gaps(others, furthest_ms(left)))


def with_span(spans: Spans, span: Span) -> tuple[Spans, Spans]:
    """Return the spans with one more, and what of it they did not cover before.

    spans: merged. Looks only at those that the new one touches, so that a beat costs the same however much is covered.

    >>> with_span((Span(0, 1000), Span(5000, 6000)), Span(500, 1500))
    ((Span(start_ms=0, end_ms=1500), Span(start_ms=5000, end_ms=6000)), (Span(start_ms=1000, end_ms=1500),))
    """
    if not spans or span.start_ms > spans[-1].end_ms:
        return (*spans, span), (span,)
    if span.start_ms == spans[-1].end_ms:  # as nearly always: the film goes on
        return (*spans[:-1], Span(spans[-1].start_ms, span.end_ms)), (span,)
    first = bisect_left(spans, span.start_ms, key=_end)
    after = bisect_right(spans, span.end_ms, lo=first, key=_start)
    if first == after:
        return (*spans[:first], span, *spans[after:]), (span,)
    touched = spans[first:after]
    whole = Span(min(span.start_ms, touched[0].start_ms), max(span.end_ms, touched[-1].end_ms))
    return (*spans[:first], whole, *spans[after:]), subtract((span,), touched)
