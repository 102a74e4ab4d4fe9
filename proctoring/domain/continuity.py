"""Whether frames follow each other as a camera's do: no standstill, no loop, no cut, no other order, no other face.

All of it is measured against the sequence itself, so that a good camera and a poor one, and a codec between, are judged alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import GRID_BYTES, POINTS, FrameFacts
from proctoring.domain.motion import LOOP_FROM_MS, flow, repeated, trembling, zigzag

Floats = NDArray[np.float64]

# Grey levels: a codec that is given the same picture again. One that smooths a calm film leaves hardly more than that between
# true frames; of the usual step of such a film, so little, but never less than the least.
STILL, STILL_SHARE, LEAST_STILL = 0.06, 0.35, 0.02
# Of the sequence. What came again later than this was seen once and a half at most; at the very end a few frames of two rests,
# all of them alike, are left to compare.
LONGEST_LOOP = 2 / 3
LEAST_MOVING = 5
MOST_COMPARED = 260
AHEAD_YAW, AHEAD_PITCH = 5.0, 5.0
LEAST_SIDE = 4
# A change of colour is a step when it is so many times as large as those of so many frames beside it; it must last as long.
STEEP, LASTING = 3.0, 4
DIMMEST, LEAST_STEP = 8.0, 0.003  # a dark wall has no colour to speak of


@dataclass(frozen=True, slots=True)
class Continuity:
    """still_ms: the longest standstill. twice: share of frames that are shown twice while others move. again: how far a
    repetition at one distance in time is from being exact (0: exact; 1: as far as one frame from the next).
    backwards: share of moving frames that lie nearer to the next but one than to the next. changed: how far the face of one
    part is from that of the other, of the size of the face, as if it were a large one. jump: the largest change between two
    frames, in changes of the frames around it. zigzag: how often the head goes to and fro three times in three frames. grain:
    the middle of the change between frames. repeated, flow: of the head's movement (motion.py). recoloured: the largest
    change of all colour from one frame to the next that stays.
    """

    still_ms: int
    twice: float
    again: float
    backwards: float
    changed: float
    jump: float
    zigzag: int
    grain: float
    repeated: float = 0.0
    flow: float = 1.0
    recoloured: float = 0.0


def continuity(frames: Sequence[FrameFacts]) -> Continuity:
    """Return the measures. frames: in order, with faces; needs some."""
    pictures = [frame for frame in frames if len(frame.grid) == GRID_BYTES]
    if len(pictures) < 2 * LEAST_SIDE:
        return Continuity(0, 0.0, 1.0, 0.0, 0.0, 0.0, 0, 1.0)
    step = -(-len(pictures) // MOST_COMPARED)
    grids = np.stack([np.frombuffer(frame.grid, dtype=np.uint8) for frame in pictures])
    times = np.array([frame.received_ms for frame in pictures])
    apart = _apart(grids, grids, 1)
    return Continuity(
        still_ms=_longest(apart < max(LEAST_STILL, min(STILL, STILL_SHARE * float(np.median(apart)))), times),
        twice=_twice(apart),
        again=_again(grids[::step], times[::step]),
        backwards=_backwards(grids, apart),
        changed=_changed(frames),
        jump=_jump(apart),
        zigzag=zigzag(frames),
        grain=float(np.median(apart)),
        repeated=repeated(frames),
        flow=flow(frames),
        recoloured=_recoloured(frames),
    )


def _apart(one: NDArray[np.uint8], other: NDArray[np.uint8], lag: int) -> Floats:
    """Return how far each picture is from the one `lag` later, in grey levels."""
    return np.asarray(np.abs(one[:-lag].astype(np.int16) - other[lag:]).mean(axis=1))


def _longest(holds: NDArray[np.bool_], times: NDArray[np.int64]) -> int:
    """Return the longest time without a break in which it holds from each frame to the next."""
    longest, began = 0, None
    for index, one in enumerate(holds):
        if not one:
            began = None
            continue
        began = index if began is None else began
        longest = max(longest, int(times[index + 1] - times[began]))
    return longest


def _twice(apart: Floats) -> float:
    """Return the share of steps without a change among those beside a step with one."""
    beside = np.maximum(np.append(apart[1:], 0), np.append(0, apart[:-1]))
    moving = beside > max(1.0, 1.2 * float(np.median(apart)))
    if moving.sum() < LEAST_MOVING:
        return 0.0
    return float((apart[moving] < 0.12 * beside[moving]).mean())


def _again(grids: NDArray[np.uint8], times: NDArray[np.int64]) -> float:
    """Return for the distance in time at which the pictures come nearest to coming again, how near they come."""
    steady = max(1.0, float(np.median(np.diff(times))))
    apart = _apart(grids, grids, 1)
    floor = float(np.percentile(apart, 10))
    nearest = 1.0
    for lag in range(max(2, round(LOOP_FROM_MS / steady)), 1 + round(len(grids) * LONGEST_LOOP)):
        later = _apart(grids, grids, lag)
        step = apart[: len(later)]
        moving = step > max(1.5 * floor, 0.8)
        if moving.sum() >= max(LEAST_MOVING, 0.1 * len(later)):
            nearest = min(nearest, float(np.median(later[moving] / step[moving])))
    return nearest


def _backwards(grids: NDArray[np.uint8], apart: Floats) -> float:
    """Return the share of moving frames after which the next but one is nearer than the next."""
    two = _apart(grids, grids, 2)
    least = np.minimum(apart[:-1], apart[1:])
    moving = least > max(1.0, 1.5 * float(np.percentile(apart, 10)))
    if moving.sum() < LEAST_MOVING:
        return 0.0
    return float((two[moving] < 0.75 * least[moving]).mean())


def _jump(apart: Floats) -> float:
    """Return the largest step, in the largest of the two steps before and the two after it."""
    padded = np.pad(apart, 2)
    around = np.max([padded[:-4], padded[1:-3], padded[3:-1], padded[4:]], axis=0)
    return float((apart / np.maximum(around, 1.0)).max())


def _recoloured(frames: Sequence[FrameFacts]) -> float:
    """Return the largest step of colour that face and room make together, and that stays; however bright, in logarithms.

    A lamp that shines on one of them, or a screen behind, changes the other less.
    """
    colours = np.log(np.array([frame.colour for frame in frames]) + DIMMEST).reshape(len(frames), 2, 3)
    face, room = np.moveaxis(colours - colours.mean(axis=2, keepdims=True), 1, 0)
    steps = np.linalg.norm(np.diff(room, axis=0), axis=1)
    found = 0.0
    for at in range(LASTING, len(room) - LASTING + 1):
        beside = max(steps[at - LASTING : at - 1].max(), steps[at : at + LASTING - 1].max(), LEAST_STEP)
        if steps[at - 1] > STEEP * beside:
            of_room, of_face = (
                one[at : at + LASTING].mean(axis=0) - one[at - LASTING : at].mean(axis=0) for one in (room, face)
            )
            stays = float(np.linalg.norm(of_room))
            found = max(found, min(stays, float(of_face @ of_room) / max(stays, LEAST_STEP), float(steps[at - 1])))
    return found


def _changed(frames: Sequence[FrameFacts]) -> float:
    """Return the largest difference between the faces before and after any moment, as they look ahead at rest."""
    yaw, pitch, mouth, ear = (
        np.array([getattr(frame, name) for frame in frames]) for name in ("yaw", "pitch", "mouth", "ear")
    )
    ahead = (
        (np.abs(yaw - np.median(yaw)) < AHEAD_YAW)
        & (np.abs(pitch - np.median(pitch)) < AHEAD_PITCH)
        & (np.abs(mouth - np.median(mouth)) < 0.06)  # noqa: PLR2004 — as still as a face is
        & (ear > 0.85 * np.median(ear))
    )
    shapes = _shapes([frame for frame, one in zip(frames, ahead, strict=True) if one])
    if len(shapes) < 2 * LEAST_SIDE:
        return 0.0
    sums = np.cumsum(shapes, axis=0)
    at = np.arange(LEAST_SIDE, len(shapes) - LEAST_SIDE + 1)
    before = sums[at - 1] / at[:, None]
    after = (sums[-1] - sums[at - 1]) / (len(shapes) - at)[:, None]
    gaps = np.sqrt(((before - after) ** 2).sum(axis=1) / POINTS)
    return float(gaps.max()) / trembling(frames)


def _shapes(frames: Sequence[FrameFacts]) -> Floats:
    """Return of each frame the landmarks freed of place, size and roll, as x and y in turn."""
    points = np.array([frame.points for frame in frames]).reshape(len(frames), POINTS, 2) @ np.array([1, 1j])
    flat = points - points.mean(axis=1, keepdims=True)
    flat = flat / np.sqrt((np.abs(flat) ** 2).mean(axis=1, keepdims=True))
    # Rolled so that each lies as near as can be on the first: by all landmarks, as a line between few is soon too short.
    along = (flat * np.conj(flat[:1])).sum(axis=1, keepdims=True)
    flat = flat * np.conj(along) / np.maximum(np.abs(along), 1e-9)
    return np.asarray(np.stack([flat.real, flat.imag], axis=2).reshape(len(frames), -1))
