"""Frames of the watch socket, their limits, and why it closes. Told to strangers in docs/protocols/watching.md.

A frame is one JSON object of ours, as text. Parsing is strict: what is not exactly a frame closes the socket, because a
player that garbles its beats must be noticed on the day it is made, not when hours are missing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, NotRequired, TypedDict

from player.domain.heartbeat import Beat
from player.domain.policy import Policy
from player.domain.reasons import Reason
from player.watching.actions import Reply
from player.watching.queries import Greeting

VERSION = 2
LARGEST_FRAME_BYTES = 4096
LARGEST_POST_BYTES = 256 * 1024
MOST_BEATS_IN_POST = 400
LARGEST_NUMBER = 2**31 - 1  # of milliseconds: 24 days
LARGEST_RATE_PERCENT = 1600
# A socket may send this many frames at once, and in the long run so many a second.
BURST_FRAMES = 400
FRAMES_PER_SECOND = 20


class CloseCode(IntEnum):
    """Why the server closes a socket. 1001 and 1011 are the server's own trouble: connect again."""

    BAD_FRAME = 4400
    NOT_SIGNED_IN = 4401
    NOT_YOURS = 4403
    UNKNOWN_SESSION = 4404
    TAKEN_OVER = 4409
    SESSION_CLOSED = 4410
    BROKEN_CHAIN = 4412
    TOO_MANY_FRAMES = 4429
    TROUBLE = 1011


# Answers after which no further beat can be taken: the socket closes.
CLOSING_REASONS = {
    Reason.LEASE_LOST.value: CloseCode.TAKEN_OVER,
    Reason.SESSION_CLOSED.value: CloseCode.SESSION_CLOSED,
    Reason.WRONG_MAC.value: CloseCode.BROKEN_CHAIN,
    Reason.FORKED.value: CloseCode.BROKEN_CHAIN,
}


class BeatFrame(TypedDict):
    """From the player: see `heartbeat.Beat`. mac: 64 hexadecimal digits."""

    type: Literal["beat"]
    seq: int
    position_ms: int
    rate_percent: int
    playing: bool
    visible: bool
    focused: bool
    seeking: bool
    leaving: bool
    stretch: int
    idle_ms: int
    mac: str


class ProofFrame(TypedDict):
    """From the player: the answer to a question. hmac: 64 hexadecimal digits, or empty: it has not got that segment."""

    type: Literal["proof"]
    nonce: str
    segment: int
    rendition: str
    hmac: str


class Ask(TypedDict):
    """A question: prove that you hold this segment in the clear."""

    nonce: str
    segment: int


class PolicyFrame(TypedDict):
    """The numbers a player needs; see `player.domain.policy.Policy`."""

    beat_interval_ms: int
    idle_interval_ms: int
    largest_gap_ms: int
    seek_tolerance_ms: int
    largest_rate_percent: int
    resumable_ms: int
    look_ahead_ms: int
    seek: str
    count_unfocused: bool
    idle_after_ms: int
    day_limit_ms: int
    day_warning_ms: int
    lock_after_ms: int


class HelloFrame(TypedDict):
    """The first frame from the server, on each connection: where the session stands."""

    type: Literal["hello"]
    version: int
    session_uuid: str
    server_time_ms: int
    duration_ms: int
    last_seq: int
    last_mac: str
    counted_ms: int
    pending_ms: int
    furthest_ms: int
    resume_ms: int
    spans: list[list[int]]
    stretches_ms: list[int]
    day_counted_ms: int
    policy: PolicyFrame
    ask: NotRequired[Ask]


class ReplyFrame(TypedDict):
    """The answer to one beat, sent after its commit."""

    type: Literal["reply"]
    seq: int
    result: Literal["accepted", "refused"]
    counted_ms: int
    pending_ms: int
    credited_ms: int
    furthest_ms: int
    spans: list[list[int]]
    day_counted_ms: int
    reason: NotRequired[str]
    go_back_to_ms: NotRequired[int]
    expected_seq: NotRequired[int]
    last_mac: NotRequired[str]
    ask: NotRequired[Ask]


