"""Two beats of a watching player, given to the player's own rule: the only place where cases touch it."""

from dataclasses import dataclass, replace

from player.domain.heartbeat import Accepted, Beat, Bounds, State, accept
from player.domain.policy import Policy
from player.domain.spans import Span

SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class Increment:
    """What the second of two beats is worth. flag: "" when nothing about it is odd."""

    seconds: int
    flag: str


def credited_seconds(*, elapsed: int, moved: int, largest_gap: int, rest_of_lesson: int | None) -> Increment:
    """Return what the server credits for two beats `elapsed` seconds apart that claim `moved` seconds of media.

    The least of both, of the largest gap, and of the rest of the lesson (None = enough is left). The tolerance for
    seeking is widened to the claim: a live session would refuse the beat outright, which is a rule of its own. Who winds
    back (`moved` below 0) is so far into the lesson that there is room for it.
    """
    began = max(0, -moved)
    policy = replace(
        Policy(),
        largest_gap_ms=largest_gap * SECOND_MS,
        seek_tolerance_ms=max(abs(moved), elapsed) * SECOND_MS,
        resumable_ms=max(elapsed * SECOND_MS, Policy().resumable_ms),
    )
    left = began + (max(0, moved) if rest_of_lesson is None else rest_of_lesson)
    state = State(duration_ms=left * SECOND_MS, heard_at_ms=0)
    # Every key was given and nothing is sealed: the cases speak of the clock alone.
    bounds = Bounds(mac=b"", starts_ms=(0,), opened=(Span(0, max(1, left * SECOND_MS)),))
    first = accept(state, Beat(seq=1, position_ms=began * SECOND_MS, playing=True), 0, policy, bounds)
    if not isinstance(first, Accepted):
        return Increment(0, first.__class__.__name__.lower())
    moves_on = Beat(seq=2, position_ms=(began + moved) * SECOND_MS, playing=True)
    second = accept(first.state, moves_on, elapsed * SECOND_MS, policy, bounds)
    if not isinstance(second, Accepted):
        return Increment(0, second.__class__.__name__.lower())
    seconds = second.span.length_ms // SECOND_MS if second.span else 0
    return Increment(seconds, _flag(elapsed=elapsed, moved=moved, largest_gap=largest_gap))


def _flag(*, elapsed: int, moved: int, largest_gap: int) -> str:
    if (moved - elapsed) * SECOND_MS > Policy().seek_tolerance_ms:
        return "faster_than_clock"
    return "gap_too_long" if min(moved, elapsed) > largest_gap else ""
