"""docs/protocols/proctoring.md as a client speaks it: where presence stands, the socket of a check, the other way."""

import asyncio
import contextlib
import html
import json
import re
import struct
from collections.abc import Sequence
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.adversary.reels import PER_SECOND, Film
from tests.adversary.wire import ANSWER_SECONDS, Frame, Person, now_ms

ASK_SECONDS = 2.0
VERDICT_SECONDS = 60.0
BEGIN: Frame = {"type": "begin", "camera": {"label": "HD Webcam", "width": 640, "height": 480}}
_CODE = re.compile(r"验证码 (\d{6})")
_OPTION = re.compile(r'name="answer(\d)" value="(\d)" required><label[^>]*>([^<]*)</label>')


def packed(nonce: str, number: int, jpeg: bytes) -> bytes:
    """Section 2: a picture on its way."""
    return struct.pack(">16sIQ", bytes.fromhex(nonce), number, int(now_ms())) + jpeg


class Presence:
    """The presence beside one lesson, as the learner's page sees it."""

    def __init__(self, person: Person, lesson: str) -> None:
        self.person, self.lesson = person, lesson
        self.held: list[dict[str, Any]] = []
        self.nonces: list[str] = []

    async def ask(self) -> dict[str, Any] | None:
        """Section 1: where it stands. None: nothing is asked here."""
        answer = await self.person.post(f"/learn/{self.lesson}/presence/", {}, what="presence")
        if answer.status_code != 200:
            return None
        standing: dict[str, Any] = answer.json()
        for held in standing["held"]:
            if held["uuid"] not in {known["uuid"] for known in self.held}:
                self.person.tally[f"held {held['reason']}"] += 1
        self.held = standing["held"]
        return standing

    async def until_asked(self, seconds: float) -> str:
        """Ask as the page does until a check waits; return its id. Raises TimeoutError."""
        end = now_ms() + seconds * 1000
        while now_ms() < end:
            standing = await self.ask()
            if standing and standing["check"]:
                self.person.tally["check asked"] += 1
                return str(standing["check"]["uuid"])
            await asyncio.sleep(ASK_SECONDS)
        raise TimeoutError("no check was asked for")

    async def until_held(self, seconds: float) -> None:
        """Ask until time is held. Raises TimeoutError."""
        end = now_ms() + seconds * 1000
        while now_ms() < end:
            await self.ask()
            if self.held:
                return
            await asyncio.sleep(ASK_SECONDS)
        raise TimeoutError("no time is held")

    async def show(self, check: str, film: Film, *, nonce: str = "") -> Frame:
        """Begin a try, stream a film, and return the verdict, or a frame of type `refused` or `closed`.

        nonce: written on the pictures in the place of the challenge's own.
        """
        try:
            async with self.person.socket(f"/ws/face/{check}/") as socket:
                await self._until(socket, {"hello"})
                await socket.send(json.dumps(BEGIN))
                challenge = await self._until(socket, {"challenge", "refused"})
                if challenge["type"] == "refused":
                    return challenge
                self.nonces.append(challenge["nonce"])
                return await self._play(socket, challenge["nonce"], film, nonce or challenge["nonce"])
        except ConnectionClosed as lost:
            return {"type": "closed", "code": self.person.closed(lost)}

    async def _play(self, socket: ClientConnection, own: str, film: Film, nonce: str) -> Frame:
        heard = asyncio.create_task(self._until(socket, {"verdict"}, VERDICT_SECONDS))
        try:
            began = now_ms()
            # The verdict ends the socket, and may come while a picture is still on its way: it is heard all the same.
            with contextlib.suppress(ConnectionClosed):
                for number, jpeg in enumerate(film, 1):
                    await asyncio.sleep(max(0.0, began + number * 1000 / PER_SECOND - now_ms()) / 1000)
                    if heard.done():
                        break
                    await socket.send(packed(nonce, number, jpeg))
                if not heard.done():
                    await socket.send(json.dumps({"type": "end", "nonce": own}))
            return await heard  # raises ConnectionClosed where none came
        finally:
            heard.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionClosed, TimeoutError):
                await heard

    async def _until(self, socket: ClientConnection, kinds: set[str], seconds: float = ANSWER_SECONDS) -> Frame:
        """Return the next frame of one of these kinds; count what is heard."""
        async with asyncio.timeout(seconds):
            while True:
                frame: Frame = json.loads(await socket.recv())
                self._count(frame)
                if frame["type"] in kinds:
                    return frame

    def _count(self, frame: Frame) -> None:
        tally = self.person.tally
        if frame["type"] == "verdict":
            tally["verdict passed" if frame["passed"] else "verdict failed"] += 1
            for reason in frame["reasons"]:
                tally[f"verdict {reason}"] += 1
        elif frame["type"] == "refused":
            tally[f"check refused {frame['code']}"] += 1
        elif frame["type"] in {"challenge", "wait"}:
            tally[frame["type"]] += 1

    async def send(self, check: str, frames: Sequence[object]) -> Frame | None:
        """Say anything on the socket of a check; return the first answer but hello, or how it was closed; None: silence."""
        try:
            async with self.person.socket(f"/ws/face/{check}/") as socket:
                await self._until(socket, {"hello"})
                for frame in frames:
                    await socket.send(frame if isinstance(frame, bytes | str) else json.dumps(frame))
                async with asyncio.timeout(3):
                    answer: Frame = json.loads(await socket.recv())
                    self._count(answer)
                    return answer
        except ConnectionClosed as lost:
            return {"type": "closed", "code": self.person.closed(lost)}
        except TimeoutError:
            return None

    # ── the other way ───────────────────────────────────────────────────────

    async def proof(self, **given: str) -> str:
        """Post the form of the other way; return the page that it leads to."""
        form = {"csrfmiddlewaretoken": self.person.token, **given}
        address = f"/learn/{self.lesson}/proof/"
        answer = await self.person.http.post(address, data=form, follow_redirects=True)
        self.person.tally.answered("POST", "proof page", answer.history[0] if answer.history else answer)
        return answer.text

    async def code(self) -> str:
        """Read the phone: the newest code among what went out to this person. Raises LookupError."""
        page = await self.person.get("/notices/outbox/", what="phone")
        if found := _CODE.search(page.text):
            return found[1]
        raise LookupError("no code came")


def options(page: str) -> list[list[str]]:
    """Return the answers that each question of the proof page offers."""
    found: dict[int, list[str]] = {}
    for number, _value, text in _OPTION.findall(page):
        found.setdefault(int(number), []).append(html.unescape(text).strip())
    return [found[number] for number in sorted(found)]
