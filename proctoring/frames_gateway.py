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
ANSWER_SECONDS = 30.0  # Redis that is silent for so long is not there
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


# Puts a frame into its list; keys: frames, busy, rung, awake, one more, person, dropped, answers. Answers FULL, TAKEN, or WAKE
# one, and what there is to say by now.
_PUT = """
local said = redis.call('LRANGE', KEYS[8], 0, -1)
if #said > 0 then redis.call('DEL', KEYS[8]) end
if redis.call('LLEN', KEYS[3]) >= tonumber(ARGV[3]) then return {2, said} end
local over = redis.call('RPUSH', KEYS[1], ARGV[1]) - tonumber(ARGV[4])
if over > 0 then
  redis.call('LTRIM', KEYS[1], over, -1)
  redis.call('INCRBY', KEYS[7], over)
  redis.call('EXPIRE', KEYS[7], ARGV[5])
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
if ARGV[8] ~= '0' then redis.call('SADD', KEYS[6], ARGV[2]); redis.call('EXPIRE', KEYS[6], ARGV[5]) end
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[10]) then return {0, said} end
local waiting = redis.call('RPUSH', KEYS[3], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[5])
if redis.call('SET', KEYS[4], '1', 'NX', 'PX', ARGV[6]) then return {1, said} end
if waiting > tonumber(ARGV[9]) and redis.call('SET', KEYS[5], '1', 'NX', 'PX', ARGV[7]) then return {1, said} end
return {0, said}
"""
_WAKE, _FULL = 1, 2
# Claims a try and takes what waits of it; keys: frames, busy, claimed, facts, awake. Answers how many facts are kept, and the
# frames; nothing where the try is another's.
_BEGIN = """
if ARGV[3] ~= '0' then redis.call('SET', KEYS[5], '1', 'PX', ARGV[3]) end
if not redis.call('SET', KEYS[3], ARGV[1], 'NX', 'EX', ARGV[2]) then return false end
local rows = redis.call('LRANGE', KEYS[1], 0, -1)
if #rows == 0 then
  redis.call('DEL', KEYS[2], KEYS[3])
else
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
end
return {redis.call('LLEN', KEYS[4]), rows}
"""
# Keeps what was seen of frames, says what there is to say, and takes what waits by now, for who has claimed the try; keys:
# frames, busy, claimed, facts, pictures, answers, person. Nothing waits, or no more is wanted: the try is let go in the same
# breath, so that a frame of the next moment rings and is answered. One step: between two of them a frame would ring while the
# try was still claimed, be passed over, and stand there without a ring until `busy` ran out. Who has lost the try meanwhile
# takes nothing and lets go nothing.
_GO_ON = """
local at = 9
local function push(key, count, expires)
  if count == 0 then return end
  for i = at, at + count - 1 do redis.call('RPUSH', key, ARGV[i]) end
  at = at + count
  redis.call('EXPIRE', key, expires)
end
local facts, pictures, said = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
push(KEYS[4], facts, ARGV[4])
push(KEYS[5], pictures, ARGV[4])
push(KEYS[6], said, 30)
if pictures > 0 then
  redis.call('LTRIM', KEYS[5], -tonumber(ARGV[5]), -1)
  redis.call('SADD', KEYS[7], ARGV[3])
  redis.call('EXPIRE', KEYS[7], ARGV[4])
end
local holder = redis.call('GET', KEYS[3])
if holder and holder ~= ARGV[1] then return {} end
local rows = {}
if ARGV[2] ~= '0' then rows = redis.call('LRANGE', KEYS[1], 0, -1) end
if #rows == 0 then
  if holder then redis.call('DEL', KEYS[2], KEYS[3]) end
  return rows
end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[2])
return rows
"""
# Lets a try go whatever waits; keys: busy, claimed. Who has lost it meanwhile lets go nothing.
_RELEASE = """
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end
"""
_AWAKE, _ONE_MORE = "face:awake", "face:one_more"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A try that is this worker's, by its mark. noted: of so many frames facts were kept before."""

    mark: str
    noted: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of frames: facts and pictures to be kept until the verdict, answers for the socket."""

    facts: Sequence[bytes] = ()
    pictures: Sequence[bytes] = ()
    answers: Sequence[bytes] = ()


@cache
def _client() -> Any:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=30)


@cache
def _script(text: str) -> Any:
    return _client().register_script(text)


def _own_connection() -> Any:
    """Return a client with a connection of its own: a pool would look for one at each picture."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        single_connection_client=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a frame. wake: a worker must be woken; full: it is not queued, the house is full; said: answers."""

    wake: bool
    full: bool
    said: tuple[bytes, ...]