class ProofReplyFrame(TypedDict):
    """The answer to a proof, sent after its commit."""

    type: Literal["proof_reply"]
    nonce: str
    result: str
    counted_ms: int
    pending_ms: int
    credited_ms: int
    furthest_ms: int
    spans: list[list[int]]
    day_counted_ms: int
    ask: NotRequired[Ask]


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


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer to a question about the media. code: of the rendition that the segment came from; hmac: 32 bytes, or none."""

    nonce: bytes
    segment: int
    code: str
    hmac: bytes


_BOOLEANS = ("playing", "visible", "focused", "seeking", "leaving")
_NUMBERS = {
    "seq": (1, LARGEST_NUMBER),
    "position_ms": (0, LARGEST_NUMBER),
    "rate_percent": (1, LARGEST_RATE_PERCENT),
    "stretch": (0, LARGEST_NUMBER),
    "idle_ms": (0, LARGEST_NUMBER),
}
_BEAT_FIELDS = {"type", "mac", *_BOOLEANS, *_NUMBERS}
_PROOF_FIELDS = {"type", "nonce", "segment", "rendition", "hmac"}
_LONGEST_CODE = 20
_MAC_DIGITS = 64
_NONCE_DIGITS = 32


def parse_frame(text: str, *, most_bytes: int = LARGEST_FRAME_BYTES) -> Beat | Proof:
    """Return the beat or the proof that a frame holds.

    Refused, with BadFrame: more than 4 KiB, not JSON, not an object, a key twice, missing or unknown keys, a number
    that is a bool, has a fraction or an exponent, or lies out of bounds, bytes that are not lower-case hexadecimal.
    """
    return _frame_of(_load(text, most_bytes))


def parse_post(text: str) -> Beat | Proof | list[Beat]:
    """Return what a body of `POST <beat_url>` holds: a frame, or the beats of `{"type": "beats", "beats": […]}`.

    Refused, with BadFrame: as parse_frame; more than 256 KiB; no beats or more than 400.
    """
    body = _load(text, LARGEST_POST_BYTES)
    if not isinstance(body, dict) or body.get("type") != "beats":
        return parse_frame(text)
    beats = body.get("beats")
    if body.keys() != {"type", "beats"} or not isinstance(beats, list) or not 1 <= len(beats) <= MOST_BEATS_IN_POST:
        raise BadFrame("1 to 400 beats are wanted")
    found = [_frame_of(beat) for beat in beats]
    if not all(isinstance(beat, Beat) for beat in found):
        raise BadFrame("not a beat")
    return [beat for beat in found if isinstance(beat, Beat)]


def _load(text: str, most_bytes: int) -> Any:
    if len(text) > most_bytes or (not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > most_bytes):
        raise BadFrame("too long")
    try:
        return _decoder.decode(text)
    except (ValueError, RecursionError):  # JSONDecodeError is a ValueError; a thousand brackets end the recursion
        raise BadFrame("not JSON") from None


def _frame_of(frame: object) -> Beat | Proof:
    kind = frame.get("type") if isinstance(frame, dict) else None
    if not isinstance(frame, dict) or not isinstance(kind, str) or kind not in _FRAMES:
        raise BadFrame("neither a beat nor a proof")
    fields, make = _FRAMES[kind]
    if frame.keys() != fields:
        raise BadFrame("missing or unknown keys")
    return make(frame)


def _beat(frame: Mapping[str, Any]) -> Beat:
    for name in _BOOLEANS:
        if frame[name] is not True and frame[name] is not False:
            raise BadFrame("true or false is wanted")
    for name, (least, most) in _NUMBERS.items():
        _number(frame[name], least, most)
    said = {**frame, "mac": _bytes(frame["mac"], _MAC_DIGITS)}
    del said["type"]
    return Beat(**said)


def _proof(frame: Mapping[str, Any]) -> Proof:
    _number(frame["segment"], 0, LARGEST_NUMBER)
    code = frame["rendition"]
    if not isinstance(code, str) or len(code) > _LONGEST_CODE:
        raise BadFrame("the name of a rendition is wanted")
    hmac = _bytes(frame["hmac"], _MAC_DIGITS) if frame["hmac"] != "" else b""
    return Proof(_bytes(frame["nonce"], _NONCE_DIGITS), frame["segment"], code, hmac)


_FRAMES: dict[str, tuple[set[str], Callable[[Mapping[str, Any]], Beat | Proof]]] = {
    "beat": (_BEAT_FIELDS, _beat),
    "proof": (_PROOF_FIELDS, _proof),
}


def _number(value: object, least: int, most: int) -> None:
    if type(value) is not int or not least <= value <= most:  # a bool is an int to isinstance
        raise BadFrame("a whole number within bounds is wanted")


def _bytes(value: object, digits: int) -> bytes:
    if not isinstance(value, str) or len(value) != digits or value.strip("0123456789abcdef"):
        raise BadFrame("lower-case hexadecimal is wanted")
    return bytes.fromhex(value)


def hello(greeting: Greeting, server_time_ms: int) -> HelloFrame:
    coverage = greeting.coverage
    frame: HelloFrame = {
        "type": "hello",
        "version": VERSION,
        "session_uuid": str(greeting.session_uuid),
        "server_time_ms": server_time_ms,
        "duration_ms": greeting.duration_ms,
        "last_seq": greeting.last_seq,
        "last_mac": greeting.last_mac,
        "counted_ms": coverage.counted_ms,
        "pending_ms": greeting.pending_ms,
        "furthest_ms": coverage.furthest_ms,
        "resume_ms": coverage.resume_ms,
        "spans": [[span.start_ms, span.end_ms] for span in coverage.spans],
        "stretches_ms": list(greeting.stretches_ms),
        "day_counted_ms": greeting.day_counted_ms,
        "policy": _policy(greeting.policy),
    }
    if greeting.ask_nonce:
        frame["ask"] = {"nonce": greeting.ask_nonce, "segment": greeting.ask_segment}
    return frame


def _policy(policy: Policy) -> PolicyFrame:
    return {
        "beat_interval_ms": policy.beat_interval_ms,
        "idle_interval_ms": policy.idle_interval_ms,
        "largest_gap_ms": policy.largest_gap_ms,
        "seek_tolerance_ms": policy.seek_tolerance_ms,
        "largest_rate_percent": policy.largest_rate_percent,
        "resumable_ms": policy.resumable_ms,
        "look_ahead_ms": policy.look_ahead_ms,
        "seek": policy.seek.value,
        "count_unfocused": policy.count_unfocused,
        "idle_after_ms": policy.idle_after_ms,
        "day_limit_ms": policy.day_limit_ms,
        "day_warning_ms": policy.day_warning_ms,
        "lock_after_ms": policy.lock_after_ms,
    }


def reply(answer: Reply) -> ReplyFrame | ProofReplyFrame:
    """Return the frame that answers a beat or a proof."""
    return _proof_reply(answer) if answer.answered else _beat_reply(answer)


def _beat_reply(answer: Reply) -> ReplyFrame:
    frame: ReplyFrame = {
        "type": "reply",
        "seq": answer.seq,
        "result": "accepted" if answer.accepted else "refused",
        "counted_ms": answer.counted_ms,
        "pending_ms": answer.pending_ms,
        "credited_ms": answer.credited_ms,
        "furthest_ms": answer.furthest_ms,
        "spans": [[start_ms, end_ms] for start_ms, end_ms in answer.spans],
        "day_counted_ms": answer.day_counted_ms,
    }
    if answer.reason:
        frame["reason"] = answer.reason
    if answer.go_back_to_ms >= 0:
        frame["go_back_to_ms"] = answer.go_back_to_ms
    if answer.expected_seq >= 0:
        frame["expected_seq"] = answer.expected_seq
        frame["last_mac"] = answer.last_mac
    if answer.ask_nonce:
        frame["ask"] = {"nonce": answer.ask_nonce, "segment": answer.ask_segment}
    return frame


def _proof_reply(answer: Reply) -> ProofReplyFrame:
    frame: ProofReplyFrame = {
        "type": "proof_reply",
        "nonce": answer.nonce,
        "result": answer.answered,
        "counted_ms": answer.counted_ms,
        "pending_ms": answer.pending_ms,
        "credited_ms": answer.credited_ms,
        "furthest_ms": answer.furthest_ms,
        "spans": [[start_ms, end_ms] for start_ms, end_ms in answer.spans],
        "day_counted_ms": answer.day_counted_ms,
    }
    if answer.ask_nonce:
        frame["ask"] = {"nonce": answer.ask_nonce, "segment": answer.ask_segment}
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


# Made once: `json.loads` and `json.dumps` with options make a new one for each frame.
_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
to_text = json.JSONEncoder(separators=(",", ":")).encode
