"""A witness of our own: cosigns a head as an authority would."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.domain.note import COSIGNATURE, Signature, VerifierKey, cosigned_text, parse_note
from analytics.learning_log.models import Cosignature

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"the key of a witness, for tests.")
WITNESS = VerifierKey("witness.example/w1", PRIVATE.public_key().public_bytes_raw(), COSIGNATURE)
COSIGNED_AT = 1_778_290_200


def cosigned(note: str, at: int = COSIGNED_AT) -> str:
    """The witness's line for a head."""
    text = parse_note(note).text
    return Signature(WITNESS.name, WITNESS.id, at.to_bytes(8, "big") + PRIVATE.sign(cosigned_text(text, at))).line


def a_cosignature(note: str, size: int) -> Cosignature:
    """An unsaved row."""
    return Cosignature(head_size=size, witness=WITNESS.name, line=cosigned(note), verifier_key=WITNESS.text,
                       cosigned_at=datetime.fromtimestamp(COSIGNED_AT, UTC))  # fmt: skip
