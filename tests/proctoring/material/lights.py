"""A screen's coloured light: what it adds to the picture, in linear light, more to the face than to what lies behind."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.domain.lights import COLOURS
from tests.proctoring.material.head import SIZE, Picture, landmarks

# Of full white: what a screen at arm's length adds to a face in a room, and to the wall behind it.
ON_FACE, ON_WALL = 0.02, 0.002


def lit(pictures: Sequence[Picture], colours: Sequence[str], *, strength: float = 1.0) -> list[Picture]:
    """Return the pictures with the light of the colour that belongs to each; "" for none. Before a camera takes them."""
    return [
        _shone_on(picture, np.array(COLOURS[colour]), strength) if colour else picture
        for picture, colour in zip(pictures, colours, strict=True)
    ]


def _shone_on(picture: Picture, colour: NDArray[np.int_], strength: float) -> Picture:
    skin = (picture / 255.0) ** 2.2
    added = (ON_WALL + (ON_FACE - ON_WALL) * _near()) * strength
    light = np.clip(skin + added[..., None] * colour * (0.3 + skin), 0, 1)
    return np.asarray(np.round(255 * light ** (1 / 2.2))).astype(np.uint8)


def _near() -> NDArray[np.float64]:
    """Return how much of a head is at each pixel: 1 in the face, 0 on the wall."""
    face = landmarks()[:, :2]
    middle, half = (face.min(axis=0) + face.max(axis=0)) / 2, np.ptp(face, axis=0) * 0.62
    mask = np.zeros((SIZE[1], SIZE[0]), dtype=np.uint8)
    cv2.ellipse(mask, tuple(map(int, middle)), tuple(map(int, half)), 0, 0, 360, (255,), -1)
    return cv2.GaussianBlur(mask, (0, 0), 9).astype(np.float64) / 255
