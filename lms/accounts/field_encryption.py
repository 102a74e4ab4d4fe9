"""How a document number lies in the database: sealed by AES-256-GCM, and found by a keyed hash.

Losing LMS_FIELD_KEY loses the numbers; losing LMS_INDEX_KEY loses the look-up, not the numbers. Neither the number nor a
key is ever part of an error's text.
"""

import hmac
import os
from base64 import urlsafe_b64decode
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

# The first byte of every sealed value names the key that sealed it. A second key becomes 2 and both stay readable
# until a command has sealed every row anew.
CURRENT_KEY_ID = 1
_NONCE_BYTES = 12
_KEY_BYTES = 32


class Unreadable(ValueError):
    """A sealed value was altered, belongs to another row, or was sealed by a key that this process does not have."""


def seal(text: str, *, context: str) -> bytes:
    """Return key id (1 byte), nonce (12) and ciphertext with tag; never twice the same bytes.

    context: what and whose the value is, such as `identity:17`; bound to the value, so that a row copied over another
    person's row cannot be read.
    """
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(CURRENT_KEY_ID).encrypt(nonce, text.encode(), context.encode())
    return bytes([CURRENT_KEY_ID]) + nonce + sealed


def unseal(sealed: bytes | memoryview, *, context: str) -> str:
    """Return the text. Raises Unreadable."""
    data = bytes(sealed)
    if len(data) <= 1 + _NONCE_BYTES:
        raise Unreadable("sealed value too short")
    nonce, body = data[1 : 1 + _NONCE_BYTES], data[1 + _NONCE_BYTES :]
    try:
        return _cipher(data[0]).decrypt(nonce, body, context.encode()).decode()
    except InvalidTag:
        raise Unreadable("sealed value altered, or not of this row") from None


def blind_index(kind: str, number: str) -> bytes:
    """Return the 32 bytes under which a number is found; without the key nobody can try numbers against them."""
    return hmac.digest(settings.INDEX_KEY.encode(), f"{kind}|{number}".encode(), "sha256")


def _cipher(key_id: int) -> AESGCM:
    if key_id != CURRENT_KEY_ID:
        raise Unreadable(f"no key with id {key_id}")
    return _cipher_of(settings.FIELD_KEY)


@cache
def _cipher_of(text: str) -> AESGCM:
    """It holds no state but the key, so one serves every thread."""
    key = urlsafe_b64decode(text)
    if len(key) != _KEY_BYTES:
        raise Unreadable("LMS_FIELD_KEY is not 32 bytes of URL-safe base64")
    return AESGCM(key)
