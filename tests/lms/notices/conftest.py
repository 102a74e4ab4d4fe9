"""A kind of notice that only tests have, and a gateway on this machine that may be told to fail."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django import Settings

from lms.notices.domain.channels import Channel
from lms.notices.kinds import NoticeKind, register

PLAIN = "test.plain"
CENTRE_ONLY = "test.centre_only"
register(
    NoticeKind(PLAIN, title="证书 %(number)s", text="证书 %(number)s 还有 %(days)s 天到期"),
    NoticeKind(CENTRE_ONLY, title="标题", text="正文", channels=(Channel.IN_APP,)),
)


class Operator:
    """An SMS gateway as an operator would run it. `failures`: how many times it fails before it takes a message."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.failures = 0
        operator = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operator.tokens.append(self.headers["Authorization"])
                if operator.failures:
                    operator.failures -= 1
                    self.send_error(503)
                    return
                operator.taken.append(body)
                answer = json.dumps({"receipt": f"r{len(operator.taken)}"}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"


@pytest.fixture
def operator(settings: Settings) -> Iterator[Operator]:
    """The operator's gateway, set as this installation's."""
    made = Operator()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = made.url, "token-of-tests"
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()
