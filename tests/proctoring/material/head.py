"""A head that turns, nods, blinks and opens its mouth: the landmarks of a photograph moved in space, the picture drawn along.

`skimage.data.astronaut()` shows Eileen Collins (NASA, public domain). What is made of it is test material and shows nobody
doing anything.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import cv2 as _cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator  # type: ignore[import-untyped]  # it ships no types
from scipy.spatial import Delaunay  # type: ignore[import-untyped]  # as above
from skimage.data import astronaut

SIZE = (640, 480)
_GRID = (52, 39)
_ROOM = 8  # pixels about what is painted: more than a blur reaches
Picture = NDArray[np.uint8]
cv2: Any = _cv2  # its stubs know no pictures of floats
Points = NDArray[np.float64]

# Upper lid → lower lid, eye by eye; lips inside; what hangs on the jaw.
_LIDS = {
    **{246: 7, 161: 163, 160: 144, 159: 145, 158: 153, 157: 154, 173: 155},
    **{466: 249, 388: 390, 387: 373, 386: 374, 385: 380, 384: 381, 398: 382},
}
_ABOVE_LIDS = (247, 30, 29, 27, 28, 56, 190, 467, 260, 259, 257, 258, 286, 414)
# Upper lid from corner to corner, lower lid likewise, skin above.
_EYES = (
    ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133), 223),
    ((263, 466, 388, 387, 386, 385, 384, 398, 362), (263, 249, 390, 373, 374, 380, 381, 382, 362), 443),
)
_LOWER_LIP = (
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
)
_INNER_LIPS = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


@dataclass(frozen=True)
class Pose:
    """Degrees, yaw positive to the head's own left, pitch positive downwards; blink and mouth from 0 (rest) to 1."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0


@cache
def photograph() -> Picture:
    """Return the face as a camera would show it, RGB."""
    cut: Picture = astronaut()[0:300, 30:430]  # type: ignore[no-untyped-call]  # it ships no types
    return np.asarray(cv2.resize(cut, SIZE, interpolation=cv2.INTER_CUBIC).astype(np.uint8))


@cache
def landmarks() -> Points:
    """Return what the detector sees in the photograph: 468 points in pixels."""
    from mediapipe.python.solutions.face_mesh import FaceMesh

    with FaceMesh(static_image_mode=True, max_num_faces=1) as mesh:
        found = mesh.process(photograph()).multi_face_landmarks[0].landmark
    w, h = SIZE
    return np.array([(p.x * w, p.y * h, p.z * w) for p in found[:468]])


@dataclass(frozen=True)
class Subject:
    """Another face out of the same photograph: its proportions, the depth of its relief, its colour."""

    number: int

    @property
    def shape(self) -> Points:
        """Return the landmarks of this face at rest."""
        points = landmarks()
        if self.number == 0:
            return points
        chance = np.random.default_rng([77, self.number])
        middle = points.mean(axis=0)
        away = (points - middle) / np.ptp(points[:, 0])
        wide, high, deep = chance.uniform((0.90, 0.92, 0.9), (1.10, 1.08, 1.2))
        jaw, brow, nose = chance.uniform(-0.16, 0.16, 3)
        x, y, z = away.T
        x = x * (wide + jaw * np.clip(y, 0, 1) * 1.2)
        bump = np.exp(-((x / 0.16) ** 2 + ((y - 0.05) / 0.2) ** 2))
        y = y * high + nose * 0.25 * bump + brow * 0.2 * np.exp(-(((y + 0.25) / 0.12) ** 2))
        return np.asarray(np.stack([x, y, z * deep], axis=1) * np.ptp(points[:, 0]) + middle)

    @property
    def tint(self) -> NDArray[np.float32]:
        if self.number == 0:
            return np.ones(3, dtype=np.float32)
        return np.random.default_rng([78, self.number]).uniform(0.88, 1.1, 3).astype(np.float32)


