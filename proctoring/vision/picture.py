"""A JPEG that came from outside: refused cheaply by its header, and decoded only when that is sound."""

import hashlib

import cv2
import numpy as np
from numpy.typing import NDArray

LARGEST_SIDE = 1_280
LEAST_SIDE = 120
_STANDALONE = {0x01, *range(0xD0, 0xDA)}
# Start-of-frame markers: baseline and progressive. Others (lossless, arithmetic) no browser makes.
_FRAMES = {0xC0, 0xC1, 0xC2}


class BadPicture(ValueError):
    """The bytes are no JPEG of a camera; `args[0]` says why."""


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return width and height by the header alone. Raises BadPicture for what is no JPEG, or too large to be decoded.

    A hundred megapixels in a few kilobytes are refused here, before a byte of them is decoded.
    """
    if jpeg[:3] != b"\xff\xd8\xff":
        raise BadPicture("not a JPEG")
    at = 2
    while at + 9 < len(jpeg):
        if jpeg[at] != 0xFF:  # noqa: PLR2004 — every marker begins so
            raise BadPicture("broken header")
        marker = jpeg[at + 1]
        if marker == 0xFF or marker in _STANDALONE:  # noqa: PLR2004 — a fill byte
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004 — as above
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if length < 2:  # noqa: PLR2004 — the length counts itself
            raise BadPicture("broken header")
        if marker in _FRAMES:
            height, width = (int.from_bytes(jpeg[at + n : at + n + 2], "big") for n in (5, 7))
            if not (LEAST_SIDE <= width <= LARGEST_SIDE and LEAST_SIDE <= height <= LARGEST_SIDE):
                raise BadPicture("size")
            return width, height
        at += 2 + length
    raise BadPicture("no frame in it")


def digest_of(jpeg: bytes) -> bytes:
    """Return by what a picture is known again, byte for byte."""
    return hashlib.blake2b(jpeg, digest_size=16).digest()


def decode(jpeg: bytes) -> NDArray[np.uint8]:
    """Return the picture: shape (height, width, 3), RGB. Raises BadPicture."""
    size_of(jpeg)
    found = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
    if found is None:
        raise BadPicture("broken data")
    return found.astype(np.uint8, copy=False)
