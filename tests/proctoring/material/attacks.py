"""All that pretends to be somebody who is there: each takes a challenge and returns the frames that would be shown to us."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.proctoring.material.acting import ACTIONS, Camera, act, film, through_jpeg
from tests.proctoring.material.head import SIZE, Picture, Pose, Subject, drawn

Frames = list[Picture]


@dataclass(frozen=True)
class Stage:
    """What an attacker has: a person's picture, a camera, a challenge to meet, frames of passed checks to steal."""

    subject: Subject
    camera: Camera
    chance: np.random.Generator
    challenge: tuple[str, ...]
    per_second: int
    stolen: Frames

    @property
    def count(self) -> int:
        return int((2 + 3 * len(self.challenge)) * self.per_second)


def static_photo(stage: Stage) -> Frames:
    still = drawn(stage.subject, Pose())
    return [stage.camera.take(still, stage.subject.tint) for _ in range(stage.count)]


def _held(stage: Stage, matrices: Sequence[NDArray[np.float64]], picture: Picture | None = None) -> Frames:
    still = drawn(stage.subject, Pose()) if picture is None else picture
    return [
        stage.camera.take(
            cv2.warpPerspective(still, matrix, SIZE, borderMode=cv2.BORDER_REFLECT).astype(np.uint8), stage.subject.tint
        )
        for matrix in matrices
    ]


def moved_photo(stage: Stage) -> Frames:
    """Moved about, zoomed and rotated in its plane."""
    at = np.arange(stage.count) / stage.per_second
    speed = stage.chance.uniform(0.3, 1.2, 4)
    found = []
    for t in at:
        wave = np.sin(2 * np.pi * speed * t)
        turn = np.asarray(cv2.getRotationMatrix2D((270, 200), 14 * wave[0], 1 + 0.15 * wave[1]), dtype=np.float64)
        turn[:, 2] += np.array([35 * wave[2], 20 * wave[3]])
        found.append(np.vstack([turn, [0, 0, 1]]))
    return _held(stage, found)


def _tilted(yaw: float, pitch: float) -> NDArray[np.float64]:
    """Return the homography of a card that is turned by so many degrees about its upright and its level axis."""
    w, h = SIZE
    lens = 700.0
    y, p = np.radians((yaw, pitch))
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    turn = about_x @ about_y
    plane = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, lens]])
    to = np.array([[lens, 0, 270], [0, lens, 200], [0, 0, 1]])
    back = np.array([[1, 0, -270], [0, 1, -200], [0, 0, 1]])
    del w, h
    return np.asarray(to @ plane @ back)


def tilted_photo(stage: Stage) -> Frames:
    """A card tilted as the challenge asks of the head."""
    found = []
    for pose in act(stage.challenge, stage.chance, per_second=stage.per_second):
        found.append(_tilted(1.5 * pose.yaw, 1.8 * pose.pitch))
    return _held(stage, found)


