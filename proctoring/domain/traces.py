"""How the head moved and what the picture was like, in a few bytes: to know a sequence again. No face can be made of it.

Eight times a second: six small numbers (yaw, pitch, mouth, lids, place) and 64 bits of a difference hash of the picture.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import THUMB, THUMB_BYTES, FrameFacts

Floats = NDArray[np.float64]

STEP_MS = 125
LEAST_STEPS = 14
MOST_STEPS = 360
_MEASURES, _HASH = 6, 8
ROW = _MEASURES + _HASH
# Of the shorter one, so much must be seen again.
OVERLAP = 0.7
# What may lie between a recording and itself with noise on it, of how much the face moves at all.
MOST_APART = 0.32
MOST_BITS = 4.0
# And itself in a mirror: the detector sees a mirrored face otherwise, but a room that is like another's mirror image to the
# last bits is that room.
MOST_APART_MIRRORED, MOST_BITS_MIRRORED = 0.6, 3.0
# Or how well the one moves along with the other (1: just so). Two people who do the same things get to 0.9 where only a few
# seconds are compared; over SURE steps of half a STEP_MS they do not. A picture that was cut narrower has some other bits.
LEAST_ALONG, LEAST_ALONG_MIRRORED = 0.8, 0.6
LEAST_SURE, SURE, PER_STEP, FREE_BITS, PER_BIT = 60, 150, 0.001, 4.0, 0.01
# Turned round by a mirror: yaw and the place across change their signs.
_MIRROR = np.array([-1.0, 1.0, 1.0, 1.0, -1.0, 1.0])
# The pixels of a thumb that are compared with their neighbours.
_FEW = np.ix_(*(np.linspace(0, side - 1, count).round().astype(int) for side, count in ((THUMB[1], 8), (THUMB[0], 9))))


def trace(faces: Sequence[FrameFacts], *, mirrored: bool = False) -> bytes:
    """Return the trace of a sequence, as its mirror image would have it if asked; nothing for one too short to be known."""
    if len(faces) < LEAST_STEPS:
        return b""
    times = np.array([frame.received_ms for frame in faces], dtype=float)
    at = np.arange(times[0], times[-1] + 1, STEP_MS)[:MOST_STEPS]
    if len(at) < LEAST_STEPS:
        return b""
    rows = np.array([_measures(frame) for frame in faces])
    rows -= np.median(rows, axis=0)
    if mirrored:
        rows *= _MIRROR
    kept = np.stack([np.interp(at, times, column) for column in rows.T], axis=1)
    nearest = np.abs(times[None, :] - at[:, None]).argmin(axis=1)
    hashes = np.stack([_hash(faces[n], mirrored) for n in nearest])
    small = np.clip(np.round(kept), -127, 127).astype(np.int8).view(np.uint8)
    return bytes(np.concatenate([small, hashes], axis=1).tobytes())


def alike(one: bytes, other: bytes) -> bool:
    """Say whether two traces are of one recording, also where noise was added or a piece cut off."""
    return likeness(one, other) < 1.0


def likeness(one: bytes, other: bytes, *, mirrored: bool = False) -> float:
    """Return how far two traces are apart, where they lie best on each other; below 1: one recording.

    mirrored: one of them was taken as its mirror image.
    """
    most_apart, most_bits = (MOST_APART_MIRRORED, MOST_BITS_MIRRORED) if mirrored else (MOST_APART, MOST_BITS)
    if len(one) % ROW or len(other) % ROW or min(len(one), len(other)) < LEAST_STEPS * ROW:
        return 9.0
    (first, first_bits), (second, second_bits) = _opened(one), _opened(other)
    least = max(2 * LEAST_STEPS, int(OVERLAP * min(len(first), len(second))))
    moves = max(float(np.abs(first).mean()), float(np.abs(second).mean()), 1.0)
    best = 9.0
    sums, along = _along(first, second), _correlated(first, second)
    least_along = LEAST_ALONG_MIRRORED if mirrored else LEAST_ALONG
    for lag in range(least - len(second), len(first) - least + 1):
        a, b = max(lag, 0), max(-lag, 0)
        n = min(len(first) - a, len(second) - b)
        apart = float(sums[len(second) - 1 + lag]) / (n * _MEASURES) / moves / most_apart
        goes = float(along[len(second) - 1 + lag])
        if apart < min(best, 1.5) or (goes > least_along and n >= LEAST_SURE):
            bits = float((first_bits[a : a + n] != second_bits[b : b + n]).sum(axis=1).mean())
            wanted = least_along + PER_STEP * max(0, SURE - n) * (not mirrored) + PER_BIT * max(0.0, bits - FREE_BITS)
            known = n >= LEAST_SURE and wanted < 1 and (bits < most_bits or not mirrored)
            moved = (1 - goes) / (1 - wanted) if known else 9.0
            best = min(best, max(apart, bits / most_bits), moved)
    return best


def _correlated(first: Floats, second: Floats) -> Floats:
    """Return how well the two move along with each other, in all measures together, at every lag, laid out as `_along` is."""
    one, other = first[2:] - first[:-2], second[2:] - second[:-2]
    products = np.sum([np.correlate(a, b, "full") for a, b in zip(one.T, other.T, strict=True)], axis=0)
    ones, others = (np.concatenate([[0.0], np.cumsum((part**2).sum(axis=1))]) for part in (one, other))
    lags = np.arange(1 - len(other), len(one))
    a, b = np.maximum(lags, 0), np.maximum(-lags, 0)
    n = np.minimum(len(one) - a, len(other) - b)
    sizes = np.sqrt((ones[a + n] - ones[a]) * (others[b + n] - others[b]))
    return np.asarray(np.pad(products / np.maximum(sizes, 1e-9), 2))


def _along(first: Floats, second: Floats) -> NDArray[np.float32]:
    """Return how far the two are apart, all summed, at every lag: from where the first's start meets the second's end onwards.

    All differences at once, laid out so that each lag has a column. Halves of small numbers: exact in single precision.
    """
    one, other = first.astype(np.float32), second[::-1].astype(np.float32)
    apart = np.zeros((len(one), len(one) + len(other)), dtype=np.float32)
    filled = apart[:, : len(other)]
    for a, b in zip(one.T, other.T, strict=True):
        filled += np.abs(a[:, None] - b[None, :])
    columns = len(one) + len(other) - 1
    return np.asarray(apart.ravel()[: len(one) * columns].reshape(len(one), columns).sum(axis=0))


def _measures(frame: FrameFacts) -> tuple[float, ...]:
    scale = 640.0  # the place in pixels of a picture of usual width
    return (frame.yaw * 3, frame.pitch * 3, frame.mouth * 120, frame.ear * 120, frame.cx * scale, frame.cy * scale)


def _hash(frame: FrameFacts, mirrored: bool) -> NDArray[np.uint8]:
    if len(frame.thumb) != THUMB_BYTES:
        return np.zeros(_HASH, dtype=np.uint8)
    picture = np.frombuffer(frame.thumb, dtype=np.uint8).reshape(THUMB[1], THUMB[0]).astype(np.int16)
    if mirrored:
        picture = picture[:, ::-1]
    few = picture[_FEW]
    return np.asarray(np.packbits(few[:, 1:] > few[:, :-1]))


@lru_cache(maxsize=256)
def _opened(data: bytes) -> tuple[Floats, NDArray[np.uint8]]:
    """Return measures and bits, twice as fine in time: two recordings need not begin at the same moment of a step."""
    rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, ROW)
    measures = rows[:, :_MEASURES].copy().view(np.int8).astype(float)
    at = np.arange(0, len(rows) - 0.5, 0.5)
    fine = np.stack([np.interp(at, np.arange(len(rows)), column) for column in measures.T], axis=1)
    return fine, np.unpackbits(rows[:, _MEASURES:], axis=1)[at.astype(int)]
