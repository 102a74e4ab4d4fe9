"""The compact signed text of a QR code: the facts of a certificate, which a page verifies without asking anybody.

`base64url(body) . base64url(signature)` without padding. body: UTF-8 of a JSON list [1, number, name, post, valid from,
valid to or "", version]; signature: Ed25519 (RFC 8032) over CONTEXT followed by the body.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CONTEXT = b"zhuxue certificate 1\n"
FORMAT = 1
FIELDS = 7
LONGEST = 2000


class BadToken(ValueError):
    """Not a text that this key has signed: `form` or `signature`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the code says. Days as ISO texts; valid_to "" = without end."""

    number: str
    name: str
    post: str
    valid_from: str
    valid_to: str
    version: int


def issue(claim: Claim, key: Ed25519PrivateKey) -> str:
    """Return the signed text of a claim."""
    parts = [FORMAT, claim.number, claim.name, claim.post, claim.valid_from, claim.valid_to, claim.version]
    body = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_encoded(body)}.{_encoded(key.sign(CONTEXT + body))}"


def read(text: str, key: Ed25519PublicKey) -> Claim:
    """Return what a text says. Raises BadToken."""
    try:
        if len(text) > LONGEST:
            raise BadToken("form")
        body, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split("."))
        key.verify(signature, CONTEXT + body)
        parts = json.loads(body)
    except InvalidSignature:
        raise BadToken("signature") from None
    except (ValueError, binascii.Error):
        raise BadToken("form") from None
    if not isinstance(parts, list) or len(parts) != FIELDS or parts[0] != FORMAT or not isinstance(parts[6], int):
        raise BadToken("form")
    number, name, post, valid_from, valid_to = (str(part) for part in parts[1:6])
    return Claim(number, name, post, valid_from, valid_to, parts[6])


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
