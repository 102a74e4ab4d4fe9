"""Sections 1 to 3, 5 and 6 of the protocol page as a client speaks them: tickets, the chain, sockets, beats by POST, proofs."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

Frame = dict[str, Any]

ANSWER_SECONDS = 10.0  # a line that is silent for longer is dead
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_TOLD = (
    "seq",
    "position_ms",
    "rate_percent",
    "playing",
    "visible",
    "focused",
    "seeking",
    "leaving",
    "stretch",
    "idle_ms",
)


def now_ms() -> float:
    """Return the harness's own clock, in ms: the one by which truth is told."""
    return time.monotonic() * 1000


@dataclass(frozen=True, slots=True)
class Site:
    """Where the house answers. Two ports: pages by WSGI workers, sockets by Daphne, as in production."""

    http: str
    socket: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A learner who is signed in: the cookie of the browser, and nothing else."""

    learner_id: int
    cookie: str


class Tally(Counter[str]):
    """What reached the server and what it said: `beat`, `accepted`, `refused seek_ahead`, `close 4412`, `GET key 403 too_early` …

    A bot that never got through shows so here.
    """

    def answered(self, verb: str, what: str, response: httpx.Response) -> httpx.Response:
        self[f"{verb} {what} {response.status_code}{_reason(response)}"] += 1
        return response


def _reason(response: httpx.Response) -> str:
    if response.status_code < 400 or "json" not in response.headers.get("content-type", ""):
        return ""
    reason = response.json().get("reason")
    return f" {reason}" if isinstance(reason, str) else ""


@dataclass(slots=True)
class Chain:
    """Section 3: each beat's MAC goes over the one before, and over what the beat says."""

    key: bytes
    mac: bytes
    seq: int = 0

    @classmethod
    def begin(cls, beat_key: str, session_uuid: str) -> "Chain":
        key = bytes.fromhex(beat_key)
        return cls(key, _hmac(key, f"zhuxue watch 2 {session_uuid}".encode()))

    def seal(self, told: Mapping[str, Any]) -> Frame:
        """Return the next beat, sealed; the chain goes on from it."""
        self.seq += 1
        frame: Frame = {"type": "beat", "seq": self.seq, **told}
        self.mac = self.mac_of(frame)
        return frame | {"mac": self.mac.hex()}

    def mac_of(self, frame: Mapping[str, Any]) -> bytes:
        words = [str(int(frame[name])) for name in _TOLD]
        return _hmac(self.key, self.mac + "|".join(["beat", *words]).encode("ascii"))

    def go_on_from(self, seq: int, mac: str) -> None:
        self.seq, self.mac = seq, bytes.fromhex(mac)

    def fork(self) -> "Chain":
        """Return another chain that goes on from the same place."""
        return Chain(self.key, self.mac, self.seq)


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def proof(ask: Mapping[str, Any], rendition: str, segment: bytes | None) -> Frame:
    """Section 6: the answer to a question, from the segment in the clear; None when it is not there."""
    digest = "" if segment is None else _hmac(bytes.fromhex(ask["nonce"]), segment).hex()
    return {
        "type": "proof",
        "nonce": ask["nonce"],
        "segment": ask["segment"],
        "rendition": rendition,
        "hmac": digest,
    }


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the opening of a lesson gives."""

    session_uuid: str
    beat_key: str
    socket_path: str
    beat_url: str
    master_url: str
    hello: Frame

    def chain(self) -> Chain:
        return Chain.begin(self.beat_key, self.session_uuid)


class Refused(Exception):
    """The house would not open the lesson; `reason` as it was told."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status, self.reason = status, reason


