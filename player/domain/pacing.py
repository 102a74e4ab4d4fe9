"""Keys in step with watching: which stretch may be opened now, and how far a session may play with the keys it has."""

from bisect import bisect_right
from collections.abc import Sequence

from player.domain.spans import Span, Spans

# Where two stretches meet, players disagree by a picture about which one they are in.
BORDER_MS = 500


def needed_ms(starts_ms: Sequence[int], stretch: int, *, look_ahead_ms: int) -> int:
    """Return from which end of the counted media on the key of a stretch may be given out.

    The stretch must begin less than the look-ahead beyond what is counted. starts_ms: where each stretch begins,
    ascending from 0. 0 or less: from the beginning. Raises IndexError for a stretch that is not there.
    """
    if stretch < 0:
        raise IndexError(stretch)
    return starts_ms[stretch] - look_ahead_ms + 1


def span_of_stretch(starts_ms: Sequence[int], stretch: int, duration_ms: int) -> Span:
    """Return the media of one stretch; the last ends with the lesson."""
    last = stretch + 1 == len(starts_ms)
    return Span(starts_ms[stretch], max(duration_ms, starts_ms[stretch] + 1) if last else starts_ms[stretch + 1])


def lies_in(starts_ms: Sequence[int], stretch: int, position_ms: int) -> bool:
    """Say whether a position lies in the stretch, or so near its border that a player may think so."""
    first = bisect_right(starts_ms, max(0, position_ms - BORDER_MS)) - 1
    last = bisect_right(starts_ms, position_ms + BORDER_MS) - 1
    return first <= stretch <= last


def opened_length(opened: Spans, from_ms: int, length_ms: int) -> int:
    """Return how much of [from_ms, from_ms + length_ms) may be watched without a break from its beginning on."""
    for span in opened:
        if span.start_ms <= from_ms < span.end_ms:
            return min(length_ms, span.end_ms - from_ms)
    return 0
