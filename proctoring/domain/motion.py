"""How a face moves from frame to frame: never twice alike, and never to and fro in single frames.

Landmarks tell it where pictures do not: in a calm and dim room a codec leaves nothing of one frame that is not in the next.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import POINTS, FrameFacts

Floats = NDArray[np.float64]

LOOP_FROM_MS = 700
# Two stretches are compared only where they are so long, and this share of the film.
LEAST_BOTH_MS, LEAST_BOTH = 2_000, 0.3
MOST_COMPARED = 600
# Degrees from frame to frame from which a head moves at all; frames further apart say nothing of their order.
MOVES, NEAR_MS, LEAST_MOVES = 1.5, 330, 5
TO_AND_FRO = 3.0  # degrees
# Of a face smaller than this the landmarks tremble more, by as much as it is smaller; pixels between the eyes.
STEADY_EYE_PX = 60.0
# Frames closer together than this are compared with the next but one: the trembling is as large, the movement half.
LEAST_STEP_MS = 60


def repeated(frames: Sequence[FrameFacts]) -> float:
    """Return for the distance in time at which the movement repeats itself best, how alike it is (1: exactly; 0: not).

    The face's place, size and turn: in each the correlation of the changes, and of these the mean. By time and not by number,
    since frames of a slow line are seen at other moments the second time.
    """
    times = np.array([frame.received_ms for frame in frames], dtype=float)
    if len(times) < LEAST_MOVES or times[-1] <= times[0]:
        return 0.0
    steps = np.diff(times)
    steady = steps[steps <= 1.5 * np.median(steps)].mean()  # exact to a part of a millisecond, as a median is not
    half = max(float(steady) / 2, (times[-1] - times[0]) / MOST_COMPARED, 1.0)
    at = np.arange(times[0], times[-1] + 1, half)
    track = np.stack([np.interp(at, times, column) for column in _track(frames).T], axis=1)
    changes = track[2:] - track[:-2]
    most = len(changes) - max(LEAST_BOTH_MS / half, LEAST_BOTH * len(changes))
    best = 0.0
    for lag in range(max(3, round(LOOP_FROM_MS / half)), int(most) + 1):
        earlier, later = changes[:-lag], changes[lag:]
        sizes = np.sqrt((earlier**2).sum(axis=0) * (later**2).sum(axis=0))
        best = max(best, float(((earlier * later).sum(axis=0) / np.maximum(sizes, 1e-9)).mean()))
    return best


def _track(frames: Sequence[FrameFacts]) -> Floats:
    """Return of each frame where the face is, how large, how it leans, and its yaw."""
    points = np.array([frame.points for frame in frames]).reshape(len(frames), POINTS, 2) @ np.array([1, 1j])
    middle = points.mean(axis=1)
    shape = points - middle[:, None]
    turn = (shape * np.conj(shape.mean(axis=0))).sum(axis=1)
    size = np.log(np.maximum(np.abs(turn), 1e-9))
    yaw = np.array([frame.yaw for frame in frames])
    return np.stack([middle.real, middle.imag, size, np.angle(turn), yaw], axis=1)


def flow(frames: Sequence[FrameFacts]) -> float:
    """Return how a head that moves goes on from frame to frame (1: as it went; -1: back to where it came from).

    1 for one that moved in too few frames to tell.
    """
    times = np.array([frame.received_ms for frame in frames])
    if len(times) < LEAST_MOVES:
        return 1.0
    apart = max(1, round(LEAST_STEP_MS / max(float(np.median(np.diff(times))), 1.0)))
    times = times[::apart]
    steps = np.diff(np.array([(frame.yaw, frame.pitch) for frame in frames[::apart]]), axis=0)
    sizes = np.hypot(steps[:, 0], steps[:, 1])
    moves = (times[2:] - times[:-2] <= NEAR_MS) & (np.minimum(sizes[1:], sizes[:-1]) > MOVES * trembling(frames))
    if moves.sum() < LEAST_MOVES:
        return 1.0
    return float((steps[1:] * steps[:-1]).sum(axis=1)[moves].sum() / (sizes[1:] * sizes[:-1])[moves].sum())


def zigzag(frames: Sequence[FrameFacts]) -> int:
    """Return how often, in yaw and in pitch, three steps of more than TO_AND_FRO follow each other, to and fro."""
    steps = np.diff(np.array([(frame.yaw, frame.pitch) for frame in frames]), axis=0)
    least = TO_AND_FRO * trembling(frames)
    against = (steps[1:] * steps[:-1] < 0) & (np.minimum(np.abs(steps[1:]), np.abs(steps[:-1])) > least)
    return int((against[1:] & against[:-1]).sum())


def trembling(frames: Sequence[FrameFacts]) -> float:
    """Return how much more than those of a large face the landmarks of this one tremble: 1 or more."""
    return max(1.0, STEADY_EYE_PX / max(float(np.median([frame.eye_px for frame in frames])), 1.0))
