"""Frames on their way from the socket to the detector, and answers on their way back: bounded lists in Redis.

A try with frames stands in RUNG until a worker takes it. Workers that are awake go on from turn to turn by themselves: a task
for each frame would cost more than looking at it. Only when none is awake, or more waits than one takes, the socket wakes one
by a task. What sockets of one process send within a moment goes to Redis in one call, and so does what a worker has seen in
one turn: a call for each frame would cost a third of looking at it.

Nothing here outlives KEPT_SECONDS, and each nonce is noted under its person, so that an erasure finds what is under way.
The socket's side is asynchronous and the worker's is not; both see the same lists.
"""

import asyncio
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

from proctoring.frames_scripts import CLAIM, FULL, PUT, TURN, WAKE

KEPT_SECONDS = 180
# Of one try: two seconds of frames. What comes on top is dropped, the oldest first: the newest says where the face is.
MOST_WAITING_FRAMES = 16
# Of all tries together: so many tries wait for a detector, then the house says 请稍候.
MOST_WAITING_TRIES = 64
MOST_PICTURES = 24
# A worker that has so many frames in hand takes no further try.
MOST_AT_ONCE = 16
QUEUE = "faces"
RUNG = "face:rung"
# So long a worker that was woken is believed to be awake, and so often one more is woken while more tries wait than one takes.
AWAKE_MS, ONE_MORE_MS, FEW_WAITING = 5_000, 400, MOST_AT_ONCE
# So long a try is a worker's that looks at its frames; many times as long as a turn takes, and little more than what a try may
# have waiting, so that of a worker that was killed not much is missed.
CLAIM_SECONDS = 3
# So long a frame waits for those of other sockets. The answer comes with the next one, an eighth of a second later.
GATHER_SECONDS = 0.02
SAID_SECONDS = 30
_AWAKE = "face:awake"
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A try that is this worker's, by its mark. noted: of so many frames facts were kept before."""

    nonce: str
    mark: str
    noted: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of frames: facts and pictures to be kept until the verdict, answers for the socket."""

    facts: Sequence[bytes] = ()
    pictures: Sequence[bytes] = ()
    answers: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What was seen of a try that was claimed. again: it is to be taken again where more of it waits."""

    claimed: Claimed
    learner_id: int = 0
    seen: Seen = Seen()
    again: bool = True

    def told(self) -> list[bytes | str | int]:
        seen = self.seen
        who: list[bytes | str | int] = [self.claimed.nonce, self.claimed.mark, self.learner_id, int(self.again)]
        counts = map(len, (seen.facts, seen.pictures, seen.answers))
        return [*who, *counts, *seen.facts, *seen.pictures, *seen.answers]


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


class _Post:
    """Takes to Redis what the sockets of one event loop send: what comes within a moment, in one call."""

    def __init__(self) -> None:
        self._connection = _own_connection()
        self._script = self._connection.register_script(PUT)
        self._waiting: list[tuple[str | int | bytes, ...]] = []
        self._call: asyncio.Task[list[Any]] | None = None
        self._lines = 0

    def open(self) -> None:
        self._lines += 1

    async def put(self, *told: str | int | bytes) -> Any:
        """Return what the script says of this frame. What goes wrong, all hear of whose frames were sent together."""
        if self._call is None:
            self._waiting = []
            self._call = asyncio.create_task(self._send(self._waiting))
        call, place = self._call, len(self._waiting)
        self._waiting.append(told)
        return (await asyncio.shield(call))[place]

    async def _send(self, waiting: list[tuple[str | int | bytes, ...]]) -> list[Any]:
        if self._lines > 1:
            await asyncio.sleep(GATHER_SECONDS)
        self._call = None  # who comes now goes with the next
        most = (MOST_WAITING_TRIES, MOST_WAITING_FRAMES, FEW_WAITING)
        times = (KEPT_SECONDS, CLAIM_SECONDS, AWAKE_MS, ONE_MORE_MS)
        answers: list[Any] = await self._script(args=[*most, *times, QUEUE, *chain.from_iterable(waiting)])
        return answers

    async def close(self) -> None:
        """Let the connection go with the last line."""
        self._lines -= 1
        if not self._lines:
            _posts.pop(asyncio.get_running_loop(), None)
            await self._connection.aclose()


