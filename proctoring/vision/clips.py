"""A film on disk → what was measured in its frames, as if the page had sent them. For evaluation only: no person, no table.

Frames are taken at a steady step, at most MOST_PER_SECOND of them, and are given the times at which they are shown.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import FrameFacts

if TYPE_CHECKING:
    from proctoring.vision.face_detector import FaceDetector

MOST_PER_SECOND = 15.5
LONGEST_MS = 90_000
WIDEST = 640
_LARGEST_PIXELS = 4096 * 2304


class BadClip(Exception):
    """The file is no film that can be read; its text says why."""


def facts_of(path: Path, detector: "FaceDetector") -> list[FrameFacts]:
    """Return the facts of the frames of a clip, in the order in which they are shown. Raises BadClip."""
    facts: list[FrameFacts] = []
    for at_ms, picture in _pictures(path):
        digest = hashlib.blake2b(picture.tobytes(), digest_size=16).digest()
        seen, _face = detector.measure(picture, digest=digest, seq=len(facts) + 1, sent_ms=at_ms, received_ms=at_ms)
        facts.append(seen)
    return facts


def _pictures(path: Path) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield pictures, RGB and no wider than WIDEST, with the milliseconds from the first."""
    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as source:
            if not source.streams.video:
                raise BadClip("no pictures in it")
            stream = source.streams.video[0]
            if stream.codec_context.width * stream.codec_context.height > _LARGEST_PIXELS:
                raise BadClip("too large")
            rate = float(stream.average_rate or stream.guessed_rate or 25)
            step = max(1, -(-rate // MOST_PER_SECOND))
            first: float | None = None
            for number, frame in enumerate(source.decode(stream)):
                if number % step:
                    continue
                shown = float(frame.time) if frame.time is not None else number / rate
                first = shown if first is None else first
                at_ms = round((shown - first) * 1000)
                if at_ms > LONGEST_MS:
                    return
                yield at_ms, _fitted(frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False))
    except (av.FFmpegError, OSError) as error:
        raise BadClip(str(error)) from None


def _fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if width <= WIDEST:
        return np.ascontiguousarray(picture)
    size = (WIDEST, round(height * WIDEST / width))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
