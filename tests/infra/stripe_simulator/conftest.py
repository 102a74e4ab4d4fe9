"""A simulator in this process, a shop's ear for its events, and the official library as its client."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from infra.stripe_simulator.events import Courier
from infra.stripe_simulator.server import Server
from infra.stripe_simulator.store import Store

KEY, SECRET = "sk_test_shop", "whsec_shop"


@dataclass(slots=True)
class Ear:
    """What a shop heard: (body, signature), in the order of arrival. refuse: answer so many with 500 first."""

    heard: list[tuple[bytes, str]] = field(default_factory=list)
    refuse: int = 0

    def events(self) -> list[stripe.Event]:
        return [stripe.Webhook.construct_event(body, header, SECRET) for body, header in self.heard]


@dataclass(frozen=True, slots=True)
class House:
    """The running simulator, and its shop's ear. The courier is not started: tests call its rounds."""

    server: Server
    courier: Courier
    ear: Ear
    client: stripe.StripeClient


def _serve(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def house() -> Iterator[House]:
    ear = Ear()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refused = ear.refuse > 0
            ear.refuse -= refused
            if not refused:
                ear.heard.append((body, self.headers["Stripe-Signature"]))
            self.send_response(500 if refused else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    for url in _serve(ThreadingHTTPServer(("127.0.0.1", 0), Listener)):
        store = Store()
        courier = Courier(store, url, SECRET)
        server = Server(("127.0.0.1", 0), store=store, courier=courier, key=KEY)
        for own in _serve(server):
            client = stripe.StripeClient(KEY, base_addresses={"api": own}, max_network_retries=0)
            yield House(server, courier, ear, client)