_posts: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Post]" = WeakKeyDictionary()


class Line:
    """The socket's end of a try: puts frames in and takes answers out."""

    def __init__(self, nonce: str, learner_id: int) -> None:
        self.nonce = nonce
        self.learner_id = learner_id
        self._post = _posts.setdefault(asyncio.get_running_loop(), _Post())
        self._post.open()
        self._out = _own_connection()
        self._open = True

    async def put(self, frame: Frame) -> Taken:
        """Queue a frame, and take the answers that wait."""
        found, said = await self._post.put(self.nonce, self.learner_id, frame.packed())
        wake = found == WAKE or (found != FULL and settings.CELERY_TASK_ALWAYS_EAGER)
        return Taken(wake, found == FULL, tuple(said))

    async def answer(self, seconds: float) -> bytes | None:
        """Return the next answer, None when none comes in so many seconds."""
        found = await self._out.blpop([_key(self.nonce, "answers")], timeout=seconds)
        return bytes(found[1]) if found else None

    async def close(self) -> None:
        if self._open:
            self._open = False
            await self._post.close()
            await self._out.aclose()


def take(done: Sequence[Done] = (), *, most: int = MOST_AT_ONCE) -> list[Claimed]:
    """Hand over what was seen of tries, and make those this worker's that have waited longest, with their frames in order.

    most: no more tries are taken when so many frames are in hand; none for 0.
    """
    mark = secrets.token_hex(8)
    numbers = (AWAKE_MS, most, MOST_PICTURES, SAID_SECONDS)
    told = [value for one in done for value in one.told()]
    found = _script(TURN)(args=[mark, CLAIM_SECONDS, KEPT_SECONDS, *numbers, *told])
    return [_claimed(one, mark) for one in found]


def claim(nonce: str) -> Claimed | None:
    """Make this try this worker's and take the frames that wait, in order; none wait: it is let go again.

    None while it is another's: two would judge frames out of order.
    """
    mark = secrets.token_hex(8)
    found = _script(CLAIM)(args=[mark, CLAIM_SECONDS, KEPT_SECONDS, nonce])
    return None if found is None else _claimed(found, mark)


def _claimed(found: Sequence[Any], mark: str) -> Claimed:
    nonce, noted, frames = found
    return Claimed(nonce.decode(), mark, int(noted), tuple(map(Frame.unpacked, frames)))


def others_wait() -> bool:
    """Say whether tasks wait that want this worker: verdicts above all."""
    return bool(_client().llen(QUEUE))


def fall_asleep() -> bool:
    """Say that this worker is awake no more, and whether a try came in just then."""
    with _client().pipeline(transaction=True) as pipe:
        pipe.delete(_AWAKE)
        pipe.llen(RUNG)
        return bool(pipe.execute()[1])


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
        pipe.expire(_key(nonce, "answers"), SAID_SECONDS)
        pipe.execute()


def forget(nonce: str) -> int:
    """Remove all that is kept of a try but the answers that its socket has still to take."""
    what = ("frames", "facts", "pictures", "busy", "claimed", "dropped")
    return int(_client().delete(*(_key(nonce, one) for one in what)))


def forget_person(learner_id: int) -> int:
    """Remove everything of a person that is under way."""
    nonces = [nonce.decode() for nonce in _client().smembers(_person(learner_id))]
    gone = sum(forget(nonce) + int(_client().delete(_key(nonce, "answers"))) for nonce in nonces)
    _client().delete(_person(learner_id))
    return gone


def kept() -> tuple[bytes, ...]:
    """Return the names of all lists that there are now."""
    return tuple(_client().scan_iter(match="face:*", count=1_000))


def _key(nonce: str, what: str) -> str:
    return f"face:{nonce}:{what}"


def _person(learner_id: int) -> str:
    return f"face:person:{learner_id}"
