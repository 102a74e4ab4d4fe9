"""A learner before a camera: speaks the presence protocol (docs/protocols/proctoring.md), plays a film, remembers each answer."""

import asyncio
import json
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.bench.load.sockets import Socket, connect

BEGIN = b'{"type":"begin","camera":{"label":"HD Webcam","width":640,"height":480}}'
_HEAD = struct.Struct(">16sIQ")
_PATIENCE_SECONDS = 30.0


@dataclass(slots=True)
class Sitter:
    """One check that waits. latencies: seconds from sending each picture to the first word about it or a later one."""

    cookie: str
    check: str
    film: Sequence[bytes]
    per_second: float
    latencies: list[float] = field(default_factory=list)
    sent: int = 0
    unanswered: int = 0
    waits: int = 0
    trouble: list[str] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    _socket: Socket | None = None
    _under_way: dict[int, float] = field(default_factory=dict)
    _heard: "asyncio.Queue[dict[str, Any]]" = field(default_factory=asyncio.Queue)

    async def open(self, port: int) -> None:
        self._socket = await connect(
            port, f"/ws/face/{self.check}/", cookie=self.cookie, on_text=self._hear, on_close=self._closed
        )
        await self._wait_for("hello")

    async def play(self, pictures: int, *, late: float = 0.0) -> None:
        """Begin a try, send so many pictures at the pace of a camera, end it, wait for the verdict. late: wait so long before."""
        await asyncio.sleep(late)
        socket = self._open_socket()
        socket.send(BEGIN)
        challenge = await self._wait_for("challenge")
        nonce = bytes.fromhex(challenge["nonce"])
        began = time.perf_counter()
        for number in range(pictures):
            due = began + number / self.per_second
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            head = _HEAD.pack(nonce, number + 1, int(time.time() * 1000))
            self._under_way[number + 1] = time.perf_counter()
            socket.send_bytes(head + self.film[number % len(self.film)])
            self.sent += 1
        socket.send(json.dumps({"type": "end", "nonce": challenge["nonce"]}).encode())
        self.verdicts.append(await self._wait_for("verdict"))
        self.unanswered += len(self._under_way)
        self._under_way.clear()

    def leave(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open_socket(self) -> Socket:
        if self._socket is None:
            raise RuntimeError("not open")
        return self._socket

    def _hear(self, text: bytes) -> None:
        frame: dict[str, Any] = json.loads(text)
        if frame["type"] == "guide":
            now = time.perf_counter()
            for seq in [seq for seq in self._under_way if seq <= frame["seq"]]:
                self.latencies.append(now - self._under_way.pop(seq))
        elif frame["type"] == "wait":
            self.waits += 1
        else:
            self._heard.put_nowait(frame)

    async def _wait_for(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            frame = await self._heard.get()
        if frame["type"] != kind:
            raise RuntimeError(f"{kind} was waited for, and {frame} came")
        return frame

    def _closed(self, code: int) -> None:
        if self._socket is not None:
            self.trouble.append(f"closed with {code}")
            self._heard.put_nowait({"type": "closed", "code": code})


def sitters_of(seats: Sequence[Mapping[str, Any]], film: Sequence[bytes], per_second: float) -> list[Sitter]:
    return [Sitter(seat["cookie"], seat["check"], film, per_second) for seat in seats]
