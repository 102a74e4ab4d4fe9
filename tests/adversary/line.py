"""Keeps every beat until it is answered, and the line up: sections 2, 4 (numbers, reconnecting) and 5 of the protocol page."""

import asyncio
import json
import random
from typing import Protocol

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from tests.adversary.wire import ANSWER_SECONDS, Chain, Frame, Person, Ticket, now_ms

OVER = {4400, 4401, 4403, 4404, 4409, 4410, 4412}  # connecting again would not help
CLOSING = {"lease_lost": 4409, "session_closed": 4410, "wrong_mac": 4412, "forked": 4412}  # as a socket would close
MOST_AT_ONCE = 400
_LOST = (OSError, TimeoutError, InvalidHandshake, InvalidMessage, EOFError)


class Listener(Protocol):
    def greeted(self, hello: Frame) -> None: ...
    def answered(self, frame: Frame) -> None: ...
    def ended(self, code: int) -> None: ...


class Line:
    """One session's beats on their way. `over` is the close code after which nothing more may be sent."""

    def __init__(self, person: Person, ticket: Ticket, chain: Chain, listener: Listener) -> None:
        self.person, self.ticket, self.chain, self.listener = person, ticket, chain, listener
        self.waiting: list[Frame] = []
        self.proofs: list[Frame] = []
        self.over: int | None = None
        self.is_up = False
        self.took_ms: list[float] = []  # from each beat to its answer
        self._sent_seq = 0
        self._sent_at: dict[int, float] = {}
        self._news = asyncio.Event()

    def put(self, beat: Frame) -> None:
        """Send a beat now, or as soon as the line is up."""
        self.waiting.append(beat)
        self.person.tally["beat"] += 1
        self._news.set()

    def prove(self, proof: Frame) -> None:
        self.proofs.append(proof)
        self._news.set()

    async def keep(self) -> None:
        """Connect, and connect again after each loss, until the session is over."""
        failures = 0
        while self.over is None:
            try:
                async with self.person.socket(self.ticket.socket_path) as socket:
                    self._greet(await self._hear(socket))
                    failures = 0
                    await self._talk(socket)
            except ConnectionClosed as lost:
                code = self.person.closed(lost)
                if code in OVER:
                    self._end(code)
                    return
            except _LOST:
                self.person.tally["no line"] += 1
            finally:
                self.is_up = False
            await asyncio.sleep(random.uniform(0, min(15, 2**failures)))  # noqa: S311 — not a secret
            failures += 1

    async def answered(self, seconds: float) -> bool:
        """Wait until nothing waits any more; tell whether that came true in time."""
        end = now_ms() + seconds * 1000
        while self.waiting and self.over is None and now_ms() < end:
            await asyncio.sleep(0.05)
        return not self.waiting

    def _greet(self, hello: Frame) -> None:
        self.waiting = [beat for beat in self.waiting if beat["seq"] > hello["last_seq"]]
        self._sent_seq, self.is_up = 0, True
        self.listener.greeted(hello)
        self._news.set()

    async def _talk(self, socket: ClientConnection) -> None:
        sending = asyncio.create_task(self._send(socket))
        try:
            while True:
                try:
                    self._apply(await self._hear(socket, seconds=2))
                except TimeoutError:
                    if self._is_dead():
                        socket.transport.abort()
                        raise
        finally:
            sending.cancel()

    async def _hear(self, socket: ClientConnection, seconds: float = ANSWER_SECONDS) -> Frame:
        async with asyncio.timeout(seconds):
            frame: Frame = json.loads(await socket.recv())
        return self.person.heard(frame)

    async def _send(self, socket: ClientConnection) -> None:
        """Send what was not sent on this connection yet, in order."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                for beat in [beat for beat in self.waiting if beat["seq"] > self._sent_seq]:
                    self._sent_seq = beat["seq"]
                    self._sent_at[beat["seq"]] = now_ms()
                    await socket.send(json.dumps(beat))
                while self.proofs:
                    await socket.send(json.dumps(self.proofs[0]))
                    self.person.tally["proof sent"] += 1
                    self.proofs.pop(0)
            except ConnectionClosed:
                return  # the listening side says so

    def _is_dead(self) -> bool:
        asked = [at for seq, at in self._sent_at.items() if self.waiting and seq >= self.waiting[0]["seq"]]
        return bool(asked) and self._sent_seq > 0 and now_ms() - min(asked) > ANSWER_SECONDS * 1000

    def _apply(self, frame: Frame) -> None:
        if frame["type"] == "retry":
            self._resend_after(frame["after_ms"] / 1000)
            return
        if frame["type"] == "reply":
            self._settle(frame)
        if frame["type"] in {"reply", "proof_reply"}:
            self.listener.answered(frame)

    def _settle(self, frame: Frame) -> None:
        seq = frame["seq"]
        if frame.get("reason") == "wrong_seq":
            self._rechain(frame["expected_seq"], frame["last_mac"])
            return
        if seq in self._sent_at:
            self.took_ms.append(now_ms() - self._sent_at.pop(seq))
        if frame.get("reason") not in CLOSING:
            self.waiting = [beat for beat in self.waiting if beat["seq"] > seq]

    def _rechain(self, expected_seq: int, last_mac: str) -> None:
        """Go on as the house says: the beats that it has are forgotten, the others are sealed anew behind its last one."""
        if any(beat["seq"] == expected_seq for beat in self.waiting):
            self.waiting = [beat for beat in self.waiting if beat["seq"] >= expected_seq]
        else:
            told = [{k: v for k, v in beat.items() if k not in {"type", "seq", "mac"}} for beat in self.waiting]
            self.chain.go_on_from(expected_seq - 1, last_mac)
            self.waiting = [self.chain.seal(one) for one in told]
        self._sent_seq = 0
        self._news.set()

    def _resend_after(self, seconds: float) -> None:
        def again() -> None:
            self._sent_seq = 0
            self._sent_at.clear()
            self._news.set()

        asyncio.get_running_loop().call_later(seconds, again)

    def _end(self, code: int) -> None:
        self.over = code
        self.listener.ended(code)


class PostLine(Line):
    """The same where sockets are blocked: each beat by POST, and what has piled up in one."""

    async def keep(self) -> None:
        greeted = False
        failures = 0
        while self.over is None:
            try:
                if not greeted:
                    answer = await self.person.get(self.ticket.beat_url, what="hello")
                    answer.raise_for_status()
                    self._greet(self.person.heard(answer.json()))
                    greeted = True
                failures = 0
                await self._news.wait()
                self._news.clear()
                while (self.waiting or self.proofs) and self.over is None:
                    await self._post_next()
            except httpx.HTTPError:
                self.person.tally["no line"] += 1
                await asyncio.sleep(random.uniform(0, min(15, 2**failures)))  # noqa: S311 — not a secret
                failures += 1
                self._news.set()

    async def _post_next(self) -> None:
        if self.proofs:
            body, what = self.proofs[0], "proof"
        elif len(self.waiting) > 1:
            body, what = {"type": "beats", "beats": self.waiting[:MOST_AT_ONCE]}, "beats"
        else:
            body, what = self.waiting[0], "beat"
        sent_at = now_ms()
        answer = await self.person.post(self.ticket.beat_url, body, what=what)
        if answer.status_code not in {200, 503}:
            answer.raise_for_status()
        frame: Frame = answer.json()
        if what == "proof" and frame["type"] != "retry":
            self.proofs.pop(0)
        if frame["type"] == "retry":
            self.person.heard(frame)
            await asyncio.sleep(frame["after_ms"] / 1000)
            return
        self.took_ms.append(now_ms() - sent_at)
        for one in frame["replies"] if frame["type"] == "replies" else [frame]:
            self._apply(self.person.heard(one))
            if one.get("reason") in CLOSING:
                self._end(CLOSING[one["reason"]])
                return