class Line:
    """The socket's end: puts frames in and takes answers out, over a connection each while a try runs."""

    def __init__(self, nonce: str, learner_id: int) -> None:
        self.nonce = nonce
        self.learner_id = learner_id
        self._in, self._out = _own_connection(), _own_connection()
        self._put = self._in.register_script(_PUT)
        keys = (*_keys(nonce, "frames", "busy"), RUNG, _AWAKE, _ONE_MORE, _person(learner_id))
        self._keys = (*keys, *_keys(nonce, "dropped", "answers"))
        self._count = 0

    async def put(self, frame: Frame) -> Taken:
        """Queue a frame, and take the answers that wait."""
        told = (MOST_WAITING_TRIES, MOST_WAITING_FRAMES, KEPT_SECONDS, AWAKE_MS, ONE_MORE_MS)
        first = int(self._count % PERSON_EVERY == 0)
        self._count += 1
        args = (frame.packed(), self.nonce, *told, first, FEW_WAITING, CLAIM_SECONDS)
        found, said = await self._put(keys=self._keys, args=args)
        wake = found == _WAKE or (found != _FULL and settings.CELERY_TASK_ALWAYS_EAGER)
        return Taken(wake, found == _FULL, tuple(said))

    async def answer(self, seconds: float) -> bytes | None:
        """Return the next answer, None when none comes in so many seconds."""
        found = await self._out.blpop([_key(self.nonce, "answers")], timeout=seconds)
        return bytes(found[1]) if found else None

    async def close(self) -> None:
        await self._in.aclose()
        await self._out.aclose()


def next_try(seconds: float) -> str | None:
    """Return the try that has waited longest, None when none comes in so many seconds."""
    if not seconds:
        found = _client().lpop(RUNG)
        return None if found is None else str(found.decode())
    rung = _client().blpop([RUNG], timeout=seconds)
    return None if rung is None else str(rung[1].decode())


def others_wait() -> bool:
    """Say whether tasks wait that want this worker: verdicts above all."""
    return bool(_client().llen(QUEUE))


def fall_asleep() -> bool:
    """Say that this worker is awake no more, and whether a try came in just then."""
    with _client().pipeline(transaction=True) as pipe:
        pipe.delete(_AWAKE)
        pipe.llen(RUNG)
        return bool(pipe.execute()[1])


def begin(nonce: str, *, awake: bool = False) -> Claimed | None:
    """Make a try this worker's and take the frames that wait, in order; None wait: it is let go again.

    None while it is another's: two would judge frames out of order. awake: this worker goes on to other tries afterwards.
    """
    mark = secrets.token_hex(8)
    keys = [*_keys(nonce, "frames", "busy", "claimed", "facts"), _AWAKE]
    found = _script(_BEGIN)(keys=keys, args=[mark, CLAIM_SECONDS, AWAKE_MS if awake else 0])
    return None if found is None else Claimed(mark, int(found[0]), tuple(map(Frame.unpacked, found[1])))


def go_on(nonce: str, mark: str, learner_id: int, seen: Seen, *, more: bool = True) -> tuple[Frame, ...]:
    """Keep what was seen, tell the socket, and return the frames that wait by now; the claim begins anew.

    None wait, or no more are wanted: the try is let go. Nothing is given to who has lost the claim to another.
    """
    told: list[bytes | str | int] = [mark, CLAIM_SECONDS if more else 0, nonce, KEPT_SECONDS, MOST_PICTURES]
    counts = map(len, (seen.facts, seen.pictures, seen.answers))
    keys = [*_keys(nonce, "frames", "busy", "claimed", "facts", "pictures", "answers"), _person(learner_id)]
    rows: list[bytes] = _script(_GO_ON)(keys=keys, args=[*told, *counts, *seen.facts, *seen.pictures, *seen.answers])
    return tuple(map(Frame.unpacked, rows))


def release(nonce: str, mark: str) -> None:
    """Let another worker claim a try, and be rung for it, where this one goes away before all was taken."""
    _script(_RELEASE)(keys=_keys(nonce, "busy", "claimed"), args=[mark])


def facts_since(nonce: str, first: int) -> list[bytes]:
    """Return the facts that were kept, but for the first so many."""
    found: list[bytes] = _client().lrange(_key(nonce, "facts"), first, -1)
    return found


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
    return int(_client().delete(*_keys(nonce, "frames", "facts", "pictures", "busy", "claimed", "dropped")))


def forget_person(learner_id: int) -> int:
    """Remove everything of a person that is under way."""
    nonces = [nonce.decode() for nonce in _client().smembers(_person(learner_id))]
    gone = sum(forget(nonce) + int(_client().delete(_key(nonce, "answers"))) for nonce in nonces)
    _client().delete(_person(learner_id))
    return gone


def kept() -> tuple[bytes, ...]:
    """Return the names of all lists that there are now."""
    return tuple(_client().scan_iter(match="face:*", count=1_000))


def _keys(nonce: str, *what: str) -> list[str]:
    return [_key(nonce, one) for one in what]


def _key(nonce: str, what: str) -> str:
    return f"face:{nonce}:{what}"


def _person(learner_id: int) -> str:
    return f"face:person:{learner_id}"
