"""The HTTP server: the API for shops, the pages for payers, and a door for whoever directs a test."""

import base64
import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from infra.stripe_simulator import api, checkout, disputes, errors, pages, parameters
from infra.stripe_simulator.events import Courier, Disorder
from infra.stripe_simulator.payment_methods import BY_NAME, WALLETS, of_number
from infra.stripe_simulator.store import Store, new_id

SESSION = re.compile(r"/c/pay/(cs_[0-9a-z_]+)")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], *, store: Store, courier: Courier, key: str) -> None:
        self.store, self.courier, self.key = store, courier, key
        super().__init__(address, Handler)

    @property
    def own_address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = parameters.LARGEST_BODY + 1
        if not 0 <= length <= parameters.LARGEST_BODY:
            self.close_connection = True
            return self._json(413, errors.Refusal("Request too large.", status=413).body())
        return self._serve(self.rfile.read(length).decode("utf-8", "replace"))

    def _serve(self, body: str) -> None:
        parts = urlsplit(self.path)
        page = SESSION.fullmatch(parts.path)
        if page:
            return self._pay(page.group(1), parameters.parse(body) if self.command == "POST" else None)
        if parts.path == "/_simulator/ready":
            return self._json(200, {"ready": True})
        if parts.path == "/favicon.ico":
            return self._send(204, b"", "image/x-icon")
        if not self._knows_key():
            return self._json(401, errors.Refusal("Invalid API Key provided.", status=401).body())
        if parts.path.startswith("/_simulator/"):
            return self._direct(parts.path.removeprefix("/_simulator/"), parameters.parse(body))
        given = parameters.parse(body or parts.query)
        call = api.Call(
            self.command, parts.path, given, body, self.server.own_address, self.headers.get("Idempotency-Key")
        )
        return self._json(*api.answer(self.server.store, call))

    def _knows_key(self) -> bool:
        kind, _, value = (self.headers.get("Authorization") or "").partition(" ")
        if kind == "Basic":
            value = base64.b64decode(value + "==").decode("utf-8", "replace").rstrip(":")
        return value == self.server.key

    def _pay(self, identity: str, given: dict[str, Any] | None) -> None:
        store = self.server.store
        try:
            with store.transaction():
                session = checkout.get(store, identity)
                if given is None or session["status"] != "open":
                    return self._show(session)
                intent = self._answered(session, given)
                session = checkout.get(store, identity)
        except errors.Refusal as refusal:
            return self._html(refusal.status, f"<p>{refusal.message}</p>")
        if session["status"] == "complete":
            return self._redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        return self._show(session, intent)

    def _answered(self, session: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        store = self.server.store
        if "bank" in given:
            return checkout.answer_bank(store, session["id"], agreed=given["bank"] == "yes")
        method = WALLETS.get(str(given.get("kind"))) or of_number(str(given.get("number", "")))
        if method is None:
            return {"status": "requires_payment_method", "last_payment_error": {"decline_code": "unknown"}}
        return checkout.pay(store, session["id"], method.name)

    def _show(self, session: dict[str, Any], intent: dict[str, Any] | None = None) -> None:
        if session["status"] != "open":
            return self._html(200, pages.over(session))
        if intent is None and session["payment_intent"]:
            intent = self.server.store.find("payment_intent", session["payment_intent"])
        if intent and intent["status"] == "requires_action":
            return self._html(200, pages.bank(session, kind=BY_NAME[intent["payment_method"]].kind))
        error = (intent or {}).get("last_payment_error")
        return self._html(200, pages.checkout(session, why=error["decline_code"] if error else None))

    def _direct(self, deed: str, given: dict[str, Any]) -> None:
        store, courier = self.server.store, self.server.courier
        try:
            with store.transaction():
                if deed == "disorder":
                    courier.disorder = Disorder.of(given)
                elif deed == "dispute":
                    charge = store.find("charge", parameters.text(given, "charge"))
                    disputes.open_dispute(store, charge or {"paid": False, "disputed": False})
                elif deed == "close_dispute":
                    disputes.close_dispute(store, parameters.text(given, "dispute"), won=given.get("won") == "true")
                elif deed == "again":
                    store.db.execute("UPDATE deliveries SET done = 0, due = 0")
                else:
                    raise errors.Refusal(f"Unknown: {deed}", status=404)
        except errors.Refusal as refusal:
            return self._json(refusal.status, refusal.body())
        waiting = store.db.execute("SELECT count(*) FROM deliveries WHERE done = 0").fetchone()[0]
        return self._json(200, {"waiting": waiting})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _html(self, status: int, body: str) -> None:
        self._send(status, body.encode(), "text/html; charset=utf-8")

    def _redirect(self, where: str) -> None:
        self._send(303, b"", "text/plain", {"Location": where})

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Request-Id": new_id("req"), **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form: str, *values: Any) -> None:
        """Nothing: addresses of sessions are secrets of their payers."""
