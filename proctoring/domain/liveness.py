"""Whether a sequence of frames shows a present person who did what was asked. Several signs; each failure has its reason.

What no such check can stop: a live video of the right person, played at the right moment. It is a presence check with a random
challenge, not certified attack detection.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from proctoring.domain.challenge import TURNS, Challenge
from proctoring.domain.continuity import Continuity, continuity
from proctoring.domain.events import Event, events, followed
from proctoring.domain.facts import POINTS, THUMB_BYTES, FrameFacts
from proctoring.domain.guidance import DARK, LEAST_SHARPNESS
from proctoring.domain.lights import answered, reflection
from proctoring.domain.traces import alike, likeness, trace

__all__ = ["Verdict", "alike", "judge", "planar_residual", "progress", "trace"]

LEAST_FRAMES = 16
LEAST_FACE_SHARE = 0.8
# The page asks for twice as much (guidance.py); a face of this size still shows all that is asked for.
LEAST_JUDGED_EYE_PX = 28.0
MOST_CROWD_SHARE = 0.03
# A head that turns leaves the plane; a picture, tilted or bent, hardly does (of the distance between the eyes).
LEAST_RESIDUAL = 0.035
MOST_WRONG = 1
MOST_LEAP = 1.2  # of the distance between the eyes, from one frame to the next within LEAP_MS
LEAP_MS = 400
MOST_SAME_AGAIN = 0.12
LONGEST_GAP_MS = 2_500
# Of the time of a film, so much may lie between frames further apart than a hole: a trace knows only what was seen.
HOLE_MS, MOST_HOLES = 500, 0.25
# The bounds of proctoring.domain.continuity, between what honest films and what false ones were measured to give
# (docs/liveness.md), nearer to the false ones.
MOST_STILL_MS = 450
# Of a calm film, less than so much changes from frame to frame, a codec leaves no more for longer.
CALM, MOST_STILL_CALM_MS = 0.25, 700
MOST_TWICE = 0.3
LEAST_AGAIN = 0.7
MOST_REPEATED = 0.6
MOST_BACKWARDS = 0.35
MOST_ZIGZAG = 1
LEAST_FLOW = 0.15
MOST_RECOLOURED = 0.02
MOST_JUMP = 4.5
JUMP_WITH_CHANGE = 3.3
MOST_CHANGED = 0.034
MOST_CHANGED_AND_JUMP = 1.7  # each in its bound, together
LEAST_GRAIN = 0.02


@dataclass(frozen=True, slots=True)
class Verdict:
    """reasons: codes, none when it was passed. scores: figures without unit. fingerprint: to know the sequence again."""

    passed: bool
    reasons: tuple[str, ...]
    scores: Mapping[str, float]
    done: int
    fingerprint: bytes


def progress(challenge: Challenge, frames: Sequence[FrameFacts], *, begun_ms: int) -> int:
    """Return how many actions of the challenge were seen so far, in order."""
    faces = [frame for frame in frames if frame.faces]
    return followed(challenge.actions, events(faces), begun_ms=begun_ms)[0]


def judge(
    challenge: Challenge,
    frames: Sequence[FrameFacts],
    *,
    begun_ms: int,
    ends_ms: int,
    earlier: Sequence[bytes] = (),
) -> Verdict:
    """Return the verdict on a whole sequence, in the order of its numbers.

    begun_ms, ends_ms: when the challenge was set and when its time was over, by our clock. earlier: fingerprints of
    sequences that were judged before.
    """
    ordered = sorted(frames, key=lambda frame: frame.seq)
    faces = [frame for frame in ordered if frame.faces]
    scores = _scores(ordered, faces)
    fingerprint = trace(faces)
    if len(faces) < LEAST_FRAMES or len(faces) < LEAST_FACE_SHARE * len(ordered):
        return Verdict(False, ("too_few_frames" if len(ordered) < LEAST_FRAMES else "no_face",), scores, 0, fingerprint)
    seen = events(faces)
    done, wrong = followed(challenge.actions, seen, begun_ms=begun_ms)
    in_time = followed(challenge.actions, [event for event in seen if event.from_ms <= ends_ms], begun_ms=begun_ms)[0]
    residual = _turn_residual(faces, seen)
    scores |= {"done": float(done), "wrong": float(wrong), "residual": residual}
    asks_turn = bool(TURNS & set(challenge.actions))
    whole = continuity(ordered if len(faces) == len(ordered) else faces)
    scores |= _figures(whole)
    together = whole.changed / MOST_CHANGED + whole.jump / JUMP_WITH_CHANGE
    nearest, nearest_mirrored = _seen_before(faces, fingerprint, earlier)
    scores |= {"earlier": min(nearest, nearest_mirrored)}
    lights = challenge.lights
    if lights:
        scores |= dict(
            zip(("light_alike", "light_strength"), reflection(faces, lights, begun_ms=begun_ms), strict=True)
        )
    still_ms = MOST_STILL_MS if whole.grain >= CALM else MOST_STILL_CALM_MS
    signs = (
        ("many_faces", sum(frame.faces > 1 for frame in ordered) > max(1, MOST_CROWD_SHARE * len(ordered))),
        ("dark", scores["brightness"] < DARK),
        ("small", scores["eye_px"] < LEAST_JUDGED_EYE_PX),
        ("blurred", scores["sharpness"] < LEAST_SHARPNESS * 0.5),
        ("frozen", whole.still_ms > still_ms or whole.twice > MOST_TWICE or scores["still"] > MOST_TWICE),
        ("looped", _is_loop(whole) or scores["same_again"] > MOST_SAME_AGAIN),
        ("no_noise", whole.grain < LEAST_GRAIN or scores["change"] <= 0.0),
        ("cut", _is_cut(whole, lit=bool(lights)) or scores["leap"] > MOST_LEAP),
        ("person_changed", whole.changed > MOST_CHANGED or together > MOST_CHANGED_AND_JUMP),
        ("timing", scores["gap_ms"] > LONGEST_GAP_MS or scores["holes"] > MOST_HOLES),
        ("actions_missing", done < len(challenge.actions)),
        ("too_late", done == len(challenge.actions) and in_time < done),
        ("actions_order", wrong > MOST_WRONG),
        ("flat", asks_turn and done > 0 and residual < LEAST_RESIDUAL),
        ("replayed", nearest < 1),
        ("mirrored", nearest_mirrored < 1),
        ("no_reflection", bool(lights) and not answered(faces, lights, begun_ms=begun_ms)),
    )
    reasons = tuple(code for code, holds in signs if holds)
    return Verdict(not reasons, reasons, scores, done, fingerprint)


def _seen_before(faces: Sequence[FrameFacts], fingerprint: bytes, earlier: Sequence[bytes]) -> tuple[float, float]:
    """Return how near the nearest earlier sequence is, as it was and seen in a mirror; below 1: it is that one."""
    turned = trace(faces, mirrored=True)
    return (
        min((likeness(fingerprint, one) for one in earlier), default=9.0),
        min((likeness(turned, one, mirrored=True) for one in earlier), default=9.0),
    )


def _is_loop(whole: Continuity) -> bool:
    return whole.again < LEAST_AGAIN or whole.repeated > MOST_REPEATED


def _is_cut(whole: Continuity, *, lit: bool) -> bool:
    """lit: by our own colours, which come in steps."""
    return (
        whole.jump > MOST_JUMP
        or whole.backwards > MOST_BACKWARDS
        or whole.zigzag > MOST_ZIGZAG
        or whole.flow < LEAST_FLOW
        or (whole.recoloured > MOST_RECOLOURED and not lit)
    )


def _figures(whole: Continuity) -> dict[str, float]:
    return {name: float(value) for name, value in asdict(whole).items()}


def planar_residual(base: Sequence[float], other: Sequence[float], eye_px: float) -> float:
    """Return what is left of the landmarks of two frames after the best homography between them, of the eye distance."""
    first, second = _points(base), _points(other)
    matrix = _homography(first, second)
    homogeneous = np.column_stack([first, np.ones(len(first))]) @ matrix.T
    mapped = homogeneous[:, :2] / homogeneous[:, 2:3]
    return float(np.sqrt(((mapped - second) ** 2).sum(axis=1).mean()) / max(eye_px, 1.0))


def _turn_residual(faces: Sequence[FrameFacts], seen: Sequence[Event]) -> float:
    """Return the largest residual between the face at rest and at the height of a turn; 0 without a turn."""
    yaws = [frame.yaw for frame in faces]
    rest = faces[int(np.argmin(np.abs(np.array(yaws) - median(yaws))))]
    turned = [faces[event.peak] for event in seen if event.action in TURNS]
    return max((planar_residual(rest.points, frame.points, rest.eye_px) for frame in turned), default=0.0)


def _scores(ordered: Sequence[FrameFacts], faces: Sequence[FrameFacts]) -> dict[str, float]:
    pairs = list(itertools.pairwise(ordered))
    gaps = [other.received_ms - one.received_ms for one, other in pairs]
    digests = [frame.digest for frame in ordered]
    still = sum(one.digest == other.digest for one, other in pairs)
    again = len(digests) - len(set(digests)) - still
    changes = [_change(one.thumb, other.thumb) for one, other in pairs]
    jumps = [
        max(abs(other.cx - one.cx), abs(other.cy - one.cy)) * one.width / max(one.eye_px, 1.0)
        for one, other in itertools.pairwise(faces)
        if other.received_ms - one.received_ms < LEAP_MS
    ]
    return {
        "frames": float(len(ordered)),
        "brightness": median(frame.brightness for frame in ordered) if ordered else 0.0,
        "sharpness": median(frame.sharpness for frame in faces) if faces else 0.0,
        "eye_px": median(frame.eye_px for frame in faces) if faces else 0.0,
        "still": still / max(1, len(pairs)),
        "same_again": max(0, again) / max(1, len(ordered)),
        "change": median(changes) if changes else 0.0,
        "leap": max(jumps, default=0.0),
        "gap_ms": float(max(gaps, default=0)),
        "holes": sum(gap for gap in gaps if gap > HOLE_MS) / max(1, sum(gaps)),
    }


def _change(one: bytes, other: bytes) -> float:
    if len(one) != THUMB_BYTES or len(other) != THUMB_BYTES:
        return 0.0
    first, second = (np.frombuffer(data, dtype=np.uint8).astype(float) for data in (one, other))
    return float(np.abs(first - second).mean())


def _points(flat: Sequence[float]) -> NDArray[np.float64]:
    return np.array(flat, dtype=np.float64).reshape(POINTS, 2)


def _homography(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 3×3 matrix that takes the first points nearest to the second (direct linear transform, normalised)."""
    to_first, to_second = _normaliser(first), _normaliser(second)
    a, b = _moved(first, to_first), _moved(second, to_second)
    rows = []
    for (x, y), (u, v) in zip(a, b, strict=True):
        rows.append([-x, -y, -1, 0, 0, 0, u * x, u * y, u])
        rows.append([0, 0, 0, -x, -y, -1, v * x, v * y, v])
    matrix = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    found: NDArray[np.float64] = np.linalg.inv(to_second) @ matrix @ to_first
    return found


def _normaliser(points: NDArray[np.float64]) -> NDArray[np.float64]:
    centre = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.sqrt(((points - centre) ** 2).sum(axis=1)).mean()), 1e-9)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def _moved(points: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = (np.column_stack([points, np.ones(len(points))]) @ matrix.T)[:, :2]
    return moved
