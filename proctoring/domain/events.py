"""Which actions a sequence of frames shows, and when. Measured against the person's own rest, not against a norm."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from proctoring.domain.facts import FrameFacts

TURN_DEGREES = 12.0
NOD_DEGREES = 7.5
BLINK_SHARE = 0.78
MOUTH_RISE = 0.055
TWO_BLINKS_MS = 3_000
# Who speaks opens his mouth a little; so far, and it is done on purpose (in the size that is asked for).
ON_PURPOSE = 3.8
# An action is over when the face has come back by so much of the way.
BACK = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """An action that was seen: when it began and when it was over, by our clock."""

    action: str
    from_ms: int
    until_ms: int
    peak: int  # index of the frame in which it was largest
    size: float = 1.0  # at its largest, in the least size that counts


@dataclass(frozen=True, slots=True)
class Rest:
    """How the face stands when it does nothing."""

    ear: float
    mouth: float
    yaw: float
    pitch: float


def rest_of(frames: Sequence[FrameFacts]) -> Rest:
    """Return the middle of what was measured. Needs a frame."""
    return Rest(
        median(frame.ear for frame in frames),
        median(frame.mouth for frame in frames),
        median(frame.yaw for frame in frames),
        median(frame.pitch for frame in frames),
    )


def events(frames: Sequence[FrameFacts]) -> tuple[Event, ...]:
    """Return the actions in the order in which they began. Frames without a face are to be left out before."""
    if not frames:
        return ()
    rest = rest_of(frames)
    found = [
        *_runs(frames, "turn_left", lambda frame: (frame.yaw - rest.yaw) / TURN_DEGREES),
        *_runs(frames, "turn_right", lambda frame: (rest.yaw - frame.yaw) / TURN_DEGREES),
        *_runs(frames, "mouth", lambda frame: (frame.mouth - rest.mouth) / MOUTH_RISE),
        *_nods(frames, rest),
        *_double_blinks(_blinks(frames, rest)),
    ]
    return tuple(sorted(found, key=lambda event: (event.from_ms, event.action)))


def _runs(frames: Sequence[FrameFacts], action: str, strength: Callable[[FrameFacts], float]) -> list[Event]:
    """Return each time the strength reached 1, until it fell below BACK."""
    found: list[Event] = []
    began: int | None = None
    peak, largest = 0, 0.0
    for index, frame in enumerate(frames):
        value = strength(frame)
        if began is None and value >= 1:
            began, peak, largest = index, index, value
        elif began is not None:
            if value > largest:
                peak, largest = index, value
            if value < BACK:
                found.append(Event(action, frames[began].received_ms, frame.received_ms, peak, largest))
                began = None
    if began is not None:
        found.append(Event(action, frames[began].received_ms, frames[-1].received_ms, peak, largest))
    return found


def _nods(frames: Sequence[FrameFacts], rest: Rest) -> list[Event]:
    """A nod goes down or up and comes back, while the face looks ahead."""
    either = (
        lambda frame: (frame.pitch - rest.pitch) / NOD_DEGREES,
        lambda frame: (rest.pitch - frame.pitch) / NOD_DEGREES,
    )
    found = [event for strength in either for event in _runs(frames, "nod", strength)]
    ahead = [
        event
        for event in found
        if all(
            abs(frame.yaw - rest.yaw) < TURN_DEGREES
            for frame in frames
            if event.from_ms <= frame.received_ms <= event.until_ms
        )
    ]
    kept: list[Event] = []
    for event in sorted(ahead, key=lambda one: one.from_ms):  # down and up again is one nod
        if not kept or event.from_ms - kept[-1].until_ms > 700:  # noqa: PLR2004 — milliseconds
            kept.append(event)
    return kept


def _blinks(frames: Sequence[FrameFacts], rest: Rest) -> list[Event]:
    closed = rest.ear * BLINK_SHARE
    ahead = [frame for frame in frames if abs(frame.yaw - rest.yaw) < TURN_DEGREES]
    runs = _runs(ahead, "blink", lambda frame: 1.0 if frame.ear < closed else 0.0)
    return [event for event in runs if event.until_ms - event.from_ms < 1_500]  # noqa: PLR2004 — longer is closed eyes


def _double_blinks(blinks: Sequence[Event]) -> list[Event]:
    """Every two that follow each other: a blink by itself, shortly before the two that were asked for, takes none of them."""
    return [
        Event("blink2", first.from_ms, second.until_ms, second.peak)
        for first, second in itertools.pairwise(blinks)
        if second.from_ms - first.from_ms <= TWO_BLINKS_MS
    ]


def followed(actions: Sequence[str], seen: Sequence[Event], *, begun_ms: int) -> tuple[int, int]:
    """Return how many of the actions were done in order, and how many others were done in between.

    Blinking, speaking and doing again what was just done are no mistake; what was under way before the challenge
    counts for nothing.
    """
    done = wrong = 0
    for event in seen:
        if event.from_ms < begun_ms:
            continue
        if done < len(actions) and event.action == actions[done]:
            done += 1
        elif _on_purpose(event) and not (done and event.action == actions[done - 1]):
            wrong += 1
    return done, wrong


def _on_purpose(event: Event) -> bool:
    return event.action != "blink2" and (event.action != "mouth" or event.size >= ON_PURPOSE)
