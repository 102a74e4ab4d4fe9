"""Where a source that need not be encoded can be cut, and whether it then may be copied.

One key covers a stretch in all sizes, so all are cut at the same media times. Encoded pictures get their key frames
where we want them; copied ones have them where the source has. So the source's choose, and the other sizes follow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from player.domain.ladder import GREATEST_FRAME_RATE, Rung, Size
from player.domain.source import Container, SourceFacts

AIM_US, LEAST_US, MOST_US = 4_000_000, 2_000_000, 6_000_000
# Each cut is a word of the encoder's command line, of which a kernel takes 128 KiB. 4 h and more.
MOST_CUTS = 4_000
# An encoder that may spend a rung's bits has a buffer of two seconds of them: so much may a segment be over.
_BUFFER_US = 2_000_000
# A source may be this much heavier than what we would make of it: encoding it anew costs more than its bytes.
_MARGIN = Fraction(5, 4)
_FIRST_PICTURE_US = 50_000
_UNEVEN = 3
_APART_MS = 50
# Their files say which pictures are key frames, and their clocks neither jump nor begin anew.
_CONTAINERS = frozenset({Container.MOV, Container.MATROSKA})


@dataclass(frozen=True, slots=True)
class Group:
    """A key frame at which one can cut (nothing after it needs what was before) and what follows, to the next one.

    at_us: when it is shown, in microseconds from the beginning of the file; length: bytes of all its pictures.
    """

    at_us: int
    length: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is known of the pictures of a source, by its packets alone.

    steady: one set of parameters throughout, and nothing that is decoded but not shown. The gaps are those between
    pictures that follow each other on screen.
    """

    groups: tuple[Group, ...]
    count: int
    end_us: int
    least_gap_us: int
    greatest_gap_us: int
    steady: bool


def is_worth_a_look(facts: SourceFacts, top: Rung) -> bool:
    """Return whether the pictures may fit this rung as they are, so that reading the file through is worth its time."""
    return (
        facts.plain_h264
        and facts.container in _CONTAINERS
        and facts.size == Size(top.width, top.height)
        and facts.frames_per_second is not None
    )


def cuts_of(pictures: Pictures, rung: Rung) -> tuple[int, ...] | None:
    """Return the times (µs) at which to cut if the pictures can be copied as this rung, else None.

    They can when they begin at once, come evenly and at most 30 a second, are no heavier than the rung encoded would
    be, and can be cut into segments of about 4 s: none above 6 s, none under 2 but the last, which has what is left.
    The first segment's beginning is not among the cuts. None too for a film of one segment, which costs little.
    """
    if not (pictures.steady and pictures.groups and _are_even(pictures)):
        return None
    starts = [group.at_us for group in pictures.groups]
    if starts[0] > _FIRST_PICTURE_US or any(later <= earlier for earlier, later in pairwise(starts)):
        return None
    cuts = _nearest_to_aim(starts, pictures.end_us)
    if not cuts or len(cuts) > MOST_CUTS or not _is_light(pictures, cuts, rung):
        return None
    return cuts


def are_cut_alike(ways: Sequence[Sequence[int]]) -> bool:
    """Return whether all ways to watch have their segments at the same times; given are lengths in milliseconds.

    The last may differ. A slide is shown a picture's length early or late where the others begin between whole seconds.
    """
    first, *others = [tuple(accumulate(lengths[:-1])) for lengths in ways]
    return all(
        len(other) == len(first) and all(abs(a - b) <= _APART_MS for a, b in zip(first, other, strict=True))
        for other in others
    )


def _are_even(pictures: Pictures) -> bool:
    """Return whether the pictures come at one rate; a clock of whole milliseconds makes them waver a little."""
    if pictures.count <= 1 or pictures.end_us <= 0:
        return False
    mean_us = Fraction(pictures.end_us, pictures.count)
    # A film of 30 a second whose clock is rounded may seem to have a hair more.
    return (
        mean_us * GREATEST_FRAME_RATE * 1_01 >= 1_00 * 1_000_000
        and _UNEVEN * pictures.least_gap_us >= mean_us
        and pictures.greatest_gap_us <= _UNEVEN * mean_us
    )


def _nearest_to_aim(starts: Sequence[int], end_us: int) -> tuple[int, ...] | None:
    """Return the cuts, each the key frame nearest to 4 s after the one before; None if some gap has none to offer."""
    cuts: list[int] = []
    last, number = starts[0], 1
    while end_us - last > MOST_US:
        best = None
        while number < len(starts) and starts[number] - last <= MOST_US:
            at = starts[number]
            if at - last >= LEAST_US and (best is None or abs(at - last - AIM_US) <= abs(best - last - AIM_US)):
                best = at
            elif best is not None:
                break
            number += 1
        if best is None:
            return None
        cuts.append(best)
        last = best
    return tuple(cuts)


def _is_light(pictures: Pictures, cuts: Iterable[int], rung: Rung) -> bool:
    whole = sum(group.length for group in pictures.groups)
    ceiling = rung.bits_per_second * _MARGIN
    if whole * 8_000_000 > ceiling * pictures.end_us:
        return False
    edges = [*cuts, pictures.end_us]
    lengths = [0] * len(edges)
    segment = 0
    for group in pictures.groups:
        while segment < len(edges) - 1 and group.at_us >= edges[segment]:
            segment += 1
        lengths[segment] += group.length
    begins = [0, *edges[:-1]]
    return all(
        length * 8_000_000 <= ceiling * (end - begin + _BUFFER_US)
        for length, begin, end in zip(lengths, begins, edges, strict=True)
    )
