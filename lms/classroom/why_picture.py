"""The timeline of a lesson as places on a line of a hundred, for SVG attributes. No Django, no words of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from player.domain.spans import Span

# A second of an hour would be less than a pixel: nothing that happened is drawn narrower than this (percent).
NARROWEST = 0.5
# Two numbers nearer than this would touch on a phone.
NEAREST = 5.0
# A wide screen shows the line about so long; words stand only where they have room there (px).
WIDE_PX = 1060
STEPS_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120)
MOST_TICKS = 6
_HALF = 50
_FIRST_WIDE = 0x2E80  # from here on characters are as wide as they are high


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the line: where it begins and how wide it is, both in percent."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A time below the line."""

    at_ms: int
    x: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Above a stretch that was refused: the numbers of its reasons, and the word where there is room for it."""

    x: str
    anchor: str
    numbers: str
    word: str


def pieces(spans: Iterable[Span], whole_ms: int) -> tuple[Piece, ...]:
    """Return spans of a lesson as stretches of the line.

    >>> pieces([Span(0, 30_000), Span(59_990, 60_000)], 60_000)
    (Piece(x='0', width='50'), Piece(x='99.5', width='0.5'))
    """
    drawn = []
    for span in spans:
        width = max(span.length_ms * 100 / whole_ms, NARROWEST)
        x = min(span.start_ms * 100 / whole_ms, 100 - width)
        drawn.append(Piece(_percent(x), _percent(width)))
    return tuple(drawn)


def ticks(whole_ms: int) -> tuple[Tick, ...]:
    """Return the times below the line: 0, whole steps of minutes, the end. No more than fit a phone.

    >>> [tick.at_ms // 60_000 for tick in ticks(33 * 60_000)]
    [0, 10, 20, 33]
    """
    longest = MOST_TICKS - 1
    step_ms = next((m * 60_000 for m in STEPS_MINUTES if whole_ms / (m * 60_000) <= longest), whole_ms)
    # The last whole step stands aside where it would run into the end.
    between = [at for at in range(step_ms, whole_ms, step_ms) if whole_ms - at > whole_ms / (longest * 2)]
    at_all = [(0, "start"), *((at, "middle") for at in between), (whole_ms, "end")]
    return tuple(Tick(at, _percent(at * 100 / whole_ms), anchor) for at, anchor in at_all)


def marks(stretches: Iterable[tuple[int, str, Span]], whole_ms: int) -> tuple[Mark, ...]:
    """Return what stands above the refused stretches (number, word, span): neighbours that would touch become one."""
    gathered: list[tuple[float, list[tuple[int, str]]]] = []
    for number, word, span in sorted(stretches, key=lambda one: one[2]):
        centre = (span.start_ms + span.end_ms) * _HALF / whole_ms
        if gathered and centre - gathered[-1][0] < NEAREST:
            if (number, word) not in gathered[-1][1]:
                gathered[-1][1].append((number, word))
        else:
            gathered.append((centre, [(number, word)]))
    drawn = []
    for place, (centre, reasons) in enumerate(gathered):
        numbers = "·".join(str(number) for number, _word in sorted(reasons))
        word = reasons[0][1] if len(reasons) == 1 else ""
        half = _width(numbers + " " + word) / 2
        anchor = "start" if centre < half else "end" if centre > 100 - half else "middle"
        if word and not _has_room(gathered, place, half, anchor):
            word = ""
        drawn.append(Mark(_percent(centre), anchor if word else "middle", numbers, word))
    return tuple(drawn)


def _has_room(gathered: Sequence[tuple[float, object]], place: int, half: float, anchor: str) -> bool:
    """Say whether a word reaches no further than half way to its neighbours."""
    centre = gathered[place][0]
    left, right = {"start": (0.0, half * 2), "end": (half * 2, 0.0)}.get(anchor, (half, half))
    before = gathered[place - 1][0] if place else centre - 2 * left
    after = gathered[place + 1][0] if place + 1 < len(gathered) else centre + 2 * right
    return left <= (centre - before) / 2 and right <= (after - centre) / 2


def _width(text: str) -> float:
    """Return about how much of the line a small text takes on a wide screen, in percent."""
    return sum(13 if ord(sign) >= _FIRST_WIDE else 7 for sign in text) * 100 / WIDE_PX


def _percent(value: float) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")
