"""A frame → what was measured of the face in it. One detector a process: two threads in one would break it for good."""

import hashlib
import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import GRID, NO_POINTS, POINTS, THUMB, FrameFacts
from proctoring.vision.picture import decode

LANDMARKS = 468
KEPT = tuple(int(n) for n in np.linspace(0, LANDMARKS - 1, POINTS))
_LEFT_EYE, _RIGHT_EYE = (362, 385, 387, 263, 373, 380), (33, 160, 158, 133, 153, 144)
_OUTER_RIGHT, _OUTER_LEFT, _FOREHEAD, _CHIN = 33, 263, 10, 152
_LIPS = (13, 14)  # upper, lower
_NOSE = (168, 2)  # between the eyes, and below: as long whatever the mouth does


class FaceDetector:
    """Finds faces by MediaPipe's mesh. Made lazily: loading it takes more than a second and 200 MB."""

    def __init__(self) -> None:
        from mediapipe.python.solutions.face_mesh import FaceMesh

        # Each frame by itself: frames of several people come to one process in turn. Refined: lids and lips are what is
        # asked for, and it takes no longer.
        self._mesh: Any = FaceMesh(
            static_image_mode=True, max_num_faces=2, refine_landmarks=True, min_detection_confidence=0.5
        )

    def look(self, jpeg: bytes, *, seq: int, sent_ms: int, received_ms: int) -> tuple[FrameFacts, NDArray[np.float32]]:
        """Return the facts of one frame, and all landmarks of the largest face (LANDMARKS × 3, pixels; empty for none).

        Raises BadPicture.
        """
        digest = hashlib.blake2b(jpeg, digest_size=16).digest()
        return self.measure(decode(jpeg), digest=digest, seq=seq, sent_ms=sent_ms, received_ms=received_ms)

    def measure(
        self, picture: NDArray[np.uint8], *, digest: bytes, seq: int, sent_ms: int, received_ms: int
    ) -> tuple[FrameFacts, NDArray[np.float32]]:
        """Return the same of a picture that was decoded already: shape (height, width, 3), RGB."""
        found = self._mesh.process(picture).multi_face_landmarks or []
        height, width = picture.shape[:2]
        scale = np.array([width, height, width], dtype=np.float32)
        faces = [
            np.array([(p.x, p.y, p.z) for p in face.landmark[:LANDMARKS]], dtype=np.float32) * scale for face in found
        ]
        faces.sort(key=lambda points: -float(np.ptp(points[:, 0])))
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        light = {
            "seq": seq,
            "sent_ms": sent_ms,
            "received_ms": received_ms,
            "faces": len(faces),
            "brightness": float(_around(grey, faces[0]).mean()) if faces else float(grey.mean()),
            "sharpness": float(cv2.Laplacian(_around(grey, faces[0]) if faces else grey, cv2.CV_64F).var()),
            "width": float(width),
            "digest": digest,
            "thumb": cv2.resize(grey, THUMB, interpolation=cv2.INTER_AREA).tobytes(),
            "grid": grey[np.ix_(_spread(height, GRID[1]), _spread(width, GRID[0]))].tobytes(),
        }
        if not faces:
            nothing = dict.fromkeys(("eye_px", "cx", "cy", "ear", "mouth", "yaw", "pitch"), 0.0)
            return FrameFacts(points=NO_POINTS, **nothing, **light), np.zeros((0, 3), dtype=np.float32)  # type: ignore[arg-type]  # by name
        face = faces[0]
        return FrameFacts(**_measured(face, width, height), **light), face


def _measured(face: NDArray[np.float32], width: int, height: int) -> dict[str, Any]:
    right, left = face[_OUTER_RIGHT], face[_OUTER_LEFT]
    forehead, chin = face[_FOREHEAD], face[_CHIN]
    upper, lower = (face[n] for n in _LIPS)
    bridge, below = (face[n] for n in _NOSE)
    return {
        "eye_px": _apart(_middle(face, _RIGHT_EYE), _middle(face, _LEFT_EYE)),
        "cx": float(face[:, 0].mean() / width),
        "cy": float(face[:, 1].mean() / height),
        "ear": (_openness(face, _LEFT_EYE) + _openness(face, _RIGHT_EYE)) / 2,
        "mouth": _apart(upper, lower) / max(_apart(bridge, below), 1e-6),
        # Unmirrored, a head that turns to its own left takes its left eye away from the camera: z grows with the distance.
        "yaw": math.degrees(math.atan2(float(left[2] - right[2]), float(left[0] - right[0]))),
        "pitch": math.degrees(math.atan2(float(chin[2] - forehead[2]), float(chin[1] - forehead[1]))),
        "points": tuple(float(value) for n in KEPT for value in face[n][:2]),
    }


def _spread(length: int, count: int) -> NDArray[np.intp]:
    """Return `count` places in a line of pixels, each in the middle of its share."""
    return ((np.arange(count) + 0.5) * length / count).astype(np.intp)


def _openness(face: NDArray[np.float32], eye: tuple[int, ...]) -> float:
    p = [face[n][:2] for n in eye]
    return (_apart(p[1], p[5]) + _apart(p[2], p[4])) / max(2 * _apart(p[0], p[3]), 1e-6)


def _middle(face: NDArray[np.float32], eye: tuple[int, ...]) -> NDArray[np.float32]:
    middle: NDArray[np.float32] = face[list(eye), :2].mean(axis=0)
    return middle


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.hypot(*(one[:2] - other[:2])))


def _around(grey: NDArray[np.uint8], face: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the part of the picture that the face fills; all of it where that would be empty."""
    (x0, y0), (x1, y1) = face[:, :2].min(axis=0).astype(int), face[:, :2].max(axis=0).astype(int)
    part = grey[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)]
    return part if part.size else grey
