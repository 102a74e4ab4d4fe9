"""Reading who may enter."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from analytics.xapi.models import XapiClient

_NOBODY = sha256(b"nobody").digest()


@dataclass(frozen=True, slots=True)
class Client:
    """A program that was let in. revoked_at: when it was shut out again."""

    id: int
    name: str
    key: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None


def client_of(key: str, secret: str) -> Client | None:
    """Return the client that these belong to, or None: unknown, shut out, or another secret. One query."""
    row = XapiClient.objects.filter(key=key, revoked_at=None).first()
    # A secret holds 256 random bits: one round of SHA-256 is as good as many, and every request pays for it.
    agrees = compare_digest(sha256(secret.encode()).digest(), bytes(row.secret_hash) if row else _NOBODY)
    return _client(row) if row is not None and agrees else None


def clients() -> tuple[Client, ...]:
    """Return all clients, those that may enter first, the newest first. One query."""
    return tuple(_client(row) for row in XapiClient.objects.order_by("-revoked_at", "-pk"))


def _client(row: XapiClient) -> Client:
    return Client(row.pk, row.name, row.key, frozenset(row.scopes), row.created_at, row.revoked_at)
