"""A chunk: the watching of at most five minutes of server time, on one day, as it will be stored for good."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from player.domain.spans import Span, Spans, intersect, merge, subtract, total_ms, with_span

LONGEST_MS = 300_000
_QUARTER_MS = 900_000


class Chunk(NamedTuple):
    """What was watched in the server time [from_ms, until_ms) (Unix, ms); never longer media than that time.

    watched: media that played; counted: the part of it that was new for this learner and subject. beats: how many
    proved it.
    """

    from_ms: int
    until_ms: int
    watched: Spans
    counted: Spans
    beats: int

    @property
    def counted_ms(self) -> int:
        return total_ms(self.counted)


class Stretch(NamedTuple):
    """What one beat proved: media `watched`, of which `counted` was new, in server time [from_ms, until_ms)."""

    from_ms: int
    until_ms: int
    watched: Span
    counted: Spans


def add(running: Chunk | None, stretch: Stretch, zone: tzinfo) -> tuple[tuple[Chunk, ...], Chunk]:
    """Return the chunks that are now complete, oldest first, and the one that runs on.

    A stretch over midnight in `zone` is cut there, so that each chunk belongs to one day: the media first watched goes
    to the old day as far as its server time reaches.
    """
    sealed: list[Chunk] = []
    for piece in _by_day(stretch, zone):
        if running and (_is_other_day(running, piece.from_ms, zone) or piece.until_ms - running.from_ms > LONGEST_MS):
            sealed.append(running)
            running = None
        if running is None:
            running = Chunk(piece.from_ms, piece.until_ms, (piece.watched,), merge(piece.counted), 1)
        else:
            watched = with_span(running.watched, piece.watched)[0]
            new = piece.counted == (piece.watched,) and running.counted == running.watched  # as nearly always
            counted = watched if new else _with_all(running.counted, piece.counted)
            running = Chunk(running.from_ms, piece.until_ms, watched, counted, running.beats + 1)
    if running is None:
        raise AssertionError("a stretch has at least one piece")
    return tuple(sealed), running


def _with_all(spans: Spans, others: Spans) -> Spans:
    for span in others:
        spans = with_span(spans, span)[0]
    return spans


def is_due(running: Chunk, used_until_ms: int, zone: tzinfo) -> bool:
    """Say whether a chunk must be sealed although nothing new came: five minutes old, or of an earlier day.

    used_until_ms: the end of the server time that beats have used up; what lies after it may still be watched in.
    """
    return used_until_ms - running.from_ms > LONGEST_MS or _is_other_day(running, used_until_ms, zone)


def _by_day(stretch: Stretch, zone: tzinfo) -> Iterator[Stretch]:
    midnight_ms = _next_midnight_ms(stretch.from_ms, zone)
    if stretch.until_ms <= midnight_ms:
        yield stretch
        return
    before_ms = min(stretch.watched.length_ms, midnight_ms - stretch.from_ms)
    head = Span(stretch.watched.start_ms, stretch.watched.start_ms + before_ms)
    yield Stretch(stretch.from_ms, midnight_ms, head, intersect([head], stretch.counted))
    for tail in subtract([stretch.watched], [head]):
        yield Stretch(midnight_ms, stretch.until_ms, tail, intersect([tail], stretch.counted))


def _is_other_day(running: Chunk, at_ms: int, zone: tzinfo) -> bool:
    return at_ms >= _next_midnight_ms(running.from_ms, zone)


def _next_midnight_ms(at_ms: int, zone: tzinfo) -> int:
    return _midnight_after(at_ms // _QUARTER_MS, zone)


@lru_cache(maxsize=1024)
def _midnight_after(quarter: int, zone: tzinfo) -> int:
    """Return the next midnight after a quarter of an hour since 1970: none lies within one, in any zone."""
    local = datetime.fromtimestamp(quarter * _QUARTER_MS // 1000, zone)
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(days=1)
    return int(midnight.timestamp()) * 1000
