"""A frame → what was measured of the face in it. One detector a process: two threads in one would break it for good."""

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import GRID, NO_COLOUR, NO_LIGHT, NO_POINTS, POINTS, THUMB, FrameFacts
from proctoring.vision.picture import decode, digest_of

LANDMARKS = 468
KEPT = np.linspace(0, LANDMARKS - 1, POINTS).astype(int)
_LEFT_EYE, _RIGHT_EYE = (362, 385, 387, 263, 373, 380), (33, 160, 158, 133, 153, 144)
# Then: outer corner of the right eye and of the left, forehead, chin, lips (upper and lower, first their inner edges, then
# their outer), nose (between the eyes, and below: as long whatever the mouth does).
_MEASURED = np.array([*_LEFT_EYE, *_RIGHT_EYE, 33, 263, 10, 152, 13, 14, 0, 17, 168, 2])
_HALF = (320, 240)
# sRGB to linear light; looked at in every eighth pixel of every eighth row.
_STEP = 8
# Of the face's width and height so much is left away at each side: hair and what lies behind.
_INNER = 0.3
_GREYS = np.arange(256) / 255
_LINEAR = np.where(_GREYS <= 0.04045, _GREYS / 12.92, ((_GREYS + 0.055) / 1.055) ** 2.4).astype(np.float32)  # noqa: PLR2004 — IEC 61966-2-1
# Of one landmark as the mesh's own bytes have it: two bytes before it, and before each of its three numbers one.
_MARK_BYTES = 17
# A head that turns brings its eyes together in the picture, and has not gone away: their distance is measured in space. The mesh
# is flatter than heads are; with its depth so much enlarged a face turned by 30° is as large as the same one ahead.
_DEPTH = (1.0, 1.0, 1.4)
# Where a face lies: left, top, right, bottom; in single precision, as it was measured.
Box = tuple[np.float32, np.float32, np.float32, np.float32]


class Mesh:
    """MediaPipe's FaceMesh, as its own class makes it, but run in the thread that asks: its threads took a tenth of its time
    to hand work to each other.
    """

    def __init__(self) -> None:
        import mediapipe as mp
        from mediapipe.framework.calculator_pb2 import CalculatorGraphConfig

        self._mp, self._at, self._found = mp, 0, None
        root = Path(mp.__file__).parent
        mp.resource_util.set_resource_dir(str(root.parent))
        graph = CalculatorGraphConfig()
        graph.ParseFromString((root / "modules/face_landmark/face_landmark_front_cpu.binarypb").read_bytes())
        graph.executor.add(type="ApplicationThreadExecutor")
        self._graph = mp.CalculatorGraph(graph_config=graph)
        self._graph.observe_output_stream("multi_face_landmarks", self._hear)
        # Each frame by itself: frames of several people come to one process in turn. Refined: lids and lips are what is
        # asked for, and it takes no longer.
        told = {
            "num_faces": mp.packet_creator.create_int(2),
            "with_attention": mp.packet_creator.create_bool(True),
            "use_prev_landmarks": mp.packet_creator.create_bool(False),
        }
        self._graph.start_run(told)

    def faces(self, picture: NDArray[np.uint8]) -> list[Any]:
        """Return the landmarks of each face, as MediaPipe's own messages."""
        shown = np.ascontiguousarray(picture).view()
        shown.flags.writeable = False  # or it would be copied
        frame = self._mp.packet_creator.create_image_frame(shown, image_format=self._mp.ImageFormat.SRGB)
        self._at, self._found = self._at + 1, None
        self._graph.add_packet_to_input_stream("image", frame.at(self._at))
        self._graph.wait_until_idle()
        return [] if self._found is None else list(self._mp.packet_getter.get_proto_list(self._found))

    def _hear(self, _stream: str, packet: Any) -> None:
        self._found = packet


