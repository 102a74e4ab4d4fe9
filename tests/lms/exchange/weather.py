"""A network between two installations that drops, doubles, holds back and reorders, by a seed."""

import random
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lms.exchange.domain.envelope import SIGNATURE_HEADER
from lms.exchange.ministry_gateway import PATH


class Weather:
    """A proxy in front of `target`. Counts what it did; `calm` lets everything through."""

    def __init__(self, target: str, seed: int) -> None:
        self.target, self.random, self.calm = target, random.Random(seed), False  # noqa: S311 — weather, no secret
        self.did: dict[str, int] = dict.fromkeys(("passed", "lost", "answer_lost", "doubled", "held", "late"), 0)
        self.held: list[tuple[bytes, str]] = []
        self.bag: list[str] = []
        self.lock = threading.Lock()
        weather = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                answer = weather.carried(data, self.headers.get(SIGNATURE_HEADER, ""))
                if answer is None:
                    self.close_connection = True
                    return
                status, body, signature = answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header(SIGNATURE_HEADER, signature)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def carried(self, data: bytes, signature: str) -> tuple[int, bytes, str] | None:
        """Return what the sender gets: status, body, signature; None = the line breaks."""
        with self.lock:
            what = "passed" if self.calm else self.next()
            self.did[what] += 1
            if what == "held":
                self.held.append((data, signature))
            late = self.held.pop(self.random.randrange(len(self.held))) if what == "late" and self.held else None
        if what in {"lost", "held"}:
            return None
        if late is not None:
            self.forward(*late)  # an old message arrives before this one
        answer = self.forward(data, signature)
        if what == "doubled":
            answer = self.forward(data, signature)
        return None if what == "answer_lost" else answer

    def next(self) -> str:
        """Return what happens next: each thing once before any comes again."""
        if not self.bag:
            self.bag = self.random.sample(list(self.did), len(self.did))
        return self.bag.pop()

    def forward(self, data: bytes, signature: str) -> tuple[int, bytes, str]:
        request = urllib.request.Request(  # noqa: S310 — this machine
            self.target + PATH, data=data, headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as got:  # noqa: S310 — as above
                return got.status, got.read(), got.headers.get(SIGNATURE_HEADER, "")
        except urllib.error.HTTPError as error:
            return error.code, error.read(), ""

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
