"""A face → a vector by which it is compared. An ONNX file of the operator's, or the geometry of landmarks (demo grade)."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

# Where eyes, nose and mouth come to lie in the picture that such models are fed (112 × 112).
_SIDE = 112
_TARGET = np.array([[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [41.5, 92.4], [70.7, 92.2]], dtype=np.float32)
_EYES_NOSE_MOUTH = ((33, 133), (362, 263), (1,), (61,), (291,))


class BadModel(RuntimeError):
    """The operator's file is not the one that the settings describe."""


class FaceEmbedder(Protocol):
    """Turns a face into a vector of `dimension`. Two of one person are at least `threshold` alike (cosine).

    demo_grade: too weak to fail anybody; its scores are marked wherever they show. alike: from which similarity on two
    accounts are shown to a person.
    """

    name: str
    version: str
    dimension: int
    threshold: float
    alike: float
    demo_grade: bool

    def embed(self, picture: NDArray[np.uint8], face: NDArray[np.float32]) -> tuple[float, ...]:
        """Return the vector. picture: RGB; face: landmarks of vision.face_detector."""
        ...


class GeometryEmbedder:
    """Distances between landmarks, freed of size and turn. Weak: it tells apart some people and not others."""

    name = "geometry"
    version = "1"
    dimension = 64
    threshold = 0.90
    alike = 0.999
    demo_grade = True
    _chosen = np.linspace(0, 467, 32).astype(int)

    def embed(self, picture: NDArray[np.uint8], face: NDArray[np.float32]) -> tuple[float, ...]:
        del picture
        centred = face - face.mean(axis=0)
        scale = float(np.linalg.norm(face[263] - face[33])) or 1.0
        # The axes of the head itself: across the eyes, down the face, and out of it.
        across = (face[263] - face[33]) / scale
        down = face[152] - face[10]
        down = down - across * float(down @ across)
        down /= float(np.linalg.norm(down)) or 1.0
        axes = np.stack([across, down, np.cross(across, down)])
        turned = (centred @ axes.T) / scale
        kept = np.concatenate([turned[self._chosen, 1], turned[self._chosen, 2]])
        kept = kept - kept.mean()
        return tuple(float(value) for value in kept / (float(np.linalg.norm(kept)) or 1.0))


@dataclass
class OnnxEmbedder:
    """A model file of the operator's, named, versioned and hashed in the settings."""

    path: str
    name: str
    version: str
    dimension: int
    threshold: float
    sha256: str
    demo_grade: bool = False

    def __post_init__(self) -> None:
        import onnxruntime

        data = Path(self.path).read_bytes()
        if self.sha256 and hashlib.sha256(data).hexdigest() != self.sha256.lower():
            raise BadModel("the SHA-256 of the model file is another one")
        self.alike = self.threshold
        self._session: Any = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def embed(self, picture: NDArray[np.uint8], face: NDArray[np.float32]) -> tuple[float, ...]:
        source = np.array([face[list(group), :2].mean(axis=0) for group in _EYES_NOSE_MOUTH], dtype=np.float32)
        matrix, _ = cv2.estimateAffinePartial2D(source, _TARGET, method=cv2.LMEDS)
        crop = cv2.warpAffine(picture, matrix, (_SIDE, _SIDE)).astype(np.float32)
        tensor = ((crop - 127.5) / 127.5).transpose(2, 0, 1)[np.newaxis]
        vector = np.asarray(self._session.run(None, {self._input: tensor})[0], dtype=np.float64).reshape(-1)
        if len(vector) != self.dimension:
            raise BadModel(f"the model gives {len(vector)} numbers, the settings say {self.dimension}")
        return tuple(float(value) for value in vector / (float(np.linalg.norm(vector)) or 1.0))
