"""Idempotency keys: the same request again is answered with the same answer, another request under the key is refused."""

import hashlib
import json
from typing import Any

from infra.stripe_simulator.errors import Refusal
from infra.stripe_simulator.store import Store


def fingerprint(path: str, body: str) -> str:
    return hashlib.sha256(f"{path}\n{body}".encode()).hexdigest()


def earlier_answer(store: Store, key: str, request: str) -> tuple[int, dict[str, Any]] | None:
    """Return the answer that was given under this key. Raises Refusal when the request was another one."""
    row = store.db.execute("SELECT request, status, body FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row[0] != request:
        raise Refusal(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            kind="idempotency_error",
        )
    return row[1], json.loads(row[2])


def remember(store: Store, key: str, request: str, status: int, body: dict[str, Any]) -> None:
    store.db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, request, status, json.dumps(body)))
