"""HTTP in a closed loop: some connections, each asks again as soon as it is answered, and every answer is checked."""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
_END_OF_HEAD = b"\r\n\r\n"
_CHUNK_BYTES = 65536
_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as bytes, and the body that is right; None: any with status 200 will do."""

    request: bytes
    expected: bytes | None = None


@dataclass(slots=True)
class Tally:
    """What came of it. wrong: the first few answers that were not as expected. latencies: seconds, of the right ones."""

    seconds: float = 0.0
    right: int = 0
    wrong_count: int = 0
    reopened: int = 0
    wrong: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.right / self.seconds

    def complain(self, text: str) -> None:
        self.wrong_count += 1
        if len(self.wrong) < 5:  # noqa: PLR2004 — enough to see what is the matter
            self.wrong.append(text)


class _Line:
    """One connection and the request that is under way on it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = self._open()
        self.ask: Ask | None = None
        self.sent_at = 0.0
        self.received = b""

    def reopen(self) -> None:
        self.socket.close()
        self.socket = self._open()

    def send(self, ask: Ask) -> None:
        self.ask, self.received, self.sent_at = ask, b"", time.perf_counter()
        self.socket.sendall(ask.request)

    def answer(self) -> tuple[bytes, bytes] | None:
        """Return head and body once they are whole; reads what is there."""
        chunk = self.socket.recv(_CHUNK_BYTES)
        if not chunk:
            raise ConnectionError("closed before the answer was whole")
        self.received += chunk
        head, found, body = self.received.partition(_END_OF_HEAD)
        if not found or len(body) < _length(head):
            return None
        return head, body

    def _open(self) -> socket.socket:
        opened = socket.create_connection((HOST, self.port), timeout=_PATIENCE_SECONDS)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


def drive(port: int, asks: Iterator[Ask], *, connections: int, seconds: float) -> Tally:
    """Ask for that long and return what came of it; answers under way at the end are waited for and counted."""
    tally = Tally()
    lines = [_Line(port) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
        began = time.perf_counter()
        for line in lines:
            line.send(next(asks))
        busy = len(lines)
        while busy:
            ready = selector.select(timeout=_PATIENCE_SECONDS)
            if not ready:
                tally.complain(f"{busy} requests had no answer within {_PATIENCE_SECONDS} s")
                break
            for key, _ in ready:
                if not _heard(key.data, selector, tally):
                    continue
                if time.perf_counter() - began < seconds:
                    key.data.send(next(asks))
                else:
                    selector.unregister(key.data.socket)
                    busy -= 1
        tally.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return tally


def _heard(line: _Line, selector: selectors.BaseSelector, tally: Tally) -> bool:
    """Read one connection; say whether it is free for the next request."""
    ask = line.ask
    if ask is None:
        raise AssertionError("only a connection that has asked is listened to")
    try:
        answer = line.answer()
    except OSError as error:
        tally.complain(f"{type(error).__name__}: {error}")
        _reopen(line, selector, tally)
        return True
    if answer is None:
        return False
    head, body = answer
    status = head[9:12]
    if status == b"200" and (ask.expected is None or body == ask.expected):
        tally.right += 1
        tally.latencies.append(time.perf_counter() - line.sent_at)
    else:
        tally.complain(_shown(head, body))
    if b"\r\nconnection: close" in head.lower():
        _reopen(line, selector, tally)
    return True


def _reopen(line: _Line, selector: selectors.BaseSelector, tally: Tally) -> None:
    tally.reopened += 1
    selector.unregister(line.socket)
    line.reopen()
    selector.register(line.socket, selectors.EVENT_READ, line)


def _length(head: bytes) -> int:
    """Return what the head promises. Raises ConnectionError for an answer of unknown length: we measure none such."""
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ConnectionError("an answer without Content-Length")


def _shown(head: bytes, body: bytes) -> str:
    first = head.split(b"\r\n", 1)[0].decode("latin-1")
    return f"{first}: {body[:120]!r}"


def request(method: str, path: str, port: int, *, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return a request as bytes."""
    rows = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    if body or method in {"POST", "PUT"}:
        rows.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*rows, "", ""]).encode() + body