def expressed(shape: Points, pose: Pose) -> Points:
    """Return the landmarks with lids and jaw moved; the head not yet turned."""
    points = shape.copy()
    if pose.blink:
        for upper, lower in _LIDS.items():
            points[upper] += (shape[lower] - shape[upper]) * 0.7 * pose.blink
        for upper in _ABOVE_LIDS:
            points[upper, 1] += 0.02 * np.ptp(shape[:, 0]) * pose.blink
    if pose.mouth:
        height = shape[152, 1] - shape[10, 1]
        corners = (shape[61, 1] + shape[291, 1]) / 2
        reach = np.clip((shape[:, 1] - corners) / (shape[152, 1] - corners), 0, 1)
        near = np.exp(-(((shape[:, 0] - shape[13, 0]) / (0.42 * np.ptp(shape[:, 0]))) ** 2))
        drop = 0.15 * height * pose.mouth
        of_lip = np.isin(np.arange(len(shape)), _LOWER_LIP)
        beside = np.clip(np.abs(shape[:, 0] - shape[13, 0]) / (abs(shape[291, 0] - shape[61, 0]) / 2), 0, 1)
        points[:, 1] += np.where(of_lip, drop * (1 - beside**2), drop * np.sqrt(reach) * near * ~of_lip)
    return points


def turned(points: Points, pose: Pose, about: Points) -> Points:
    """Return points turned about the neck and seen by a camera at some distance."""
    yaw, pitch, roll = np.radians((pose.yaw, pose.pitch, pose.roll))
    cy, sy, cx, sx, cz, sz = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    found = (points - about) @ (about_z @ about_y @ about_x).T
    far = 5.0 * np.ptp(points[:, 0])
    found[:, :2] *= far / (far + found[:, 2:3])
    return np.asarray(found + about)


