"""WebSockets as cheap as Python has them: no extensions, no fragments, masks of zeros; one call for each text frame."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

HOST = "127.0.0.1"
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
_NO_MASK = bytes(4)  # a client's frame must be masked; by zeros it stays as it is
_SHORT, _MEDIUM = 126, 127
_LONGEST_MEDIUM = 0xFFFF
_ABNORMAL = 1006
_SWITCHING = b"HTTP/1.1 101"


class Refused(ConnectionError):
    """The server did not switch to WebSocket."""


class Socket(asyncio.Protocol):
    """One connection. on_text hears each text frame as bytes; on_close the code, 1006 when the connection was lost."""

    def __init__(self, head: bytes, on_text: Callable[[bytes], None], on_close: Callable[[int], None]) -> None:
        self._head = head
        self._on_text = on_text
        self._on_close = on_close
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self._code = _ABNORMAL
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream is wanted")
        self._transport = transport
        transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self.open.done() and not self._shake_hands():
            return
        while frame := self._next_frame():
            self._hear(*frame)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(Refused(f"closed before the handshake was done: {error}"))
            self.open.exception()  # whoever waits sees it; if nobody does, nobody is told
        else:
            self._on_close(self._code)

    def send(self, text: bytes) -> None:
        self._write(_TEXT, text)

    def send_bytes(self, data: bytes) -> None:
        self._write(_BINARY, data)

    def close(self) -> None:
        """Say goodbye and go; `on_close` is called later."""
        if self._transport is not None:
            self._write(_CLOSE, struct.pack(">H", 1000))
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _shake_hands(self) -> bool:
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(_SWITCHING):
            self.open.set_exception(Refused(head.split(b"\r\n", 1)[0].decode("latin-1")))
            self.open.exception()
            self.abort()
            return False
        self._received = rest
        self.open.set_result(None)
        return True

    def _next_frame(self) -> tuple[int, bytes] | None:
        """Take one whole frame off what was received. A server's frames are not masked."""
        data = self._received
        if len(data) < 2:  # noqa: PLR2004 — the shortest header
            return None
        length, at = data[1], 2
        if length == _SHORT:
            length, at = int.from_bytes(data[2:4]), 4
        elif length == _MEDIUM:
            length, at = int.from_bytes(data[2:10]), 10
        if len(data) < at + length:
            return None
        self._received = data[at + length :]
        return data[0], data[at : at + length]

    def _hear(self, kind: int, body: bytes) -> None:
        if kind == _TEXT:
            self._on_text(body)
        elif kind == _PING:
            self._write(_PONG, body)
        elif kind == _CLOSE:
            self._code = int.from_bytes(body[:2]) if len(body) > 1 else 1005
            if self._transport is not None:
                self._write(_CLOSE, body[:2])
                self._transport.close()

    def _write(self, kind: int, body: bytes) -> None:
        length = len(body)
        if length < _SHORT:
            head = bytes((kind, 0x80 | length))
        elif length <= _LONGEST_MEDIUM:
            head = struct.pack(">BBH", kind, 0x80 | _SHORT, length)
        else:
            head = struct.pack(">BBQ", kind, 0x80 | _MEDIUM, length)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head + _NO_MASK + body)


async def connect(
    port: int,
    path: str,
    *,
    on_text: Callable[[bytes], None],
    on_close: Callable[[int], None] = lambda _code: None,
    cookie: str = "",
    source: str = "",
    seconds: float = 30,
) -> Socket:
    """Open a WebSocket as a browser of our own site does. Raises Refused, OSError, TimeoutError.

    source: the address to come from, 127.x.y.z, when one address has too few ports.
    """
    rows = [
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        f"Origin: http://{HOST}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *([f"Cookie: sessionid={cookie}"] if cookie else []),
        "",
        "",
    ]
    head = "\r\n".join(rows).encode()
    async with asyncio.timeout(seconds):
        _, socket = await asyncio.get_running_loop().create_connection(
            lambda: Socket(head, on_text, on_close), HOST, port, local_addr=(source, 0) if source else None
        )
        await socket.open
    return socket
