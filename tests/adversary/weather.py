"""Bad networks: a TCP proxy of a few lines before the house, that delays, cuts, forgets and drips."""

import asyncio
import contextlib
import random
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from tests.adversary.wire import Site


@dataclass(slots=True)
class Sky:
    """How the network is at the moment. bytes_per_second 0: as fast as it goes."""

    latency_ms: float = 0
    jitter_ms: float = 0
    bytes_per_second: int = 0
    is_cut: bool = False  # connections are broken, new ones refused
    is_deaf: bool = False  # half open: connections stand, nothing comes through


class Weather:
    """Two proxies, for pages and for sockets, under one sky."""

    def __init__(self, site: Site, sky: Sky | None = None) -> None:
        self.behind, self.sky = site, sky or Sky()
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._running: set[asyncio.Task[None]] = set()
        self.site = site

    async def __aenter__(self) -> Self:
        ports = []
        for url in (self.behind.http, self.behind.socket):
            parts = urlsplit(url)
            assert parts.hostname
            assert parts.port

            async def serve(
                reader: asyncio.StreamReader,
                writer: asyncio.StreamWriter,
                where: tuple[str, int] = (parts.hostname, parts.port),
            ) -> None:
                await self._serve(reader, writer, where)

            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            self._servers.append(server)
            ports.append(server.sockets[0].getsockname()[1])
        self.site = Site(f"http://127.0.0.1:{ports[0]}", f"ws://127.0.0.1:{ports[1]}")
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()
        self._break_all()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def cut(self, seconds: float) -> None:
        """No network at all for so long."""
        self.sky.is_cut = True
        self._break_all()
        await asyncio.sleep(seconds)
        self.sky.is_cut = False

    async def deafen(self, seconds: float) -> None:
        """Half open: nobody is told, and nothing arrives; at the end the connections are found dead."""
        self.sky.is_deaf = True
        await asyncio.sleep(seconds)
        self._break_all()
        self.sky.is_deaf = False

    def _break_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: tuple[str, int]) -> None:
        if self.sky.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*where)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        ways = [
            asyncio.create_task(self._carry(reader, far_writer)),
            asyncio.create_task(self._carry(far_reader, writer)),
        ]
        self._running |= set(ways)
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._running -= set(ways)
            self._open -= {writer, far_writer}
            for end in (writer, far_writer):
                end.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(self._portion()):
                sky = self.sky
                delay_ms = sky.latency_ms + random.uniform(0, sky.jitter_ms)  # noqa: S311 — not a secret
                if sky.bytes_per_second:
                    delay_ms += len(data) * 1000 / sky.bytes_per_second
                await asyncio.sleep(delay_ms / 1000)
                while self.sky.is_deaf:
                    await asyncio.sleep(0.1)
                writer.write(data)
                await writer.drain()

    def _portion(self) -> int:
        return max(1, self.sky.bytes_per_second // 10) if self.sky.bytes_per_second else 65_536
