"""How a document number lies in the database: sealed by AES-256-GCM, and found by a keyed hash.

Losing LMS_FIELD_KEY loses the numbers; losing LMS_INDEX_KEY loses the look-up, not the numbers. Neither the number nor a
key is ever part of an error's text.
"""

import hmac
import os
from base64 import urlsafe_b64decode
from collections.abc import Iterable
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
    (sealed,) = seal_all([(text, context)])
    return sealed


def seal_all(pairs: Iterable[tuple[str, str]]) -> list[bytes]:
    """Return what `seal` gives for each text with its context, in the order given."""
    every, cipher, key_id = tuple(pairs), _cipher(CURRENT_KEY_ID), bytes([CURRENT_KEY_ID])
    chance = os.urandom(_NONCE_BYTES * len(every))  # asked for at once: each asking lets another thread in between
    nonces = (chance[at : at + _NONCE_BYTES] for at in range(0, len(chance), _NONCE_BYTES))
    return [
        key_id + nonce + cipher.encrypt(nonce, text.encode(), context.encode())
        for nonce, (text, context) in zip(nonces, every, strict=True)
    ]


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
    keyed = _keyed(settings.INDEX_KEY).copy()  # hmac.digest would let another thread in between for every number
    keyed.update(f"{kind}|{number}".encode())
    return keyed.digest()


def _cipher(key_id: int) -> AESGCM:
    if key_id != CURRENT_KEY_ID:
        raise Unreadable(f"no key with id {key_id}")
    return _cipher_of(settings.FIELD_KEY)


@cache
def _keyed(text: str) -> hmac.HMAC:
    """It is only ever copied, so one serves every thread."""
    return hmac.new(text.encode(), digestmod="sha256")


@cache
def _cipher_of(text: str) -> AESGCM:
    """It holds no state but the key, so one serves every thread."""
    key = urlsafe_b64decode(text)
    if len(key) != _KEY_BYTES:
        raise Unreadable("LMS_FIELD_KEY is not 32 bytes of URL-safe base64")
    return AESGCM(key)
