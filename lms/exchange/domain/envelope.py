"""A message as it travels: JSON with sorted keys, signed over its bytes by Ed25519 (RFC 8032)."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 1
LARGEST_BYTES = 1_000_000
SIGNATURE_HEADER = "X-Zhuxue-Signature"


class BadEnvelope(ValueError):
    """The bytes are no message: the name of the first field that is wrong."""


class BadSignature(ValueError):
    """The bytes are not what the sender signed."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message. id: the sender's own, the same each time it is sent. answers: id of the message answered, or None."""

    id: UUID
    kind: str
    sender: str
    recipient: str
    sent_at: datetime
    body: Mapping[str, object]
    answers: UUID | None = None

    def to_bytes(self) -> bytes:
        """Return the bytes that are signed and sent; equal envelopes give equal bytes."""
        plain = {
            "v": VERSION,
            "id": str(self.id),
            "kind": self.kind,
            "from": self.sender,
            "to": self.recipient,
            "sent_at": self.sent_at.isoformat(),
            "answers": str(self.answers) if self.answers else None,
            "body": self.body,
        }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes) -> Envelope:
    """Return the message of these bytes, its signature unchecked. Raises BadEnvelope."""
    if len(data) > LARGEST_BYTES:
        raise BadEnvelope("size")
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        raise BadEnvelope("json") from None
    if not isinstance(plain, dict) or plain.get("v") != VERSION:
        raise BadEnvelope("v")
    texts = {name: plain.get(name) for name in ("kind", "from", "to", "sent_at")}
    wrong = next((name for name, value in texts.items() if not isinstance(value, str) or not value), None)
    if wrong is not None:
        raise BadEnvelope(wrong)
    if not isinstance(plain.get("body"), dict):
        raise BadEnvelope("body")
    return Envelope(
        id=_uuid(plain, "id"),
        kind=str(texts["kind"]),
        sender=str(texts["from"]),
        recipient=str(texts["to"]),
        sent_at=_moment(str(texts["sent_at"])),
        body=plain["body"],
        answers=None if plain.get("answers") is None else _uuid(plain, "answers"),
    )


def sign(data: bytes, key: Ed25519PrivateKey) -> str:
    """Return the signature as it stands in the header: base64."""
    return b64encode(key.sign(data)).decode()


def verify(data: bytes, signature: str, public_key: bytes) -> None:
    """Raise BadSignature unless the holder of the key signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError):
        raise BadSignature from None


def _uuid(plain: Mapping[str, object], name: str) -> UUID:
    value = plain.get(name)
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise BadEnvelope(name) from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadEnvelope("sent_at") from None
    if found.tzinfo is None:
        raise BadEnvelope("sent_at")
    return found
