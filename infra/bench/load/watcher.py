"""A learner's player without a picture: speaks the watch protocol (docs/protocols/watching.md) and remembers each answer."""

import asyncio
import hmac
import json
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.bench.load import film
from infra.bench.load.sockets import Socket, connect

_FAILURES_WORTH_COUNTING = 4  # after so many the waits grow no more
_LONGEST_WAIT_SECONDS = 15
_TRIES = 4
# By hand, because the generator shares the processors with what it measures.
BEAT = (
    b'{"type":"beat","seq":%d,"position_ms":%d,"rate_percent":100,"playing":%s,"visible":true,"focused":true,'
    b'"seeking":false,"leaving":false,"stretch":%d,"idle_ms":0,"mac":"%s"}'
)
PROOF = b'{"type":"proof","nonce":"%s","segment":%d,"rendition":"%d","hmac":"%s"}'


@dataclass(slots=True)
class Beat:
    """A beat that was sent and not answered yet. due_at: when it was to be sent, by `perf_counter`."""

    seq: int
    text: bytes
    due_at: float


@dataclass(slots=True)
class Watcher:
    """One open session that plays at normal speed, and answers what it is asked about the media.

    on_answer is called after the reply to each beat with the seconds since that beat was due. trouble: what an honest
    learner must never see.
    """

    learner_id: int
    session: str
    cookie: str
    beat_key: bytes
    on_answer: "Callable[[Watcher, float], None]" = lambda _watcher, _seconds: None
    socket: Socket | None = None
    greeted: bool = False
    seq: int = 0
    mac: bytes = b""
    acked: int = 0
    counted_ms: int = 0
    credited_ms: int = 0
    pending_ms: int = 0
    proofs: int = 0
    began: float = 0.0
    position_ms: int = 0
    asked: str = ""  # the nonce of a question whose answer is not confirmed
    waiting: deque[Beat] = field(default_factory=deque)
    trouble: list[str] = field(default_factory=list)
    closed_with: list[int] = field(default_factory=list)
    _greeting: "asyncio.Future[None] | None" = None
    _asked_at_greeting: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        self.mac = hmac.digest(self.beat_key, b"zhuxue watch 2 " + self.session.encode(), "sha256")

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way: every beat and every proof has its answer."""
        return not self.waiting and not self.asked

    @property
    def path(self) -> str:
        return f"/ws/watch/{self.session}/"

    async def open(self, port: int, *, source: str = "", seconds: float = 30) -> None:
        """Connect, hear the greeting, and send again what has no answer. Raises as `sockets.connect`."""
        self._greeting = asyncio.get_running_loop().create_future()
        self.socket = await connect(
            port,
            self.path,
            cookie=self.cookie,
            source=source,
            on_text=self._hear,
            on_close=self._closed,
            seconds=seconds,
        )
        async with asyncio.timeout(seconds):
            await self._greeting
        self.greeted = True
        if self._asked_at_greeting:
            self._prove(self._asked_at_greeting)
        for beat in self.waiting:
            self.socket.send(beat.text)

    async def come_back(self, port: int, *, source: str = "", until: float) -> None:
        """Connect again as the protocol asks: full jitter, longer after each failure. Raises TimeoutError at `until`."""
        failures = 0
        while True:
            longest = min(_LONGEST_WAIT_SECONDS, 2 ** min(failures, _FAILURES_WORTH_COUNTING))
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 — not a secret
            try:
                await self.open(port, source=source)
            except (OSError, TimeoutError) as error:
                if not isinstance(error, ConnectionRefusedError):  # nobody listens yet: not the server's refusal
                    self.trouble.append(f"{type(error).__name__}: {error}")
                if time.perf_counter() > until:
                    raise TimeoutError("not back in time") from error
                failures += 1
            else:
                return

    def beat(self, due_at: float | None = None, *, playing: bool = True) -> None:
        """Send the next beat, now; it counts as late from `due_at` on. Without a line it waits, and goes after the greeting."""
        now = time.perf_counter()
        if self.seq == 0:
            self.began = now
        self.seq += 1
        self.position_ms = round((now - self.began) * 1000)
        text = self._text(self.position_ms, playing=playing)
        self.waiting.append(Beat(self.seq, text, now if due_at is None else due_at))
        if self.greeted and self.socket is not None:
            self.socket.send(text)

    def go_on(self) -> None:
        """Begin again where the picture stood since the last beat: beats further apart than the largest gap would lose time."""
        if self.waiting or self.seq == 0:
            return
        self.began = time.perf_counter() - self.position_ms / 1000

    def leave(self) -> None:
        if self.socket is not None:
            self.socket.close()

    def _text(self, position_ms: int, *, playing: bool) -> bytes:
        position_ms = min(position_ms, film.DURATION_MS)
        stretch = min(position_ms, film.DURATION_MS - 1) // film.STRETCH_MS
        sealed = b"beat|%d|%d|100|%d|1|1|0|0|%d|0" % (self.seq, position_ms, playing, stretch)
        self.mac = hmac.digest(self.beat_key, self.mac + sealed, "sha256")
        return BEAT % (self.seq, position_ms, b"true" if playing else b"false", stretch, self.mac.hex().encode())

    def _hear(self, text: bytes) -> None:
        frame: Mapping[str, Any] = json.loads(text)
        kind = frame["type"]
        if kind == "reply":
            self._hear_reply(frame)
        elif kind == "proof_reply":
            self._hear_proof_reply(frame)
        elif kind == "hello":
            self._hear_hello(frame)
        else:
            self.trouble.append(text.decode())

    def _hear_reply(self, frame: Mapping[str, Any]) -> None:
        if not self.waiting or self.waiting[0].seq != frame["seq"]:
            self.trouble.append(f"an answer that nobody waits for: {frame}")
            return
        sent = self.waiting.popleft()
        if frame["result"] != "accepted" or "reason" in frame:
            self.trouble.append(f"not taken as it is: {frame}")
        self.acked = sent.seq
        self._take(frame)
        if "ask" in frame:
            self._prove(frame["ask"])
        self.on_answer(self, time.perf_counter() - sent.due_at)

    def _hear_proof_reply(self, frame: Mapping[str, Any]) -> None:
        if frame["nonce"] != self.asked or frame["result"] != "passed":
            self.trouble.append(f"a true proof was not taken: {frame}")
        self.asked = ""
        self.proofs += 1
        self._take(frame)

    def _take(self, frame: Mapping[str, Any]) -> None:
        self.credited_ms += frame["credited_ms"]
        self.counted_ms, self.pending_ms = frame["counted_ms"], frame["pending_ms"]

    def _prove(self, ask: Mapping[str, Any]) -> None:
        """Answer a question as a player does that has just played the segment."""
        self.asked = ask["nonce"]
        segment = film.plain_segment(ask["segment"])
        proof = hmac.digest(bytes.fromhex(self.asked), segment, "sha256")
        if self.socket is not None:
            self.socket.send(PROOF % (self.asked.encode(), ask["segment"], film.RENDITION, proof.hex().encode()))

    def _hear_hello(self, frame: Mapping[str, Any]) -> None:
        if frame["last_seq"] < self.acked or frame["counted_ms"] < self.counted_ms:
            self.trouble.append(f"answered, then gone: {self.acked} beats, {self.counted_ms} ms; told {frame}")
        while self.waiting and self.waiting[0].seq <= frame["last_seq"]:  # stored, and the answer lost
            self.waiting.popleft()
        if self.seq:
            self.credited_ms += frame["counted_ms"] - self.counted_ms
        self.acked, self.counted_ms, self.pending_ms = frame["last_seq"], frame["counted_ms"], frame["pending_ms"]
        self._asked_at_greeting = frame.get("ask")
        self.asked = ""
        if self._greeting is not None and not self._greeting.done():
            self._greeting.set_result(None)

    def _closed(self, code: int) -> None:
        self.closed_with.append(code)
        self.greeted = False
        if self._greeting is not None and not self._greeting.done():
            self._greeting.set_exception(ConnectionError(f"closed with {code} before the greeting"))
            self._greeting.exception()


def watchers_of(seats: list[dict[str, Any]]) -> list[Watcher]:
    return [
        Watcher(seat["learner_id"], seat["session"], seat["cookie"], bytes.fromhex(seat["beat_key"])) for seat in seats
    ]


async def open_all(watchers: list[Watcher], port: int, *, at_once: int = 25) -> None:
    """Open every one, a few at a time, and a few times over: this is before the measuring. Raises as `Watcher.open`."""
    gate = asyncio.Semaphore(at_once)

    async def one(watcher: Watcher) -> None:
        async with gate:
            for left in reversed(range(_TRIES)):
                try:
                    return await watcher.open(port)
                except (OSError, TimeoutError):
                    if not left:
                        raise
                    await asyncio.sleep(1)

    await asyncio.gather(*(one(watcher) for watcher in watchers))


async def settled(watchers: Sequence[Watcher], seconds: float) -> bool:
    """Wait until every beat and proof is answered; say whether it came to that in time."""
    end = time.perf_counter() + seconds
    while not all(watcher.is_settled for watcher in watchers):
        if time.perf_counter() > end:
            return False
        await asyncio.sleep(0.05)
    return True
