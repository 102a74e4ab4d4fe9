"""What a learner was entitled to, told from what truly happened. It knows nothing of beats, keys or policies.

A second of a lesson is owed when it was truly shown, in sight, from media that was truly fetched, while the sitting was the one
that may earn; each second once; and never more seconds than passed on the wall. All times are milliseconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor

Interval = tuple[float, float]  # half-open

# Whoever plays at normal speed never needs these. Who plays faster is owed the clock, and the house looks at it once in five
# seconds: what ran in one of them may have used the whole five. Besides, networks jitter, and a picture may be ahead of the
# clock by two seconds at either end (docs/protocols/watching.md, section 4, rule 4).
BEFORE_MS = 5_000.0 + 2_000.0
AFTER_MS = 2_000.0
# A picture seldom goes on at the very millisecond at which it stopped: seams so short, so many in a sitting, are taken as seen.
SEAM_MS = 250.0
SEAMS_MS = 2_000.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Media that truly ran on a screen. from_ms, until_ms: the harness's own clock."""

    start_ms: float
    end_ms: float
    from_ms: float
    until_ms: float
    in_sight: bool = True


@dataclass(slots=True)
class Sitting:
    """What one player truly did with one lesson.

    fetched: media that was fetched and decrypted. began_ms: when it was opened. over_ms: from then on it must not earn (the
    learner went elsewhere, signed out), None while it may. answer_ms: the longest that a beat was under way: the clock of the
    house ran on meanwhile. there: somebody who may earn was there, where presence is asked for; else nothing is owed.
    """

    learner_id: int
    lesson: str
    began_ms: float
    shown: list[Shown] = field(default_factory=list)
    fetched: list[Interval] = field(default_factory=list)
    over_ms: float | None = None
    answer_ms: float = 0.0
    there: bool = True

    def show(self, shown: Shown) -> None:
        """Add what was shown; what goes on where the last one stopped becomes one with it."""
        if shown.end_ms <= shown.start_ms:
            return
        last = self.shown[-1] if self.shown else None
        if (
            last
            and last.end_ms == shown.start_ms
            and last.in_sight == shown.in_sight
            and abs(last.until_ms - shown.from_ms) < 1
        ):
            self.shown[-1] = Shown(last.start_ms, shown.end_ms, last.from_ms, shown.until_ms, last.in_sight)
        else:
            self.shown.append(shown)

    def go_back(self, by_ms: float) -> None:
        """Let all of it have happened so much earlier, as `House.age` lets it for the house."""
        self.began_ms -= by_ms
        self.shown = [
            replace(shown, from_ms=shown.from_ms - by_ms, until_ms=shown.until_ms - by_ms) for shown in self.shown
        ]


def entitled_ms(sittings: Iterable[Sitting]) -> int:
    """Return what one learner is owed for these sittings together, in whole milliseconds.

    Time on the wall is cut into unbroken times of watching, over all lessons and devices. Each pays for the media that was first
    seen in it, and never for more than it lasted.
    """
    pieces = sorted(
        (piece for sitting in sittings if sitting.there for piece in _owed(sitting)), key=lambda piece: piece.from_ms
    )
    seen: dict[str, list[Interval]] = {}
    total = 0.0
    for cluster in _clusters(pieces):
        media = 0.0
        for piece in cluster:
            known = seen.setdefault(piece.lesson, [])
            before = length(known)
            seen[piece.lesson] = union([*known, (piece.start_ms, piece.end_ms)])
            media += length(seen[piece.lesson]) - before
        began = min(piece.began_ms for piece in cluster)
        lasted = length(
            union((max(began, p.from_ms - BEFORE_MS), p.until_ms + AFTER_MS + p.answer_ms) for p in cluster)
        )
        total += min(media, lasted)
    return int(total + 0.5)


@dataclass(frozen=True, slots=True)
class _Piece:
    lesson: str
    began_ms: float
    start_ms: float
    end_ms: float
    from_ms: float
    until_ms: float
    answer_ms: float


def _owed(sitting: Sitting) -> Iterable[_Piece]:
    """Cut what was shown down to what was in sight, fetched, and not after the end."""
    fetched = union(sitting.fetched)
    for shown in _joined(sitting.shown):
        if not shown.in_sight:
            continue
        pace = (shown.until_ms - shown.from_ms) / (shown.end_ms - shown.start_ms)  # wall time of one millisecond
        for start, end in common([(shown.start_ms, shown.end_ms)], fetched):
            begins = shown.from_ms + (start - shown.start_ms) * pace
            ends = shown.from_ms + (end - shown.start_ms) * pace
            if sitting.over_ms is not None and ends > sitting.over_ms:
                if begins >= sitting.over_ms:
                    continue
                end = start + (sitting.over_ms - begins) / pace  # noqa: PLW2901 — the piece is cut short
                ends = sitting.over_ms
            # Beats tell whole milliseconds: the piece is rounded in the learner's favour.
            yield _Piece(sitting.lesson, sitting.began_ms, floor(start), ceil(end), begins, ends, sitting.answer_ms)


def _joined(pieces: Iterable[Shown]) -> Iterable[Shown]:
    """Close the short seams between pieces that follow each other."""
    left, stopped = SEAMS_MS, None
    for piece in pieces:
        seam = piece.start_ms - stopped if stopped is not None else 0.0
        if 0 < seam <= min(SEAM_MS, left):
            left -= seam
            yield replace(piece, start_ms=piece.start_ms - seam)
        else:
            yield piece
        stopped = piece.end_ms


def _clusters(pieces: Sequence[_Piece]) -> Iterable[list[_Piece]]:
    """Group pieces that follow each other on the wall without a rest longer than the allowance of both ends."""
    cluster: list[_Piece] = []
    until = 0.0
    for piece in pieces:
        if cluster and piece.from_ms > until + BEFORE_MS + AFTER_MS:
            yield cluster
            cluster = []
        until = max(until, piece.until_ms) if cluster else piece.until_ms
        cluster.append(piece)
    if cluster:
        yield cluster


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the fewest sorted, disjoint intervals that cover the same."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def common(some: Iterable[Interval], others: Sequence[Interval]) -> list[Interval]:
    """Return what lies in both."""
    found = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return union(interval for interval in found if interval[0] < interval[1])


def length(intervals: Iterable[Interval]) -> float:
    return sum(end - start for start, end in intervals)
