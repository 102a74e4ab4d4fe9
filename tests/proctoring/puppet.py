"""A head that moves as it is told, made from a public-domain photograph by turning its landmarks in space.

`skimage.data.astronaut()` shows Eileen Collins (NASA, public domain). What is made of it is test material and shows nobody
doing anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

from proctoring.vision.face_detector import FaceDetector

SIZE = (640, 480)
Picture = NDArray[np.uint8]
Points = NDArray[np.float32]


@dataclass(frozen=True)
class Pose:
    """Degrees; yaw is positive to the head's own left."""

    yaw: float = 0.0
    pitch: float = 0.0


@cache
def photograph() -> Picture:
    """Return the face as a camera would show it, RGB."""
    cut: Picture = astronaut()[0:300, 30:430]  # type: ignore[no-untyped-call]  # it has no types
    return cv2.resize(cut, SIZE).astype(np.uint8)


@cache
def detector() -> FaceDetector:
    return FaceDetector()


@cache
def landmarks() -> Points:
    _facts, face = detector().look(jpeg_of(photograph(), quality=95), seq=0, sent_ms=0, received_ms=0)
    return face


def jpeg_of(picture: Picture, *, quality: int = 80) -> bytes:
    done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def posed(pose: Pose) -> Picture:
    """Return the head in a pose: its landmarks turned in space, the picture between them drawn along."""
    face = landmarks()
    height = float(face[152, 1] - face[10, 1])
    centre = face.mean(axis=0) + np.array([0, 0, height * 0.25], dtype=np.float32)
    yaw, pitch = np.radians(pose.yaw), np.radians(pose.pitch)
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turned = (face - centre) @ (about_y @ about_x).T + centre
    return _drawn(photograph(), face[:, :2], turned[:, :2].astype(np.float32))


def _drawn(source: Picture, before: Points, after: Points) -> Picture:
    w, h = SIZE
    frame = np.array([(x, y) for x in (0, w / 2, w - 1) for y in (0, h / 2, h - 1) if (x, y) != (w / 2, h / 2)])
    before = np.vstack([before, frame]).astype(np.float32)
    after = np.vstack([after, frame]).astype(np.float32)
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    map_x, map_y = xs.copy(), ys.copy()
    for one in _triangles():
        to = after[list(one)]
        x0, y0 = np.maximum(np.floor(to.min(axis=0)).astype(int), 0)
        x1, y1 = np.minimum(np.ceil(to.max(axis=0)).astype(int) + 1, (w, h))
        if x0 >= x1 or y0 >= y1:
            continue
        back = cv2.getAffineTransform(to, before[list(one)])
        px, py = xs[y0:y1, x0:x1], ys[y0:y1, x0:x1]
        inside = np.zeros(px.shape, dtype=np.uint8)
        cv2.fillConvexPoly(inside, np.round(to - np.array([x0, y0])).astype(np.int32), [1.0])
        chosen = inside.astype(bool)
        map_x[y0:y1, x0:x1][chosen] = (back[0, 0] * px + back[0, 1] * py + back[0, 2])[chosen]
        map_y[y0:y1, x0:x1][chosen] = (back[1, 0] * px + back[1, 1] * py + back[1, 2])[chosen]
    return cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.uint8)


@cache
def _triangles() -> tuple[tuple[int, int, int], ...]:
    w, h = SIZE
    frame = [(x, y) for x in (0, w / 2, w - 1) for y in (0, h / 2, h - 1) if (x, y) != (w / 2, h / 2)]
    points = np.vstack([landmarks()[:, :2], np.array(frame)]).astype(np.float32)
    plane = cv2.Subdiv2D((-w, -h, 3 * w, 3 * h))
    number = {}
    for index, (x, y) in enumerate(points):
        plane.insert((float(x), float(y)))
        number[round(float(x), 2), round(float(y), 2)] = index
    found = []
    for x0, y0, x1, y1, x2, y2 in plane.getTriangleList():
        corners = [number.get((round(float(x), 2), round(float(y), 2))) for x, y in ((x0, y0), (x1, y1), (x2, y2))]
        if None not in corners:
            found.append((corners[0], corners[1], corners[2]))
    return tuple(found)  # type: ignore[arg-type]  # None was left out


def poses(
    actions: Sequence[str], *, per_second: int = 8, rest_seconds: float = 0.8, seconds: float = 1.5, reach: float = 1.0
) -> list[Pose]:
    """Return poses for turns and nods one after the other, each with a rest before and after.

    seconds: how long the first action takes. reach: how far it goes, of the usual. The next are slower and smaller: nobody
    moves twice in quite the same way, and an action that is asked twice would look like a loop.
    """
    found = [Pose()] * int(rest_seconds * per_second)
    for number, action in enumerate(actions):
        found += _action(action, int((seconds + 0.25 * number) * per_second), reach * (1 - 0.07 * number))
        found += [Pose()] * int(rest_seconds * per_second)
    return found


def _action(action: str, frames: int, reach: float) -> list[Pose]:
    swing = reach * np.sin(np.linspace(0, np.pi, frames))
    if action in ("turn_left", "turn_right"):
        side = 28 if action == "turn_left" else -28
        return [Pose(yaw=side * float(s)) for s in swing]
    return [Pose(pitch=18 * float(s)) for s in swing]


def film(moves: Sequence[Pose], *, seed: int = 1, noise: float = 2.0, quality: int = 80) -> list[bytes]:
    """Return the poses as JPEGs with a camera's noise and a hand's tremor, on a head that never holds quite still."""
    chance = np.random.default_rng(seed)
    return [jpeg_of(shaken(posed(pose), chance, noise), quality=quality) for pose in alive(moves, chance)]


def alive(moves: Sequence[Pose], chance: np.random.Generator) -> list[Pose]:
    """Let the head sway by a degree: nobody comes back to the very same place, as a loop does."""
    yaw, pitch = (np.convolve(chance.normal(0, 0.8, len(moves) + 4), np.ones(5) / 5**0.5, "valid") for _ in range(2))
    return [Pose(pose.yaw + float(a), pose.pitch + float(b)) for pose, a, b in zip(moves, yaw, pitch, strict=True)]


def shaken(picture: Picture, chance: np.random.Generator, noise: float) -> Picture:
    shift = np.array([[1, 0, chance.normal(0, 0.6)], [0, 1, chance.normal(0, 0.6)]], dtype=np.float32)
    moved = cv2.warpAffine(picture, shift, SIZE, borderMode=cv2.BORDER_REFLECT)
    grain = chance.normal(0, noise, moved.shape)
    shaken_picture: Picture = np.clip(moved.astype(np.float32) + grain, 0, 255).astype(np.uint8)
    return shaken_picture


def write_y4m(path: Path, moves: Sequence[Pose], *, per_second: int = 10, noise: float = 2.0) -> Path:
    """Write the poses as the file that Chromium takes for a camera."""
    chance = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{per_second}:1 Ip A1:1 C420jpeg\n".encode())
        for pose in moves:
            picture = shaken(posed(pose), chance, noise)
            planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
            file.write(b"FRAME\n" + planes.tobytes())
    return path