class Borrowed(httpx.AsyncBaseTransport):
    """Connections that many people share; closing one person's client leaves them open."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=300, max_keepalive_connections=60, keepalive_expiry=1.0)
        self.inner = httpx.AsyncHTTPTransport(limits=limits, verify=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.inner.handle_async_request(request)

    async def close(self) -> None:
        await self.inner.aclose()


@dataclass
class Person:
    """A learner's browser without a browser: cookies, the token of the page, and the addresses of the site."""

    seat: Seat
    site: Site
    transport: httpx.AsyncBaseTransport
    tally: Tally = field(default_factory=Tally)
    token: str = ""

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(
            transport=self.transport,
            base_url=self.site.http,
            cookies={"sessionid": self.seat.cookie},
            timeout=30,
            trust_env=False,
        )

    async def look_at(self, lesson: str) -> None:
        """Load the lesson's page: it gives the token that every POST needs."""
        page = self.tally.answered("GET", "page", await self.http.get(f"/learn/{lesson}/"))
        found = _TOKEN.search(page.text)
        if page.status_code != 200 or not found:
            raise Refused(page.status_code, "the lesson's page shows no token")
        self.token = found[1]

    async def open(
        self, lesson: str, *, take_over: bool = False, former: str | None = None, native: bool = False
    ) -> Ticket:
        """Open a lesson. Raises Refused."""
        if not self.token:
            await self.look_at(lesson)
        body = {"take_over": take_over, "former": former, "native": native}
        answer = await self.post(f"/learn/{lesson}/open/", body, what="open")
        if answer.status_code != 200:
            told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            raise Refused(answer.status_code, str(told.get("reason", "")))
        told = answer.json()
        return Ticket(**{name: told[name] for name in Ticket.__slots__})

    async def post(self, path: str, body: object, *, what: str) -> httpx.Response:
        answer = await self.http.post(path, json=body, headers={"X-CSRFToken": self.token})
        return self.tally.answered("POST", what, answer)

    async def get(self, path: str, *, what: str) -> httpx.Response:
        return self.tally.answered("GET", what, await self.http.get(path))

    async def sign_out(self) -> None:
        # The sign-out form of allauth: an ordinary form, no JSON.
        headers = {"X-CSRFToken": self.token}
        self.tally.answered("POST", "sign-out", await self.http.post("/account/logout/", headers=headers))

    def socket(self, path: str, *, seconds: float = 10) -> connect:
        """Section 2: the session cookie, and the Origin of the site."""
        return connect(
            self.site.socket + path,
            origin=Origin(self.site.http),
            additional_headers={"Cookie": f"sessionid={self.seat.cookie}"},
            open_timeout=seconds,
            close_timeout=1,
            ping_interval=None,  # answers tell that the line lives
            compression=None,
            proxy=None,
        )

    def heard(self, frame: Frame) -> Frame:
        """Count a frame of the server's."""
        kind = frame["type"]
        if kind in {"reply", "proof_reply"}:
            words = ["proof", frame["result"]] if kind == "proof_reply" else [frame["result"]]
            self.tally[" ".join([*words, *([frame["reason"]] if frame.get("reason") else [])])] += 1
        else:
            self.tally[f"{kind} {frame['reason']}" if kind == "retry" else kind] += 1
        if frame.get("ask"):
            self.tally["ask"] += 1
        return frame

    def closed(self, lost: ConnectionClosed) -> int:
        """Count the end of a socket; return its code, 1006 for a line that broke."""
        code = int(lost.rcvd.code) if lost.rcvd else 1006
        self.tally[f"close {code}"] += 1
        return code


class Wire:
    """A socket for bots that need every frame in their own hand."""

    def __init__(self, person: Person, socket: ClientConnection) -> None:
        self.person, self.socket = person, socket

    async def send(self, frame: object) -> None:
        """Send what may or may not be a frame."""
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
        kind = frame.get("type", "?") if isinstance(frame, dict) else "raw"
        self.person.tally[f"sent {kind}"] += 1

    async def hear(self) -> Frame:
        """Return the next frame. Raises ConnectionClosed, TimeoutError."""
        async with asyncio.timeout(ANSWER_SECONDS):
            frame: Frame = json.loads(await self.socket.recv())
        return self.person.heard(frame)

    async def ask(self, frame: object) -> Frame:
        """Send and return the next answer."""
        await self.send(frame)
        return await self.hear()

    async def ask_all(self, frames: Iterable[object]) -> list[Frame]:
        """Send them at once, then hear an answer for each."""
        sent = list(frames)
        for frame in sent:
            await self.send(frame)
        return [await self.hear() for _ in sent]


def told(position_ms: float, *, stretches_ms: list[int], duration_ms: int, **more: Any) -> dict[str, Any]:
    """Return what a beat of a watching player says, but for its number and MAC; `more` says otherwise."""
    position = min(int(position_ms), 2**31 - 1)
    return {
        "position_ms": position,
        "rate_percent": 100,
        "playing": True,
        "visible": True,
        "focused": True,
        "seeking": False,
        "leaving": False,
        "stretch": stretch_of(min(position, duration_ms), stretches_ms),
        "idle_ms": 0,
    } | more


def stretch_of(position_ms: float, stretches_ms: list[int]) -> int:
    """Return the stretch in which it lies."""
    return max(0, sum(1 for start in stretches_ms if start <= position_ms) - 1)
