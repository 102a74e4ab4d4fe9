"""The load generators count only what is right: against small servers that answer wrongly, hang up, and say goodbye."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from itertools import cycle

import pytest
from websockets.asyncio.server import ServerConnection, serve

from infra.bench.load.http import Ask, drive, request
from infra.bench.load.sockets import Refused, connect
from infra.embedded.programs import free_port

RIGHT = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"
OTHER = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood"


@contextlib.contextmanager
def answering(*answers: bytes, at_a_time: int = 100_000) -> Iterator[int]:
    """A server on a port of ours that gives these answers in turn, each cut into pieces; b"" hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve_one(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            for answer in cycle(answers):
                if not line.recv(65536) or not answer:
                    return
                for begin in range(0, len(answer), at_a_time):
                    line.sendall(answer[begin : begin + at_a_time])

    def run() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve_one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def asks(port: int) -> Iterator[Ask]:
    return cycle([Ask(request("GET", "/", port), b"good")])


def test_right_answers_are_counted_and_timed() -> None:
    with answering(RIGHT, at_a_time=7) as port:
        tally = drive(port, asks(port), connections=3, seconds=0.3)
    assert tally.right == len(tally.latencies) > 3
    assert (tally.wrong_count, tally.reopened) == (0, 0)
    assert tally.per_second == tally.right / tally.seconds


def test_other_bytes_and_refusals_are_no_answers() -> None:
    with answering(RIGHT, OTHER, REFUSAL) as port:
        tally = drive(port, asks(port), connections=1, seconds=0.3)
    assert tally.wrong_count >= tally.right > 0
    assert any("403" in text for text in tally.wrong)
    assert any("bad" in text for text in tally.wrong)


def test_a_line_that_is_hung_up_is_told_and_opened_again() -> None:
    with answering(RIGHT, b"") as port:
        tally = drive(port, asks(port), connections=1, seconds=0.3)
    assert tally.reopened == tally.wrong_count > 0
    assert "ConnectionError" in tally.wrong[0]


def test_a_server_that_asks_for_a_new_connection_gets_one() -> None:
    with answering(LAST) as port:
        tally = drive(port, asks(port), connections=2, seconds=0.3)
    assert tally.reopened >= tally.right > 0
    assert tally.wrong_count == 0


async def test_a_socket_hears_frames_of_every_length_and_answers_pings() -> None:
    async def server(line: ServerConnection) -> None:
        await asyncio.wait_for(await line.ping(), 5)
        async for text in line:
            await line.send(text)
        assert line.close_code is not None

    heard: asyncio.Queue[bytes] = asyncio.Queue()
    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    port = free_port()
    async with serve(server, "127.0.0.1", port, max_size=None):
        line = await connect(port, "/", on_text=heard.put_nowait, on_close=closed.set_result)
        for length in (0, 125, 126, 65_535, 65_536):
            line.send(b"x" * length)
            assert len(await asyncio.wait_for(heard.get(), 5)) == length
        line.close()
        await asyncio.wait_for(closed, 5)


async def test_a_close_code_is_told() -> None:
    async def server(line: ServerConnection) -> None:
        await line.close(4409, "elsewhere")

    closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    port = free_port()
    async with serve(server, "127.0.0.1", port):
        await connect(port, "/", on_text=lambda _: None, on_close=closed.set_result)
        assert await asyncio.wait_for(closed, 5) == 4409


async def test_a_server_that_does_not_switch_is_a_refusal() -> None:
    with answering(REFUSAL) as port, pytest.raises(Refused, match="403"):
        await connect(port, "/", on_text=lambda _: None, seconds=5)
