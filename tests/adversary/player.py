"""A player without a screen: a picture that runs in real time as far as media was fetched, and tells so beat by beat.

With HONEST habits it does what section 3 of the protocol page asks. With others it lies, and its `sitting` still tells the truth.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

import httpx

from tests.adversary.line import Line, PostLine
from tests.adversary.media import Segment, Shelf
from tests.adversary.oracle import Shown, Sitting
from tests.adversary.wire import Chain, Frame, Person, Ticket, now_ms, proof, stretch_of, told

ASK_AGAIN_SECONDS = 2  # section 7: what is not released yet
LEAVE_SECONDS = 40


class Media(Enum):
    """What a player fetches."""

    ALL = "as a player does: keys and segments, half a minute ahead"
    KEYS = "keys at the pace of watching, no segment"
    NONE = "nothing"
    FIRST = "keys, and one segment: that of the first question"
    ASKED = "keys, and the segments that are asked about"


class Proofs(Enum):
    ANSWER = "answers"
    IGNORE = "never answers"
    FORGE = "answers with random digits"


@dataclass(frozen=True, slots=True)
class Habits:
    """How a player behaves. rate: how fast the picture truly runs. lie: changes what a beat says. heeds: goes back when told."""

    media: Media = Media.ALL
    proofs: Proofs = Proofs.ANSWER
    rate: float = 1.0
    lie: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    heeds: bool = True
    by_post: bool = False
    ahead_ms: int = 24_000
    interval_ms: Callable[[], float] | None = None
    lightest: bool = False


HONEST = Habits()


class Player:
    """One lesson before one learner. Open it with `async with`; then play, pause, seek, hide, nap."""

    def __init__(self, person: Person, lesson: str, habits: Habits = HONEST) -> None:
        self.person, self.lesson, self.habits = person, lesson, habits
        self.sitting = Sitting(person.seat.learner_id, lesson, now_ms())
        self.runs, self.visible, self.focused = False, True, True
        self.silent = False  # sends no beat of its own accord
        self._hoards = True
        self.last_ask: Frame | None = None
        self.counted_ms = self.pending_ms = self.furthest_ms = self.credited_ms = 0
        self.breaks = 0
        self.blocked: list[str] = []
        self.sent_back = 0
        self.policy: dict[str, Any] = {}
        self.stretches_ms: list[int] = [0]
        self.duration_ms = 0
        self._place_ms, self._place_at = 0.0, now_ms()
        self._told_at = 0.0
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, *, take_over: bool = False, former: str | None = None) -> Self:
        """Take a ticket and begin at the place where the lesson was left. Raises wire.Refused, httpx.HTTPError."""
        self.sitting.began_ms = now_ms()
        self.take(await self.person.open(self.lesson, take_over=take_over, former=former))
        return self

    def take(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.chain: Chain = ticket.chain()
        kind = PostLine if self.habits.by_post else Line
        self.line = kind(self.person, ticket, self.chain, self)
        self.shelf = Shelf(self.person, ticket, arrives=self._arrives)
        self.greeted(ticket.hello)
        self._place_ms = float(ticket.hello["resume_ms"])

    async def __aenter__(self) -> Self:
        if not hasattr(self, "ticket"):
            await self.open()
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(task()) for task in (self.line.keep, self._fill, self._pulse)]

    async def stop(self) -> None:
        """Fall silent at once, as a page whose process is killed."""
        self.settle()
        self.runs = False
        await self.hush()

    async def complete(self) -> None:
        """Fetch no more keys, and wait until the media of all that are there has come."""
        self._hoards = False
        while any(s.number not in self.shelf.plain for s in self.shelf.segments if s.key_url in self.shelf.keys):
            await asyncio.sleep(0.1)

    async def hush(self) -> None:
        """Send and fetch nothing more; the picture goes on with what there is."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.sitting.fetched = list(self.shelf.fetched)
        self.sitting.answer_ms = max(self.line.took_ms, default=0.0)

    # ── what a person does ──────────────────────────────────────────────────

    async def play(self, seconds: float) -> None:
        """Let the picture run that long (less, if the lesson or the session ends)."""
        self.begin()
        end = now_ms() + seconds * 1000
        while now_ms() < end and self.line.over is None:
            self.settle()
            if self._place_ms >= self.duration_ms:
                break
            await asyncio.sleep(min(0.25, max(0.0, (end - now_ms()) / 1000)))
        self.pause()

    def begin(self) -> None:
        self.settle()
        self.runs = True
        self.tell()

    def pause(self) -> None:
        self.settle()
        self.runs = False
        self.tell()

    def seek(self, to_ms: float) -> None:
        self.settle()
        self.tell(seeking=True)
        self._place_ms, self._place_at = min(max(0.0, to_ms), self.duration_ms), now_ms()
        self.tell()

    def look_away(self, *, visible: bool) -> None:
        """Hide the page, or show it again."""
        place_ms = self.settle()
        self.visible = visible
        self.tell(place_ms)

    async def nap(self, seconds: float) -> None:
        """Close the lid: nothing runs, nothing is sent, the line is dead afterwards."""
        running = self.runs
        self.breaks += 1
        await self.stop()
        await asyncio.sleep(seconds)
        self._place_at = now_ms()
        self.runs = running
        self.start()

    async def leave(self) -> bool:
        """Go away as a page does: one last beat. Tells whether all beats were answered."""
        self.settle()
        self.runs = False
        self.tell(leaving=True)
        done = await self.line.answered(LEAVE_SECONDS)
        await self.stop()
        return done

    # ── the picture ─────────────────────────────────────────────────────────

    def settle(self) -> float:
        """Let the picture run up to now, as far as there is media, write down the truth, and return where it is."""
        now = now_ms()
        if self.runs:
            end_ms = min(self._place_ms + (now - self._place_at) * self.habits.rate, self._limit_ms())
            ran_ms = max(0.0, end_ms - self._place_ms) / self.habits.rate
            self.sitting.show(
                Shown(self._place_ms, end_ms, self._place_at, self._place_at + ran_ms, in_sight=self.visible)
            )
            self._place_ms = max(self._place_ms, end_ms)
        self._place_at = now
        return self._place_ms

    def _arrives(self) -> None:
        self.settle()

    def _limit_ms(self) -> float:
        if self.habits.media is not Media.ALL:
            return self.duration_ms
        reach = self.shelf.reaches_ms(self._place_ms)
        last = self.shelf.segments[-1].end_ms if self.shelf.segments else 0
        return self.duration_ms if reach >= min(last, self.duration_ms) > 0 else min(reach, self.duration_ms)

    async def _fill(self) -> None:
        """Fetch what the picture will need, in order; wait and ask again for what is not released."""
        if self.habits.media is Media.NONE:
            return
        while True:
            try:
                if not self.shelf.segments:
                    await self.shelf.list(lightest=self.habits.lightest)
                wanted = self._wanted()
                if wanted is None:
                    await asyncio.sleep(0.5)
                elif self.habits.media is Media.ALL:
                    if not await self.shelf.fetch(wanted):
                        await asyncio.sleep(ASK_AGAIN_SECONDS)
                elif await self.shelf.key(wanted.key_url) is None:
                    await asyncio.sleep(ASK_AGAIN_SECONDS)
            except httpx.HTTPError:
                self.person.tally["no answer"] += 1
                await asyncio.sleep(ASK_AGAIN_SECONDS)

    def _wanted(self) -> Segment | None:
        place_ms = self.settle()
        for segment in self.shelf.segments:
            if not self._hoards and segment.key_url not in self.shelf.keys:
                continue
            if place_ms < segment.end_ms and segment.start_ms < place_ms + self.habits.ahead_ms:
                there = (
                    segment.number in self.shelf.plain
                    if self.habits.media is Media.ALL
                    else segment.key_url in self.shelf.keys
                )
                if not there:
                    return segment
        return None

    # ── the line ────────────────────────────────────────────────────────────

    def tell(self, place_ms: float | None = None, **more: Any) -> None:
        """Send a beat: where the picture is (or was, when the state changed), and what holds from here on."""
        says = {"playing": self.runs, "visible": self.visible, "focused": self.focused} | more
        place_ms = self.settle() if place_ms is None else place_ms
        frame = told(place_ms, stretches_ms=self.stretches_ms, duration_ms=self.duration_ms, **says)
        if self.habits.lie:
            frame = self.habits.lie(frame)
            frame["stretch"] = stretch_of(min(frame["position_ms"], self.duration_ms), self.stretches_ms)
        self.line.put(self.chain.seal(frame))
        self._told_at = now_ms()
        self._changed.set()

    async def _pulse(self) -> None:
        while self.line.over is None:
            rest_ms = self._told_at + self._interval_ms() - now_ms()
            if rest_ms <= 0 and not self.silent:
                self._beat()
                continue
            self._changed.clear()
            # Not wait_for: it loses a cancellation that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(max(rest_ms, 50), 1_000) / 1000):
                    await self._changed.wait()

    def _beat(self) -> None:
        if self.runs and self.settle() >= self.duration_ms:
            self.runs = False  # ended
        self.tell()

    def _interval_ms(self) -> float:
        if not self.runs:
            return float(self.policy["idle_interval_ms"])
        return self.habits.interval_ms() if self.habits.interval_ms else float(self.policy["beat_interval_ms"])

    def greeted(self, hello: Frame) -> None:
        self.policy, self.stretches_ms = hello["policy"], hello["stretches_ms"]
        self.duration_ms = hello["duration_ms"]
        self._learn(hello)

    def answered(self, frame: Frame) -> None:
        self._learn(frame)
        self.credited_ms += frame["credited_ms"]
        if "go_back_to_ms" in frame:
            self.sent_back += 1
            if self.habits.heeds:
                self.settle()
                self._place_ms, self._place_at = float(frame["go_back_to_ms"]), now_ms()
                self.tell()

    def ended(self, code: int) -> None:
        self.settle()
        self.runs = False
        self.sitting.over_ms = min(self.sitting.over_ms or now_ms(), now_ms())
        self.blocked.append(str(code))

    def _learn(self, frame: Frame) -> None:
        self.counted_ms, self.pending_ms = frame["counted_ms"], frame["pending_ms"]
        self.furthest_ms = frame["furthest_ms"]
        if ask := frame.get("ask"):
            self.last_ask = ask
            self._tasks.append(asyncio.create_task(self._answer(ask)))

    async def _answer(self, ask: Frame) -> None:
        number = ask["segment"]
        if self.habits.proofs is Proofs.IGNORE:
            self.person.tally["question ignored"] += 1
            return
        wanted = self.habits.media is Media.ASKED or (self.habits.media is Media.FIRST and not self.shelf.plain)
        if wanted and number < len(self.shelf.segments):
            await self.shelf.fetch(self.shelf.segments[number])
        answer = proof(ask, self.shelf.rendition, self.shelf.plain.get(number))
        if self.habits.proofs is Proofs.FORGE:
            answer["hmac"] = answer["nonce"] * 2
        self.line.prove(answer)