def bent_photo(stage: Stage) -> Frames:
    """A card bent about an upright axis, more and less, and turned as the challenge asks."""
    still = drawn(stage.subject, Pose())
    w, h = SIZE
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    found = []
    for pose in act(stage.challenge, stage.chance, per_second=stage.per_second):
        curve = 0.5 + 0.5 * abs(pose.yaw) / 30
        away = (xs - 270) / 320
        bent = np.sin(np.clip(away * curve, -1.4, 1.4)) / max(np.sin(curve), 0.1) * 320
        lift = 1 + 0.12 * curve * away**2
        sheet = cv2.remap(
            still, 270 + bent * lift, 200 + (ys - 200) * lift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        turned = cv2.warpPerspective(
            sheet, _tilted(1.3 * pose.yaw, 1.5 * pose.pitch), SIZE, borderMode=cv2.BORDER_REFLECT
        )
        found.append(stage.camera.take(turned.astype(np.uint8), stage.subject.tint))
    return found


def cut_out(stage: Stage) -> Frames:
    """A photograph with holes for real eyes that blink behind it; the card is turned and nodded."""
    found = []
    for pose in act(stage.challenge, stage.chance, per_second=stage.per_second):
        still = drawn(stage.subject, Pose(blink=pose.blink))
        card = cv2.warpPerspective(
            still, _tilted(1.4 * pose.yaw, 1.6 * pose.pitch), SIZE, borderMode=cv2.BORDER_REFLECT
        )
        found.append(stage.camera.take(card.astype(np.uint8), stage.subject.tint))
    return found


def animated_photo(stage: Stage) -> Frames:
    """A photograph moved by warps of the plane: lids and lips move, the head is squeezed and shifted instead of turned."""
    w, h = SIZE
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    bell = np.exp(-(((xs - 270) / 90) ** 2 + ((ys - 200) / 120) ** 2)).astype(np.float32)
    found = []
    for pose in act(stage.challenge, stage.chance, per_second=stage.per_second):
        still = drawn(stage.subject, Pose(blink=pose.blink, mouth=pose.mouth))
        squeeze = 1 + 0.25 * abs(np.sin(np.radians(pose.yaw)))
        map_x = 270 + (xs - 270) * (1 + (squeeze - 1) * bell) - 40 * np.sin(np.radians(pose.yaw)) * bell
        map_y = ys - 40 * np.sin(np.radians(pose.pitch)) * bell
        moved = cv2.remap(
            still, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        found.append(stage.camera.take(moved.astype(np.uint8), stage.subject.tint))
    return found


def frozen(stage: Stage) -> Frames:
    """The right person does the first action; then the picture stands still."""
    acting = film(stage.subject, act(stage.challenge, stage.chance, per_second=stage.per_second), stage.camera)
    at = int(len(acting) * float(stage.chance.uniform(0.3, 0.7)))
    still = int(float(stage.chance.uniform(2.0, 4.0)) * stage.per_second)
    return [*acting[:at], *([acting[at]] * still), *acting[at:]]


def looped(stage: Stage) -> Frames:
    """A short stretch of a real film, again and again."""
    acting = film(stage.subject, act(stage.challenge[:1], stage.chance, per_second=stage.per_second), stage.camera)
    return (acting * 6)[: stage.count]


def looped_whole(stage: Stage) -> Frames:
    """All that was asked, shown twice."""
    return (
        film(
            stage.subject,
            act(stage.challenge, stage.chance, per_second=stage.per_second, lead_seconds=0.5),
            stage.camera,
        )
        * 2
    )


def replay(stage: Stage) -> Frames:
    return list(stage.stolen)


def replay_noise(stage: Stage) -> Frames:
    grain = [
        stage.chance.normal(0, float(stage.chance.uniform(2, 5)), (SIZE[1], SIZE[0], 3)).astype(np.float32)
        for _ in range(4)
    ]
    return [
        np.clip(one + grain[n % 4][:: 1 - 2 * (n // 4 % 2)], 0, 255).astype(np.uint8)
        for n, one in enumerate(stage.stolen)
    ]


def mirrored(stage: Stage) -> Frames:
    return [np.ascontiguousarray(one[:, ::-1]) for one in stage.stolen]


def second_face(stage: Stage) -> Frames:
    """The right person acts; another looks over the shoulder for a while."""
    acting = film(stage.subject, act(stage.challenge, stage.chance, per_second=stage.per_second), stage.camera)
    other = film(Subject(stage.subject.number + 50), [Pose()], Camera(stage.camera.scene, stage.chance))[0]
    x, y = (int(SIZE[n] / 2 + stage.camera.scene.shift[n]) for n in (0, 1))  # where its face is
    reach = int(115 * stage.camera.scene.zoom)
    face = other[max(0, y - reach) : y + reach, max(0, x - reach) : x + reach]
    from_, until = len(acting) // 4, len(acting) * 3 // 4
    side = int(stage.chance.integers(150, 200))
    patch = cv2.resize(face, (side, side))
    for n in range(from_, until):
        shown = acting[n].copy()
        shown[10 : 10 + side, SIZE[0] - side - 4 : SIZE[0] - 4] = patch
        acting[n] = through_jpeg(shown.astype(np.uint8), stage.camera.scene.quality)
    return acting


def swapped(stage: Stage) -> Frames:
    """One person does the first part, another the rest."""
    moves = act(stage.challenge, stage.chance, per_second=stage.per_second)
    at = int(len(moves) * float(stage.chance.uniform(0.35, 0.6)))
    other = Subject(stage.subject.number + 1 + int(stage.chance.integers(1, 20)))
    return film(stage.subject, moves[:at], stage.camera) + film(other, moves[at:], stage.camera)


def other_nonce(stage: Stage) -> Frames:
    """What another challenge asked for."""
    while True:
        actions = tuple(stage.chance.permutation(ACTIONS)[: len(stage.challenge)])
        if actions != stage.challenge:
            break
    return film(stage.subject, act(actions, stage.chance, per_second=stage.per_second), stage.camera)


def late(stage: Stage) -> Frames:
    """The right person, when the time is over."""
    lead = (2.5 + 7.5 * len(stage.challenge)) * 1.05
    return film(
        stage.subject, act(stage.challenge, stage.chance, per_second=stage.per_second, lead_seconds=lead), stage.camera
    )


def duplicated(stage: Stage) -> Frames:
    """Every frame two or three times."""
    acting = film(stage.subject, act(stage.challenge, stage.chance, per_second=stage.per_second), stage.camera)
    times = int(stage.chance.integers(2, 4))
    return [one for one in acting for _ in range(times)]


def reordered(stage: Stage) -> Frames:
    """Frames shuffled among their neighbours."""
    acting = film(stage.subject, act(stage.challenge, stage.chance, per_second=stage.per_second), stage.camera)
    span = int(stage.chance.integers(4, 9))
    order: list[int] = []
    for begin in range(0, len(acting), span):
        order += list(stage.chance.permutation(np.arange(begin, min(begin + span, len(acting)))))
    return [acting[n] for n in order]


def injected_still(stage: Stage) -> Frames:
    """One picture, given to the socket again and again without a camera."""
    still = film(stage.subject, [Pose()], stage.camera)[0]
    return [still] * stage.count


ATTACKS: dict[str, Callable[[Stage], Frames]] = {
    "static_photo": static_photo,
    "moved_photo": moved_photo,
    "tilted_photo": tilted_photo,
    "bent_photo": bent_photo,
    "cut_out": cut_out,
    "animated_photo": animated_photo,
    "frozen": frozen,
    "looped": looped,
    "looped_whole": looped_whole,
    "replay": replay,
    "replay_noise": replay_noise,
    "mirrored": mirrored,
    "second_face": second_face,
    "swapped": swapped,
    "other_nonce": other_nonce,
    "late": late,
    "duplicated": duplicated,
    "reordered": reordered,
    "injected_still": injected_still,
}
