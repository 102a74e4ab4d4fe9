"""Frames on their way from the socket to the detector, and answers on their way back: bounded lists in Redis.

A try with frames stands in RUNG until a worker takes it. Workers that are awake go on from try to try by themselves: a task
for each frame would cost more than looking at it. Only when none is awake, or tries wait, the socket wakes one by a task.

Nothing here outlives KEPT_SECONDS, and each nonce is noted under its person, so that an erasure finds what is under way.
The socket's side is asynchronous and the worker's is not; both see the same lists.
"""

import secrets
import struct
from collections.abc import Sequence
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
RUNG = "face:rung"
# So long a worker that was woken is believed to be awake, and so often one more is woken while tries wait.
AWAKE_MS, ONE_MORE_MS, FEW_WAITING = 5_000, 400, 2
# So long a try is a worker's that looks at its frames, from each time that it takes some.
CLAIM_SECONDS = 10
PERSON_EVERY = 64
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


# Puts a frame into its list; keys: frames, busy, rung, awake, one more, person, dropped. Answers FULL, TAKEN, or WAKE one.
_PUT = """
if redis.call('LLEN', KEYS[3]) >= tonumber(ARGV[3]) then return 2 end
local over = redis.call('RPUSH', KEYS[1], ARGV[1]) - tonumber(ARGV[4])
if over > 0 then
  redis.call('LTRIM', KEYS[1], over, -1)
  redis.call('INCRBY', KEYS[7], over)
  redis.call('EXPIRE', KEYS[7], ARGV[5])
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
if ARGV[8] ~= '0' then redis.call('SADD', KEYS[6], ARGV[2]); redis.call('EXPIRE', KEYS[6], ARGV[5]) end
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[10]) then return 0 end
local waiting = redis.call('RPUSH', KEYS[3], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[5])
if redis.call('SET', KEYS[4], '1', 'NX', 'PX', ARGV[6]) then return 1 end
if waiting > tonumber(ARGV[9]) and redis.call('SET', KEYS[5], '1', 'NX', 'PX', ARGV[7]) then return 1 end
return 0
"""
_WAKE, _FULL = 1, 2
# Takes what waits of a try for who has claimed it; keys: frames, busy, claimed. Nothing waits: the try is let go in the same
# breath, so that a frame of the next moment rings and is answered. One step: between two of them a frame would ring while the
# try was still claimed, be passed over, and stand there without a ring until `busy` ran out.
_TAKE = """
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[1] then return {} end
local rows = redis.call('LRANGE', KEYS[1], 0, -1)
if #rows == 0 then redis.call('DEL', KEYS[2], KEYS[3]); return rows end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[2])
return rows
"""
# Lets a try go whatever waits; keys as above. Who has lost it meanwhile lets go nothing.
_RELEASE = """
if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[2], KEYS[3]) end
"""
_AWAKE, _ONE_MORE = "face:awake", "face:one_more"


@cache
def _client() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=30)


class Line:
    """The socket's end: puts frames in and takes answers out. One connection while a try runs."""

    def __init__(self, nonce: str, learner_id: int) -> None:
        self.nonce = nonce
        self.learner_id = learner_id
        self._redis: Any = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=30)
        self._put = self._redis.register_script(_PUT)
        self._keys = [_key(nonce, "frames"), _key(nonce, "busy"), RUNG, _AWAKE, _ONE_MORE, _person(learner_id)]
        self._keys.append(_key(nonce, "dropped"))
        self._count = 0

    async def put(self, frame: Frame) -> tuple[bool, bool]:
        """Queue a frame; return whether a worker must be woken, and whether the house is full (then nothing is queued)."""
        told = (MOST_WAITING_TRIES, MOST_WAITING_FRAMES, KEPT_SECONDS, AWAKE_MS, ONE_MORE_MS)
        first = int(self._count % PERSON_EVERY == 0)
        self._count += 1
        said = await self._put(
            keys=self._keys, args=[frame.packed(), self.nonce, *told, first, FEW_WAITING, CLAIM_SECONDS]
        )
        return said == _WAKE or (said != _FULL and settings.CELERY_TASK_ALWAYS_EAGER), said == _FULL

    async def answer(self, seconds: float) -> bytes | None:
        """Return the next answer, None when none comes in so many seconds."""
        try:
            found = await self._redis.blpop([_key(self.nonce, "answers")], timeout=seconds)
        except redis.exceptions.TimeoutError:
            return None
        return bytes(found[1]) if found else None

    async def close(self) -> None:
        await self._redis.aclose()


