"""How a person moves who does what was asked: a pose for every frame, with rests, sway and a camera that shakes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.proctoring.material.head import SIZE, Picture, Pose, Subject, drawn

ACTIONS = ("blink2", "turn_left", "turn_right", "mouth", "nod")


@dataclass(frozen=True)
class Scene:
    """Where and by what camera it is filmed. zoom: nearness; noise: of the sensor, in grey levels."""

    zoom: float
    shift: tuple[float, float]
    shake: float
    gain: float
    gamma: float
    slope: float
    noise: float
    quality: int


def scene_of(chance: np.random.Generator) -> Scene:
    """Return a scene that a learner might sit in."""
    return Scene(
        zoom=float(chance.uniform(0.92, 1.35)),
        shift=(float(chance.uniform(-40, 40)), float(chance.uniform(-15, 25))),
        shake=float(chance.choice([0.15, 0.5, 1.2])),
        gain=float(chance.uniform(0.5, 1.12)),
        gamma=float(chance.uniform(0.8, 1.35)),
        slope=float(chance.uniform(-0.35, 0.35)),
        noise=float(chance.uniform(1.0, 5.0)),
        quality=int(chance.integers(55, 92)),
    )


def act(
    actions: Sequence[str], chance: np.random.Generator, *, per_second: int, lead_seconds: float = 1.0
) -> list[Pose]:
    """Return the poses of somebody who does these one after the other, at a speed of his own."""
    pace = float(chance.uniform(0.75, 1.45))
    moves = [Pose()] * int(lead_seconds * per_second)
    for action in actions:
        moves += _one(action, chance, pace, per_second)
        moves += [Pose()] * int(float(chance.uniform(0.4, 1.2)) * per_second)
    return _swayed(moves, chance, per_second)


def _one(action: str, chance: np.random.Generator, pace: float, per_second: int) -> list[Pose]:
    if action == "blink2":
        closed, between = float(chance.uniform(0.2, 0.38)), float(chance.uniform(0.35, 0.8))
        blink = [Pose(blink=float(v)) for v in _pulse(closed, per_second, flat=0.5)]
        return [*blink, *([Pose()] * max(2, int(between * per_second))), *blink]
    swing = _pulse(float(chance.uniform(0.9, 1.8)) * pace, per_second, flat=0.25)
    if action == "mouth":
        return [Pose(mouth=float(chance.uniform(0.7, 1.0)) * float(v)) for v in swing]
    if action == "nod":
        most = float(chance.uniform(13, 21))
        return [Pose(pitch=most * float(v)) for v in swing] * int(chance.integers(1, 3))
    most = float(chance.uniform(20, 30)) * (1 if action == "turn_left" else -1)
    return [Pose(yaw=most * float(v)) for v in swing]


def _pulse(seconds: float, per_second: int, *, flat: float) -> NDArray[np.float64]:
    """Return values that rise from 0 to 1, stay there for a part, and fall again."""
    at = np.linspace(0, 1, max(4, round(seconds * per_second)) + 1)[1:]
    rise = (1 - flat) / 2
    risen = np.clip(np.minimum(at, 1 - at) / rise, 0, 1)
    return np.asarray(risen * np.sqrt((1 - np.cos(np.pi * risen)) / 2))


def _swayed(moves: Sequence[Pose], chance: np.random.Generator, per_second: int) -> list[Pose]:
    """Add what nobody can help: a slow sway, in half degrees."""
    at = np.arange(len(moves)) / per_second
    sway = [
        float(chance.uniform(0.2, 1.5))
        * np.sin(2 * np.pi * at / float(chance.uniform(3, 7)) + float(chance.uniform(0, 6)))
        for _ in range(3)
    ]
    return [
        replace(
            pose,
            yaw=_half(pose.yaw + sway[0][n]),
            pitch=_half(pose.pitch + sway[1][n]),
            roll=_half(pose.roll + sway[2][n]),
            blink=round(pose.blink, 1),
            mouth=round(pose.mouth, 1),
        )
        for n, pose in enumerate(moves)
    ]


def _half(value: float) -> float:
    return round(float(value) * 2) / 2


class Camera:
    """Films pictures of SIZE in a scene: place, light, shake, grain, JPEG."""

    def __init__(self, scene: Scene, chance: np.random.Generator) -> None:
        self.scene = scene
        self.chance = chance
        self._wander = np.zeros(2)
        ramp = 1 + scene.slope * np.linspace(-1, 1, SIZE[0], dtype=np.float32)
        # Of the picture's own size: to stretch it anew for every frame takes longer than all the rest.
        self._ramp = np.tile(ramp[:, np.newaxis], (SIZE[1], 1, 3))
        curve = np.clip(255 * scene.gain * (np.arange(256) / 255) ** scene.gamma, 0, 255)
        self._curve = curve.astype(np.uint8).astype(np.float32)
        self._grain = chance.normal(0, scene.noise, (SIZE[1] + 96, SIZE[0] + 96, 3)).astype(np.float32)

    def take(self, picture: Picture, tint: NDArray[np.float32] | None = None) -> Picture:
        """Return the picture as this camera sees it, after JPEG."""
        scene, (w, h) = self.scene, SIZE
        self._wander = 0.85 * self._wander + self.chance.normal(0, scene.shake, 2)
        zoom = scene.zoom
        face = (w * 0.43, h * 0.42)
        place = np.array(
            [[zoom, 0, w / 2 - zoom * face[0] + scene.shift[0]], [0, zoom, h / 2 - zoom * face[1] + scene.shift[1]]]
        )
        place[:, 2] += self._wander + self.chance.normal(0, scene.shake * 0.3, 2)
        seen = cv2.warpAffine(picture, place, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        lit: NDArray[np.float32] = np.asarray(cv2.LUT(seen, self._curve), dtype=np.float32)
        lit *= self._ramp
        if tint is not None:
            lit *= _everywhere(tuple(tint.tolist()))
        dx, dy = self.chance.integers(0, 96, 2)
        grain = self._grain[dy : dy + h, dx : dx + w]
        if self.chance.integers(0, 2):
            grain = grain[::-1]
        lit += grain
        return through_jpeg(np.clip(lit, 0, 255, out=lit).astype(np.uint8), scene.quality)


@lru_cache(maxsize=4)
def _everywhere(colour: tuple[float, ...]) -> NDArray[np.float32]:
    return np.tile(np.array(colour, dtype=np.float32), (SIZE[1], SIZE[0], 1))


def through_jpeg(picture: Picture, quality: int) -> Picture:
    """Return the picture as it comes out of a JPEG of this quality."""
    _done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR).astype(np.uint8)


def film(subject: Subject, moves: Sequence[Pose], camera: Camera) -> list[Picture]:
    """Return what the camera sees of a subject who moves so."""
    return [camera.take(drawn(subject, pose), subject.tint) for pose in moves]
