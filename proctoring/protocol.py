"""The socket of one check: every frame in and out, its bounds, every close code. docs/protocols/proctoring.md tells a stranger.

In: two kinds of text (`begin`, `end`), and pictures as binary frames: nonce (16 bytes), number (uint32, from 1), the page's
clock (uint64, milliseconds), then one JPEG. All numbers are big-endian.
"""

import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from proctoring.camera_labels import LONGEST_LABEL

LARGEST_TEXT_BYTES = 2_048
LARGEST_FRAME_BYTES = 64 * 1024
WIDTH, HEIGHT = 640, 480
FRAMES_PER_SECOND = 8
BURST_FRAMES = 24
MOST_FRAMES = 400  # of one try: the longest challenge at the fastest rate, and room
# Twice as many as are asked for: a page may catch up after a hitch, a flood may not.
LARGEST_RATE = 2 * FRAMES_PER_SECOND
_HEAD = struct.Struct(">16sIQ")
HEAD_BYTES = _HEAD.size
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"


class CloseCode(IntEnum):
    """Why a socket ends, told after it was accepted: before that a browser shows 1006 and nothing else."""

    DONE = 1000
    NOT_SIGNED_IN = 4401
    NOT_YOURS = 4403
    UNKNOWN_CHECK = 4404
    OVER = 4408
    BAD_FRAME = 4422
    TOO_MANY_FRAMES = 4429
    TROUBLE = 4500


class BadFrame(ValueError):
    """A frame is not of this protocol; nothing of it is used."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The page begins a try. label, width, height: of its camera, as the browser tells; kept as a hint.

    still: the person wants no moving light (or the page cannot make it): no colours are shown, another action is asked for.
    """

    label: str
    width: int
    height: int
    still: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The page has sent its last picture."""

    nonce: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a try. seq: from 1, rising; sent_ms: by the page's clock."""

    nonce: str
    seq: int
    sent_ms: int
    jpeg: bytes


def parse_text(text: str) -> Begin | End:
    """Return what a text frame says. Raises BadFrame."""
    if len(text.encode()) > LARGEST_TEXT_BYTES:
        raise BadFrame("too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(found, dict):
        raise BadFrame("not an object")
    kind = found.get("type")
    if (
        kind == "begin"
        and found.keys() - {"still"} == {"type", "camera"}
        and isinstance(found.get("still", False), bool)
    ):
        return _begin(found["camera"], still=found.get("still", False))
    if kind == "end" and found.keys() == {"type", "nonce"} and isinstance(found["nonce"], str):
        return End(found["nonce"][:32])
    raise BadFrame("unknown type or keys")


def _begin(camera: object, *, still: bool) -> Begin:
    if not isinstance(camera, dict) or camera.keys() != {"label", "width", "height"}:
        raise BadFrame("camera")
    label, width, height = camera["label"], camera["width"], camera["height"]
    if not isinstance(label, str) or type(width) is not int or type(height) is not int:
        raise BadFrame("camera")
    return Begin(label[:LONGEST_LABEL], width, height, still)


def parse_picture(data: bytes) -> Picture:
    """Return a binary frame. Only its envelope is looked at: length, and the first and last bytes of a JPEG. Raises BadFrame."""
    if not HEAD_BYTES + 128 <= len(data) <= LARGEST_FRAME_BYTES:
        raise BadFrame("size")
    nonce, seq, sent_ms = _HEAD.unpack_from(data)
    jpeg = data[HEAD_BYTES:]
    if not jpeg.startswith(_JPEG_BEGINS) or not jpeg.endswith(_JPEG_ENDS):
        raise BadFrame("not a JPEG")
    if seq < 1 or sent_ms >= 1 << 63:
        raise BadFrame("numbers")
    return Picture(nonce.hex(), seq, sent_ms, jpeg)


def hello(*, deadline_at: datetime, now: datetime, tries_left: int, purpose: str, lighting: str) -> dict[str, Any]:
    """Return the first frame out: how much time there is, and what pictures are wanted."""
    return {
        "type": "hello",
        "deadline_ms": _left_ms(deadline_at, now),
        "tries_left": tries_left,
        "purpose": purpose,
        "lighting": lighting,
        "picture": {
            "width": WIDTH,
            "height": HEIGHT,
            "largest_bytes": LARGEST_FRAME_BYTES - HEAD_BYTES,
            "per_second": FRAMES_PER_SECOND,
        },
    }


def challenge(
    nonce: str,
    steps: Iterable[Mapping[str, object]],
    *,
    lights: Sequence[Mapping[str, object]] = (),
    ends_at: datetime,
    now: datetime,
) -> dict[str, Any]:
    """Return the challenge of a try: what to do, in which order; times in milliseconds since this frame.

    lights: colours to show from now on, one after the other; the key is left out where there are none.
    """
    told = {"lights": list(lights)} if lights else {}
    return {"type": "challenge", "nonce": nonce, "steps": list(steps), **told, "ends_ms": _left_ms(ends_at, now)}


def wait(after_ms: int) -> dict[str, Any]:
    """Return 请稍候: our queue is full, the deadline has moved by as much."""
    return {"type": "wait", "after_ms": after_ms}


def refused(code: str) -> dict[str, Any]:
    """Return why no try begins: over, no_consent, not_enrolled, no_tries."""
    return {"type": "refused", "code": code}


def packed(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False)


def _left_ms(until: datetime, now: datetime) -> int:
    return max(0, int((until - now).total_seconds() * 1000))