def next_try(seconds: float) -> str | None:
    """Return the try that has waited longest, None when none comes in so many seconds; say that this worker is awake."""
    found = _client().lpop(RUNG) if not seconds else _client().blpop([RUNG], timeout=seconds)
    if found is None:
        return None
    _client().set(_AWAKE, b"1", px=AWAKE_MS)
    return str((found[1] if seconds else found).decode())


def others_wait() -> bool:
    """Say whether tasks wait that want this worker: verdicts above all."""
    return bool(_client().llen(QUEUE))


def fall_asleep() -> bool:
    """Say that this worker is awake no more, and whether a try came in just then."""
    with _client().pipeline(transaction=True) as pipe:
        pipe.delete(_AWAKE)
        pipe.llen(RUNG)
        return bool(pipe.execute()[1])


def claim(nonce: str) -> str | None:
    """Make a try this worker's and return by what; None while it is another's: two would judge frames out of order."""
    mark = secrets.token_hex(8)
    taken = _client().set(_key(nonce, "claimed"), mark, nx=True, ex=CLAIM_SECONDS)
    return mark if taken else None


def take(nonce: str, mark: str) -> tuple[Frame, ...]:
    """Return the frames that wait, in order, and empty the list; the claim begins anew.

    None wait: the try is let go. Nothing is given to who has lost the claim to another.
    """
    rows: list[bytes] = _script("take")(keys=_taken(nonce), args=[mark, CLAIM_SECONDS])
    return tuple(Frame.unpacked(row) for row in rows)


def release(nonce: str, mark: str) -> None:
    """Let another worker claim a try, and be rung for it, where this one goes away before all was taken."""
    _script("release")(keys=_taken(nonce), args=[mark])


def note(nonce: str, learner_id: int, facts: Sequence[bytes], pictures: Sequence[bytes] = ()) -> None:
    """Keep what was seen of frames until the verdict, and the pictures that are given."""
    with _client().pipeline(transaction=False) as pipe:
        pipe.rpush(_key(nonce, "facts"), *facts)
        pipe.expire(_key(nonce, "facts"), KEPT_SECONDS)
        if pictures:
            pipe.rpush(_key(nonce, "pictures"), *pictures)
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


def dropped(nonce: str) -> int:
    """Return how many frames of a try went because nobody got round to them."""
    return int(_client().get(_key(nonce, "dropped")) or 0)


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
    return int(
        _client().delete(*(_key(nonce, what) for what in ("frames", "facts", "pictures", "busy", "claimed", "dropped")))
    )


def forget_person(learner_id: int) -> int:
    """Remove everything of a person that is under way."""
    nonces = [nonce.decode() for nonce in _client().smembers(_person(learner_id))]
    gone = sum(forget(nonce) + int(_client().delete(_key(nonce, "answers"))) for nonce in nonces)
    _client().delete(_person(learner_id))
    return gone


def kept() -> tuple[bytes, ...]:
    """Return the names of all lists that there are now."""
    return tuple(_client().scan_iter(match="face:*", count=1_000))


def _taken(nonce: str) -> list[str]:
    return [_key(nonce, what) for what in ("frames", "busy", "claimed")]


@cache
def _script(name: str) -> Any:
    return _client().register_script({"take": _TAKE, "release": _RELEASE}[name])


def _key(nonce: str, what: str) -> str:
    return f"face:{nonce}:{what}"


def _person(learner_id: int) -> str:
    return f"face:person:{learner_id}"
