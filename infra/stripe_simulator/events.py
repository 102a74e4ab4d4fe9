"""Events: what happened, once; and their deliveries: signed, retried, and as disorderly as one asks for."""

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from infra.stripe_simulator.store import Store, Thing, new_id, now

API_VERSION = "2026-10-28.endive"
FIRST_RETRY_SECONDS = 2.0
LAST_RETRY_SECONDS = 3600.0
MOST_TRIES = 60  # about three days, as Stripe's
TIMEOUT_SECONDS = 20
OK_HUNDREDS = 2


def emit(store: Store, kind: str, thing: Thing) -> Thing:
    """Write down what happened and one delivery of it, in the transaction of the deed."""
    event = store.add(
        {
            "id": new_id("evt"), "object": "event", "api_version": API_VERSION, "created": now(), "livemode": False,
            "type": kind, "data": {"object": json.loads(json.dumps(thing))}, "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
        }
    )  # fmt: skip
    store.db.execute("INSERT INTO deliveries (event, due) VALUES (?, ?)", (event["id"], time.time()))
    return event


def signature(secret: str, payload: bytes, at: int) -> str:
    """Return the `Stripe-Signature` header of a payload: HMAC-SHA256 over `timestamp.payload`, scheme v1."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


@dataclass(slots=True)
class Disorder:
    """How events go out. copies: each so often; shuffle: a round in random order; hold: keep all back until told otherwise."""

    copies: int = 1
    shuffle: bool = False
    hold: bool = False
    wrong_signature: bool = False
    chance: random.Random = field(default_factory=random.Random)

    @classmethod
    def of(cls, given: dict[str, Any]) -> "Disorder":
        def yes(name: str) -> bool:
            return given.get(name) in ("true", "1", "yes")

        chance = random.Random(int(given.get("seed") or now()))  # noqa: S311 — an order of parcels
        copies = max(1, min(int(given.get("copies") or 1), 50))
        return cls(copies, yes("shuffle"), yes("hold"), yes("wrong_signature"), chance)


class Courier:
    """The thread that delivers. An answer other than 2xx, or none, is tried again after 2, 4, 8 … s, at most an hour apart."""

    def __init__(self, store: Store, url: str, secret: str) -> None:
        self.store, self.url, self.secret = store, url, secret
        self.disorder = Disorder()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(timeout=5)

    def _run(self) -> None:
        while not self.stopping.wait(0.1):
            self.round()

    def round(self) -> int:
        """Deliver what is due, and return how many were taken."""
        if not self.url or self.disorder.hold:
            return 0
        with self.store.lock:
            due = self.store.db.execute(
                "SELECT place, event, tries FROM deliveries WHERE done = 0 AND due <= ? ORDER BY place LIMIT 500",
                (time.time(),),
            ).fetchall()
        parcels = [parcel for parcel in due for _ in range(self.disorder.copies)]
        if self.disorder.shuffle:
            self.disorder.chance.shuffle(parcels)
        taken = {place: self.deliver(event) for place, event, _ in parcels}
        with self.store.transaction():
            for place, _, tries in due:
                wait = min(FIRST_RETRY_SECONDS * 2**tries, LAST_RETRY_SECONDS)
                over = taken[place] or tries + 1 >= MOST_TRIES
                self.store.db.execute(
                    "UPDATE deliveries SET done = ?, tries = tries + 1, due = ? WHERE place = ?",
                    (int(over), time.time() + wait, place),
                )
        return sum(taken.values())

    def deliver(self, event_id: str, *, at: int | None = None) -> bool:
        """Send an event once, signed as of `at` (now); return whether it was taken."""
        event = self.store.find("event", event_id)
        assert event is not None  # noqa: S101 — deliveries are written together with their event
        payload = json.dumps(event, ensure_ascii=False).encode()
        secret = self.secret + ("x" if self.disorder.wrong_signature else "")
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(secret, payload, at or now()),
            "User-Agent": "Stripe/1.0 (simulator)",
        }
        request = urllib.request.Request(self.url, payload, headers)  # noqa: S310 — the address is the operator's own
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                return int(answer.status) // 100 == OK_HUNDREDS
        except (urllib.error.URLError, OSError):
            return False
