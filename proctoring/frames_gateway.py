"""Frames on their way from the socket to the detector, and answers on their way back: bounded lists in Redis.

Nothing here outlives KEPT_SECONDS, and each nonce is noted under its person, so that an erasure finds what is under way.
The socket's side is asynchronous and the worker's is not; both see the same lists.
"""

import struct
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

KEPT_SECONDS = 180
# Of one try: two seconds of frames. What comes on top is dropped, the oldest first: the newest says where the face is.
MOST_WAITING_FRAMES = 16
# Of all tries together: so many tries wait for a detector, then the house says 请稍候.
MOST_WAITING_TRIES = 64
MOST_PICTURES = 24
QUEUE = "faces"
_HEAD = struct.Struct("<IQQ")


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. sent_ms: by the page's clock; received_ms: by ours."""

    seq: int
    sent_ms: int
    received_ms: int
    jpeg: bytes

    def packed(self) -> bytes:
        return _HEAD.pack(self.seq, self.sent_ms, self.received_ms) + self.jpeg

    @classmethod
    def unpacked(cls, data: bytes) -> "Frame":
        seq, sent_ms, received_ms = _HEAD.unpack_from(data)
        return cls(seq, sent_ms, received_ms, data[_HEAD.size :])


@cache
def _client() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=30)


class Line:
    """The socket's end: puts frames in and takes answers out. One connection while a try runs."""

    def __init__(self, nonce: str, learner_id: int) -> None:
        self.nonce = nonce
        self.learner_id = learner_id
        self._redis: Any = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=30)

    async def put(self, frame: Frame) -> tuple[bool, bool]:
        """Queue a frame; return whether a worker must be rung for, and whether the house is full (then nothing is queued)."""
        if await self._redis.llen(QUEUE) >= MOST_WAITING_TRIES:
            return False, True
        async with self._redis.pipeline(transaction=True) as pipe:
            key = _key(self.nonce, "frames")
            pipe.rpush(key, frame.packed())
            pipe.ltrim(key, -MOST_WAITING_FRAMES, -1)
            pipe.expire(key, KEPT_SECONDS)
            pipe.sadd(_person(self.learner_id), self.nonce)
            pipe.expire(_person(self.learner_id), KEPT_SECONDS)
            pipe.set(_key(self.nonce, "busy"), b"1", nx=True, ex=10)
            done = await pipe.execute()
        return bool(done[-1]), False

    async def answer(self, seconds: float) -> bytes | None:
        """Return the next answer, None when none comes in so many seconds."""
        try:
            found = await self._redis.blpop([_key(self.nonce, "answers")], timeout=seconds)
        except redis.exceptions.TimeoutError:
            return None
        return bytes(found[1]) if found else None

    async def close(self) -> None:
        await self._redis.aclose()


def take(nonce: str) -> tuple[Frame, ...]:
    """Return the frames that wait, in order, and empty the list."""
    with _client().pipeline(transaction=True) as pipe:
        pipe.lrange(_key(nonce, "frames"), 0, -1)
        pipe.delete(_key(nonce, "frames"))
        rows: list[bytes] = pipe.execute()[0]
    return tuple(Frame.unpacked(row) for row in rows)


def done(nonce: str) -> bool:
    """Let others be rung for this try again; say whether frames came in the meantime."""
    with _client().pipeline(transaction=True) as pipe:
        pipe.delete(_key(nonce, "busy"))
        pipe.llen(_key(nonce, "frames"))
        return bool(pipe.execute()[1])


def claim(nonce: str) -> bool:
    """Say whether this worker may take the frames of a try; two at once would judge them out of order."""
    return bool(_client().set(_key(nonce, "claimed"), b"1", nx=True, ex=10))


def release(nonce: str) -> None:
    """Let another worker claim it."""
    _client().delete(_key(nonce, "claimed"))


def note(nonce: str, learner_id: int, facts: bytes, picture: bytes | None) -> None:
    """Keep what was seen of a frame until the verdict, and the frame itself when a picture is given."""
    with _client().pipeline(transaction=False) as pipe:
        pipe.rpush(_key(nonce, "facts"), facts)
        pipe.expire(_key(nonce, "facts"), KEPT_SECONDS)
        if picture is not None:
            pipe.rpush(_key(nonce, "pictures"), picture)
            pipe.ltrim(_key(nonce, "pictures"), -MOST_PICTURES, -1)
            pipe.expire(_key(nonce, "pictures"), KEPT_SECONDS)
        pipe.sadd(_person(learner_id), nonce)
        pipe.expire(_person(learner_id), KEPT_SECONDS)
        pipe.execute()


def noted(nonce: str) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the facts and the pictures that were kept, each in order."""
    with _client().pipeline(transaction=False) as pipe:
        pipe.lrange(_key(nonce, "facts"), 0, -1)
        pipe.lrange(_key(nonce, "pictures"), 0, -1)
        facts, pictures = pipe.execute()
    return tuple(facts), tuple(pictures)


def say(nonce: str, *answers: bytes) -> None:
    """Send answers to the socket."""
    if not answers:
        return
    with _client().pipeline(transaction=False) as pipe:
        pipe.rpush(_key(nonce, "answers"), *answers)
        pipe.expire(_key(nonce, "answers"), 30)
        pipe.execute()


def forget(nonce: str) -> int:
    """Remove all that is kept of a try but the answers that its socket has still to take."""
    return int(_client().delete(*(_key(nonce, what) for what in ("frames", "facts", "pictures", "busy", "claimed"))))


def forget_person(learner_id: int) -> int:
    """Remove everything of a person that is under way."""
    nonces = [nonce.decode() for nonce in _client().smembers(_person(learner_id))]
    gone = sum(forget(nonce) + int(_client().delete(_key(nonce, "answers"))) for nonce in nonces)
    _client().delete(_person(learner_id))
    return gone


def _key(nonce: str, what: str) -> str:
    return f"face:{nonce}:{what}"


def _person(learner_id: int) -> str:
    return f"face:person:{learner_id}"
