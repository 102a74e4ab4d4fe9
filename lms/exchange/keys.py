"""The key by which this installation signs: the one place that reads it."""

from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

KEY_BYTES = 32


class NoExchangeKey(RuntimeError):
    """The installation has no key for the exchange, or one that is none."""


def own_key() -> Ed25519PrivateKey:
    """Return LMS_EXCHANGE_KEY, 32 bytes in URL-safe base64. Raises NoExchangeKey."""
    try:
        seed = urlsafe_b64decode(settings.EXCHANGE_KEY)
    except ValueError:
        seed = b""
    if len(seed) != KEY_BYTES:
        raise NoExchangeKey("LMS_EXCHANGE_KEY (or LMS_EXCHANGE_KEY_FILE) must hold 32 bytes in URL-safe base64")
    return Ed25519PrivateKey.from_private_bytes(seed)


def own_public_key() -> bytes:
    """Return what other installations are given to know us by."""
    return own_key().public_key().public_bytes_raw()
