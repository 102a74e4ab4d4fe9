"""Frames of the watch socket, their limits, and why it closes. Told to strangers in docs/protocols/watching.md.

A frame is one JSON object of ours, as text. Parsing is strict: what is not exactly a frame closes the socket, because a
player that garbles its beats must be noticed on the day it is made, not when hours are missing.
"""

import json
from enum import IntEnum
from typing import Any, Literal, NotRequired, TypedDict

from player.domain.heartbeat import Beat, Policy, Reason
from player.watching.actions import Reply
from player.watching.queries import Greeting

VERSION = 1
LARGEST_FRAME_BYTES = 4096
LARGEST_NUMBER = 2**31 - 1  # of milliseconds: 24 days
LARGEST_RATE_PERCENT = 1600
# A socket may send this many frames at once, and in the long run so many a second.
BURST_FRAMES = 120
FRAMES_PER_SECOND = 20


class CloseCode(IntEnum):
    """Why the server closes a socket. 1001 and 1011 are the server's own trouble: connect again."""

    BAD_FRAME = 4400
    NOT_SIGNED_IN = 4401
    NOT_YOURS = 4403
    UNKNOWN_SESSION = 4404
    TAKEN_OVER = 4409
    SESSION_CLOSED = 4410
    TOO_MANY_FRAMES = 4429
    TROUBLE = 1011


# Answers after which no further beat can be taken: the socket closes.
CLOSING_REASONS = {
    Reason.LEASE_LOST.value: CloseCode.TAKEN_OVER,
    Reason.SESSION_CLOSED.value: CloseCode.SESSION_CLOSED,
}


class BeatFrame(TypedDict):
    """From the player: see `heartbeat.Beat`."""

    type: Literal["beat"]
    seq: int
    position_ms: int
    playing: bool
    visible: bool
    rate_percent: int
    seeking: NotRequired[bool]
    leaving: NotRequired[bool]


class PolicyFrame(TypedDict):
    """The numbers a player needs; see `heartbeat.Policy`."""

    beat_interval_ms: int
    idle_interval_ms: int
    largest_gap_ms: int
    seek_tolerance_ms: int
    largest_rate_percent: int
    resumable_ms: int


class HelloFrame(TypedDict):
    """The first frame from the server, on each connection: where the session stands."""

    type: Literal["hello"]
    version: int
    session_uuid: str
    server_time_ms: int
    duration_ms: int
    last_seq: int
    counted_ms: int
    furthest_ms: int
    resume_ms: int
    spans: list[list[int]]
    policy: PolicyFrame


class ReplyFrame(TypedDict):
    """The answer to one beat, sent after its commit."""

    type: Literal["reply"]
    seq: int
    result: Literal["accepted", "refused"]
    counted_ms: int
    credited_ms: int
    furthest_ms: int
    spans: list[list[int]]
    reason: NotRequired[str]
    go_back_to_ms: NotRequired[int]
    expected_seq: NotRequired[int]


class RetryFrame(TypedDict):
    """This beat was not stored: send it, and all later ones, again after after_ms."""

    type: Literal["retry"]
    seq: int
    after_ms: int
    reason: Literal["busy", "unavailable"]


class TakenOverFrame(TypedDict):
    """The learner continued in another place; the socket closes after it."""

    type: Literal["taken_over"]


class BadFrame(ValueError):
    """Not a frame of this protocol."""


_BOOLEANS = ("playing", "visible", "seeking", "leaving")
_NUMBERS = {
    "seq": (1, LARGEST_NUMBER),
    "position_ms": (0, LARGEST_NUMBER),
    "rate_percent": (1, LARGEST_RATE_PERCENT),
}
_OPTIONAL = {"seeking", "leaving"}
_FIELDS = {"type", *_BOOLEANS, *_NUMBERS}


def parse_beat(text: str) -> Beat:
    """Return the beat that a frame holds.

    Refused, with BadFrame: more than 4 KiB, not JSON, not an object, a key twice, missing or unknown keys, a number
    that is a bool, has a fraction or an exponent, or lies out of bounds.
    """
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FRAME_BYTES:
        raise BadFrame("too long")
    try:
        frame = json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):  # JSONDecodeError is a ValueError; a thousand brackets end the recursion
        raise BadFrame("not JSON") from None
    if not isinstance(frame, dict) or frame.get("type") != "beat":
        raise BadFrame("not a beat")
    if frame.keys() - _FIELDS or _FIELDS - _OPTIONAL - frame.keys():
        raise BadFrame("missing or unknown keys")
    if not all(isinstance(frame[name], bool) for name in _BOOLEANS if name in frame):
        raise BadFrame("true or false is wanted")
    for name, (least, most) in _NUMBERS.items():
        if type(frame[name]) is not int or not least <= frame[name] <= most:  # a bool is an int to isinstance
            raise BadFrame("a whole number within bounds is wanted")
    del frame["type"]
    return Beat(**frame)


def hello(greeting: Greeting, policy: Policy, server_time_ms: int) -> HelloFrame:
    coverage = greeting.coverage
    return {
        "type": "hello",
        "version": VERSION,
        "session_uuid": str(greeting.session_uuid),
        "server_time_ms": server_time_ms,
        "duration_ms": greeting.duration_ms,
        "last_seq": greeting.last_seq,
        "counted_ms": coverage.counted_ms,
        "furthest_ms": coverage.furthest_ms,
        "resume_ms": coverage.resume_ms,
        "spans": [[span.start_ms, span.end_ms] for span in coverage.spans],
        "policy": {
            "beat_interval_ms": policy.beat_interval_ms,
            "idle_interval_ms": policy.idle_interval_ms,
            "largest_gap_ms": policy.largest_gap_ms,
            "seek_tolerance_ms": policy.seek_tolerance_ms,
            "largest_rate_percent": policy.largest_rate_percent,
            "resumable_ms": policy.resumable_ms,
        },
    }


def reply(answer: Reply) -> ReplyFrame:
    frame: ReplyFrame = {
        "type": "reply",
        "seq": answer.seq,
        "result": "accepted" if answer.accepted else "refused",
        "counted_ms": answer.counted_ms,
        "credited_ms": answer.credited_ms,
        "furthest_ms": answer.furthest_ms,
        "spans": [[start_ms, end_ms] for start_ms, end_ms in answer.spans],
    }
    if answer.reason:
        frame["reason"] = answer.reason
    if answer.go_back_to_ms >= 0:
        frame["go_back_to_ms"] = answer.go_back_to_ms
    if answer.expected_seq >= 0:
        frame["expected_seq"] = answer.expected_seq
    return frame


def retry(seq: int, *, after_ms: int, reason: Literal["busy", "unavailable"]) -> RetryFrame:
    return {"type": "retry", "seq": seq, "after_ms": after_ms, "reason": reason}


def taken_over() -> TakenOverFrame:
    return {"type": "taken_over"}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadFrame("a key twice")
    return found


def _no_float(text: str) -> float:
    raise BadFrame("a whole number is wanted")