class FaceDetector:
    """Finds faces by MediaPipe's mesh. Made lazily: loading it takes more than a second and 200 MB."""

    def __init__(self) -> None:
        # A process a core: more threads would wait for each other, and spin while they do.
        cv2.setNumThreads(1)
        self.mesh = Mesh()

    def look(
        self, jpeg: bytes, *, seq: int, sent_ms: int, received_ms: int, colours: bool = False
    ) -> tuple[FrameFacts, NDArray[np.float32]]:
        """Return the facts of one frame, and all landmarks of the largest face (LANDMARKS × 3, pixels; empty for none).

        colours: measure the light on the face as well. Raises BadPicture.
        """
        return self.measure(
            decode(jpeg), digest=digest_of(jpeg), seq=seq, sent_ms=sent_ms, received_ms=received_ms, colours=colours
        )

    def measure(
        self,
        picture: NDArray[np.uint8],
        *,
        digest: bytes,
        seq: int,
        sent_ms: int,
        received_ms: int,
        colours: bool = False,
    ) -> tuple[FrameFacts, NDArray[np.float32]]:
        """Return the same of a picture that was decoded already: shape (height, width, 3), RGB."""
        found = self.mesh.faces(picture)
        height, width = picture.shape[:2]
        scale = np.array([width, height, width], dtype=np.float32)
        faces = [_landmarks(face) * scale for face in found]
        if len(faces) > 1:
            faces.sort(key=lambda points: -float(np.ptp(points[:, 0])))
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        box = (*faces[0][:, :2].min(axis=0), *faces[0][:, :2].max(axis=0)) if faces else None
        looked = _part(grey, box) if box else grey
        light: dict[str, Any] = {
            "seq": seq,
            "sent_ms": sent_ms,
            "received_ms": received_ms,
            "faces": len(faces),
            "brightness": cv2.mean(looked)[0],
            "sharpness": float(cv2.meanStdDev(cv2.Laplacian(looked, cv2.CV_16S))[1][0, 0]) ** 2,
            "width": float(width),
            "digest": digest,
            # By way of a smaller picture: the same means, in half the time.
            "thumb": cv2.resize(
                cv2.resize(grey, _HALF, interpolation=cv2.INTER_AREA), THUMB, interpolation=cv2.INTER_AREA
            ).tobytes(),
            "grid": grey[_rows_and_columns(height, width)].tobytes(),
        }
        if not box:
            nothing: dict[str, Any] = dict.fromkeys(("eye_px", "cx", "cy", "ear", "mouth", "yaw", "pitch"), 0.0)
            return FrameFacts(points=NO_POINTS, **nothing, **light), np.zeros((0, 3), dtype=np.float32)
        face = faces[0]
        light["colour"] = _colour(picture, box)
        if colours:
            light["light"] = _light(picture, face)
        return FrameFacts(**_measured(face, width, height), **light), face


def _landmarks(face: Any) -> NDArray[np.float32]:
    """Return a face of the mesh's as LANDMARKS × 3, of the picture's width and height.

    Read out of its bytes at once: to ask for 1,404 numbers one by one takes ten times as long.
    """
    data = np.frombuffer(face.SerializeToString(), dtype=np.uint8)
    if len(data) != _MARK_BYTES * len(face.landmark):  # written otherwise than it is by the versions that we know
        return np.array([(p.x, p.y, p.z) for p in face.landmark[:LANDMARKS]], dtype=np.float32)
    rows = data.reshape(-1, _MARK_BYTES)[:LANDMARKS, 2:].reshape(LANDMARKS, 3, 5)
    return rows[:, :, 1:].copy().view("<f4").reshape(LANDMARKS, 3)


