"""A film on disk → what was measured in its frames, as if the page had sent them. For evaluation only: no person, no table.

Frames are taken at a steady step, some PER_SECOND of them, and are given the times at which they are shown.
"""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from proctoring.domain.facts import FrameFacts

if TYPE_CHECKING:
    from proctoring.vision.face_detector import FaceDetector

PER_SECOND = 15
FASTEST = 121  # frames a second; a container that tells of more tells its clock's ticks
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
            rate = _rate(path, stream.average_rate or stream.guessed_rate)
            # A bare row of JPEGs has no clock: read at 25 a second, and each may be twice as long in truth.
            step = 1 if source.format.name == "mjpeg" else max(1, round(rate / PER_SECOND))
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
        raise BadClip(error.strerror or str(error)) from None


def _rate(path: Path, told: Fraction | None) -> float:
    """Return how many frames a second a clip has; by its packets where its header does not say, as in films of a browser."""
    if told and told <= FASTEST:
        return float(told)
    with av.open(str(path), options={"protocol_whitelist": "file"}) as source:
        stream = source.streams.video[0]
        ticks = sorted(packet.pts for packet in source.demux(stream) if packet.pts is not None)
        times = [float(tick * (stream.time_base or 1)) for tick in ticks]
    span = times[-1] - times[0] if times else 0.0
    return min((len(times) - 1) / span, FASTEST) if span else 25.0


def _fitted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if width <= WIDEST:
        return np.ascontiguousarray(picture)
    size = (WIDEST, round(height * WIDEST / width))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
