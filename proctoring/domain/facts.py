"""What is measured in one frame. It travels from the detector to the verdict, and is forgotten with it."""

import struct
from dataclasses import dataclass
from typing import Any

# So many landmarks of a face are kept, spread over it: enough to tell a bent sheet from a head.
POINTS = 60
THUMB = (16, 12)
# Single pixels, not means: they keep the grain of the sensor, which tells a frame from its own repetition.
GRID = (48, 36)
_HEAD = struct.Struct("<IQQBffffffffff16s")
_LIGHT = struct.Struct("<12f")
NO_LIGHT = NO_COLOUR = (0.0,) * 6
_POINTS = struct.Struct(f"<{2 * POINTS}f")
THUMB_BYTES = THUMB[0] * THUMB[1]
GRID_BYTES = GRID[0] * GRID[1]


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """One frame. All of a face is nought where `faces` is 0; with several, the largest is measured.

    sent_ms, received_ms: by the page's and by our clock. eye_px: between the eyes, in space: as large when the head is turned.
    cx, cy: middle of the face, 0–1 of the picture as sent. ear: how open the eyes are; mouth: the gap between the lips, of
    the length of the nose. yaw: degrees, positive to the person's own left; pitch: degrees. brightness: 0–255; sharpness:
    variance of the Laplacian. digest: of the bytes.
    points: x, y of POINTS landmarks in pixels; thumb: a grey picture of THUMB; grid: grey
    values of single pixels, GRID of them, spread over the picture (empty where they were not taken). light: red, green and blue
    of the face, then of what lies behind it, in linear light from 0 to 1 (noughts where they were not asked for). colour: red,
    green and blue of the middle of the face, then of the upper corners of the picture, in the camera's own values from 0 to 255.
    """

    seq: int
    sent_ms: int
    received_ms: int
    faces: int
    eye_px: float
    cx: float
    cy: float
    ear: float
    mouth: float
    yaw: float
    pitch: float
    brightness: float
    sharpness: float
    width: float
    digest: bytes
    points: tuple[float, ...]
    thumb: bytes
    grid: bytes = b""
    light: tuple[float, ...] = NO_LIGHT
    colour: tuple[float, ...] = NO_COLOUR

    def packed(self) -> bytes:
        """Return the facts as bytes of fixed length."""
        head = _HEAD.pack(
            self.seq,
            self.sent_ms,
            self.received_ms,
            self.faces,
            self.eye_px,
            self.cx,
            self.cy,
            self.ear,
            self.mouth,
            self.yaw,
            self.pitch,
            self.brightness,
            self.sharpness,
            self.width,
            self.digest,
        )
        return head + _LIGHT.pack(*self.light, *self.colour) + _POINTS.pack(*self.points) + self.thumb + self.grid

    @classmethod
    def unpacked(cls, data: bytes) -> "FrameFacts":
        """Return the facts of `packed`. Raises struct.error for anything else."""
        head = _HEAD.unpack_from(data)
        light = _LIGHT.unpack_from(data, _HEAD.size)
        points = _POINTS.unpack_from(data, _HEAD.size + _LIGHT.size)
        rest = data[_HEAD.size + _LIGHT.size + _POINTS.size :]
        values: list[Any] = [*head, points, rest[:THUMB_BYTES], rest[THUMB_BYTES:], light[:6], light[6:]]
        return cls(*values)


NO_POINTS = (0.0,) * (2 * POINTS)