@lru_cache(maxsize=150)
def drawn(subject: Subject, pose: Pose) -> Picture:
    """Return the subject's head in a pose before the photograph's own background."""
    base = landmarks()
    shape = subject.shape
    middle = shape.mean(axis=0)
    about = middle + np.array([0, 0.1, 0.3]) * (shape[152, 1] - shape[10, 1])
    after = turned(expressed(shape, pose), pose, about)
    # Hair and ears go with the head, a little behind the face.
    ring = list(_OVAL)
    back = base[ring] + (base[ring] - base.mean(axis=0)) * np.array([0.35, 0.35, 0.0]) + np.array([0, 0, 12.0])
    back_after = turned(shape[ring] + (back - base[ring]), pose, about)
    w, h = SIZE
    xs, ys = np.meshgrid(np.linspace(0, w - 1, 9), np.linspace(0, h - 1, 7))
    edge = np.stack([xs.ravel(), ys.ravel()], axis=1)
    edge = edge[(edge[:, 0] % (w - 1) == 0) | (edge[:, 1] % (h - 1) == 0)]
    seen = _facing(after)
    hull = cv2.convexHull(after[seen, :2].astype(np.float32))
    clear = np.array([cv2.pointPolygonTest(hull, (float(x), float(y)), True) < -4 for x, y in back_after[:, :2]])
    to = np.vstack([after[seen, :2], back_after[clear, :2], edge])
    of = np.vstack([base[seen, :2], back[clear, :2], edge])
    back_map = LinearNDInterpolator(to, of)
    maps = _coarse(back_map)
    _refine(maps, back_map, after[seen, :2])
    picture = cv2.remap(photograph(), maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    if pose.mouth:
        picture = _hollow(picture, after[list(_INNER_LIPS), :2], pose.mouth)
    if pose.blink:
        picture = _lidded(picture.astype(np.uint8), turned(shape, pose, about)[:, :2], pose.blink)
    return np.asarray(picture.astype(np.uint8))


def _coarse(back_map: LinearNDInterpolator) -> NDArray[np.float32]:
    w, h = SIZE
    grid = np.stack(np.meshgrid(np.linspace(0, w - 1, _GRID[0]), np.linspace(0, h - 1, _GRID[1])), axis=-1)
    found = back_map(grid)
    found = np.where(np.isnan(found), grid, found).astype(np.float32)
    return _spread(found, SIZE)


def _refine(maps: NDArray[np.float32], back_map: LinearNDInterpolator, face: Points) -> None:
    """Draw the face itself at every third pixel: a lid is only a few pixels high."""
    w, h = SIZE
    x0, y0 = np.maximum(face.min(axis=0).astype(int), 0)
    x1, y1 = np.minimum(face.max(axis=0).astype(int), (w - 1, h - 1))
    across, down = (x1 - x0) // 3, (y1 - y0) // 3
    grid = np.stack(np.meshgrid(np.linspace(x0, x1 - 1, across), np.linspace(y0, y1 - 1, down)), axis=-1)
    found = back_map(grid)
    found = np.where(np.isnan(found), grid, found).astype(np.float32)
    maps[y0:y1, x0:x1] = _spread(found, (x1 - x0, y1 - y0))


def _lidded(picture: Picture, face: Points, shut: float) -> Picture:
    """Draw the lids over the eyes, with a dark line of lashes where they end."""
    drawing = picture.copy()
    for upper, lower, brow in _EYES:
        top, bottom = face[list(upper)], face[list(lower)]
        edge = top + (bottom - top) * min(1.0, 1.06 * shut)
        x, y = (int(v) for v in face[brow])
        skin = picture[y - 2 : y + 3, x - 4 : x + 5].reshape(-1, 3).mean(axis=0) * 0.95
        high = top - np.array([0, 1.5])
        outline = np.vstack([high, edge[::-1]])
        part, corner = _around(outline)
        covered = np.zeros(drawing[part].shape[:2], dtype=np.float32)
        cv2.fillPoly(covered, [np.round(8 * (outline - corner)).astype(np.int32)], 1.0, cv2.LINE_AA, 3)
        covered = cv2.GaussianBlur(covered, (0, 0), 0.9)[..., np.newaxis]
        shown = drawing[part] * (1 - covered) + skin.astype(np.float32) * covered
        lashes = np.zeros(shown.shape[:2], dtype=np.float32)
        cv2.polylines(lashes, [np.round(8 * (edge - corner)).astype(np.int32)], False, 1.0, 1, cv2.LINE_AA, 3)
        lashes = cv2.GaussianBlur(lashes, (0, 0), 0.7)[..., np.newaxis] * 0.9
        shown = shown * (1 - lashes) + np.array([60, 40, 36], dtype=np.float32) * lashes
        drawing[part] = np.clip(shown, 0, 255).astype(np.uint8)
    return drawing


def _hollow(picture: Picture, lips: Points, open_by: float) -> Picture:
    """Darken what lies between the lips."""
    part, corner = _around(lips)
    inside = np.zeros(picture[part].shape[:2], dtype=np.float32)
    cv2.fillPoly(inside, [np.round(lips - corner).astype(np.int32)], 1.0)
    inside = cv2.GaussianBlur(inside, (0, 0), 1.2)[..., np.newaxis] * min(1.0, 1.5 * open_by)
    dark = np.array([52, 22, 22], dtype=np.float32)
    drawing = picture.copy()
    drawing[part] = (picture[part] * (1 - inside) + dark * inside).astype(np.uint8)
    return drawing


def _around(points: Points) -> tuple[tuple[slice, slice], Points]:
    """Return the part of the picture about these points, with room for a blur, and its first corner."""
    x0, y0 = np.maximum(np.floor(points.min(axis=0)).astype(int) - _ROOM, 0)
    x1, y1 = np.minimum(np.ceil(points.max(axis=0)).astype(int) + _ROOM, SIZE)
    return (slice(y0, y1), slice(x0, x1)), np.array([x0, y0], dtype=np.float64)


@cache
def _triangles() -> NDArray[np.int32]:
    """Return the corners of the mesh over the face at rest, all turned the same way round."""
    base = landmarks()[:, :2]
    found: NDArray[np.int32] = Delaunay(base).simplices
    flip = _areas(base, found) < 0
    found[flip] = found[flip][:, ::-1]
    return found


def _areas(points: Points, triangles: NDArray[np.int32]) -> NDArray[np.float64]:
    a, b, c = (points[triangles[:, n], :2] for n in range(3))
    return np.asarray((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))


def _facing(points: Points) -> NDArray[np.bool_]:
    """Say which landmarks the camera still sees: those of which most triangles are not turned away."""
    triangles = _triangles()
    away = _areas(points, triangles) <= 0
    count, hidden = np.zeros(len(points)), np.zeros(len(points))
    for n in range(3):
        np.add.at(count, triangles[:, n], 1)
        np.add.at(hidden, triangles[:, n], away)
    return np.asarray(hidden <= 0.34 * count)


def _spread(grid: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return the coarse map at every pixel, corner on corner."""
    xs = np.linspace(0, grid.shape[1] - 1, size[0], dtype=np.float32)
    ys = np.linspace(0, grid.shape[0] - 1, size[1], dtype=np.float32)
    spread: NDArray[np.float32] = cv2.remap(grid, *np.meshgrid(xs, ys), cv2.INTER_LINEAR)
    return spread