def _measured(face: NDArray[np.float32], width: int, height: int) -> dict[str, Any]:
    few: list[list[float]] = face[_MEASURED].tolist()
    left_eye, right_eye = few[:6], few[6:12]
    right, left, forehead, chin, upper, lower, above_lips, under_lips, bridge, below = few[12:]
    across, down, _out = face.mean(axis=0).tolist()
    return {
        "eye_px": math.hypot(
            *((a - b) / 6 * deeper for a, b, deeper in zip(_summed(left_eye), _summed(right_eye), _DEPTH, strict=True))
        ),
        "cx": across / width,
        "cy": down / height,
        "ear": (_openness(left_eye) + _openness(right_eye)) / 2,
        # By both edges of the lips: in some faces that open their mouth the mesh still draws the inner ones closed.
        "mouth": (_apart(upper, lower) + _apart(above_lips, under_lips)) / 2 / max(_apart(bridge, below), 1e-6),
        # Unmirrored, a head that turns to its own left takes its left eye away from the camera: z grows with the distance.
        "yaw": math.degrees(math.atan2(left[2] - right[2], left[0] - right[0])),
        "pitch": math.degrees(math.atan2(chin[2] - forehead[2], chin[1] - forehead[1])),
        "points": tuple(face[KEPT, :2].ravel().tolist()),
    }


@lru_cache(maxsize=8)
def _rows_and_columns(height: int, width: int) -> tuple[NDArray[np.intp], ...]:
    """Return where the single pixels of the grid lie: each in the middle of its share."""
    return np.ix_(
        *(((np.arange(n) + 0.5) * side / n).astype(np.intp) for side, n in ((height, GRID[1]), (width, GRID[0])))
    )


def _openness(eye: list[list[float]]) -> float:
    return (_apart(eye[1], eye[5]) + _apart(eye[2], eye[4])) / max(2 * _apart(eye[0], eye[3]), 1e-6)


def _summed(points: list[list[float]]) -> tuple[float, ...]:
    return tuple(map(sum, zip(*points, strict=True)))


def _apart(one: list[float], other: list[float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _light(picture: NDArray[np.uint8], face: NDArray[np.float32]) -> tuple[float, ...]:
    """Return red, green and blue of the face, then of what is well away from it, in linear light; noughts where nothing is."""
    few = _LINEAR[picture[::_STEP, ::_STEP]]
    (x0, y0), (x1, y1) = face[:, :2].min(axis=0) / _STEP, face[:, :2].max(axis=0) / _STEP
    rows, columns = np.ogrid[: few.shape[0], : few.shape[1]]
    across, down = (columns - (x0 + x1) / 2) / max(x1 - x0, 1.0), (rows - (y0 + y1) / 2) / max(y1 - y0, 1.0)
    on_face = across**2 + down**2 < 0.16  # noqa: PLR2004 — inside of the oval: no hair, no edge
    behind = (np.abs(across) > 1) & (down < 0.5)  # noqa: PLR2004 — beside the head and above the shoulders
    if not on_face.any() or not behind.any():
        return NO_LIGHT
    return tuple(float(value) for part in (on_face, behind) for value in few[part].mean(axis=0))


def _colour(picture: NDArray[np.uint8], box: Box) -> tuple[float, ...]:
    """Return red, green and blue of the middle of the face, then of the two upper corners of the picture; noughts for no face.

    Means of some rows: who is before the camera, and where, has its colours in every frame.
    """
    x0, y0, x1, y1 = box
    across, down = (x1 - x0) * _INNER, (y1 - y0) * _INNER
    rows = slice(max(int(y0 + down), 0), max(int(y1 - down), 0), _STEP // 2)
    middle = picture[rows, max(int(x0 + across), 0) : max(int(x1 - across), 0)]
    height, width = picture.shape[:2]
    corner, wide = picture[: height // 3 : _STEP], width // 10
    if not middle.size:
        return NO_COLOUR
    left, right = cv2.mean(corner[:, :wide])[:3], cv2.mean(corner[:, -wide:])[:3]
    return (*cv2.mean(middle)[:3], *((a + b) / 2 for a, b in zip(left, right, strict=True)))


def _part(grey: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return the part of the picture that the face fills; all of it where that would be empty."""
    x0, y0, x1, y1 = (max(int(side), 0) for side in box)
    part = grey[y0:y1, x0:x1]
    return part if part.size else grey
