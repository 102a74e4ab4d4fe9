"""The supervisor's own questions: what counts as an answer, and what does not."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from websockets.sync.server import ServerConnection, serve

from infra.embedded import probes


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def http_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def socket_port() -> Iterator[int]:
    def answer(connection: ServerConnection) -> None:
        path = connection.request.path if connection.request else ""
        connection.send("ok" if path == "/ws/health" else "no")

    with serve(answer, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.socket.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_only_200_is_an_answer(http_port: int, closed_port: int) -> None:
    assert probes.http_answers("127.0.0.1", http_port)
    assert not probes.http_answers("127.0.0.1", http_port, "/elsewhere")
    assert not probes.http_answers("127.0.0.1", closed_port)


def test_only_the_expected_text_is_an_answer(socket_port: int, http_port: int, closed_port: int) -> None:
    assert probes.socket_answers("127.0.0.1", socket_port)
    assert not probes.socket_answers("127.0.0.1", socket_port, "/ws/other")
    assert not probes.socket_answers("127.0.0.1", http_port)  # speaks HTTP, and no more
    assert not probes.socket_answers("127.0.0.1", closed_port)
