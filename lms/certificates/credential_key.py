"""The Ed25519 key of this installation, for QR codes and credentials."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings


@lru_cache(maxsize=4)
def _key(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(text))


def credential_key() -> Ed25519PrivateKey | None:
    """Return the key; None where there is none (LMS_CREDENTIAL_KEY): nothing is offered that could not be verified."""
    return _key(settings.CREDENTIAL_KEY) if settings.CREDENTIAL_KEY else None
