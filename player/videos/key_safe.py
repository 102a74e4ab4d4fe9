"""Master keys at rest: sealed under the installation's LMS_MEDIA_KEY, each to its own video.

A sealed key is: version 2 (one byte), which key sealed it (8), nonce (12), AES-256-GCM ciphertext and tag (48); all
that stands before the nonce, and the video's uuid, are authenticated with it, so that a key moved to another row does
not open. Version 1 did not say which key; any that is known may open it. Keys of LMS_MEDIA_KEY_OLD open and never seal.
"""

import base64
import hashlib
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from player.domain.stretch_keys import MASTER_KEY_BYTES

_FIRST_VERSION, _VERSION = b"\x01", b"\x02"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES


class KeyDoesNotOpen(RuntimeError):
    """A sealed key is damaged, another video's, or sealed under a key that is not in the settings."""


def new_master_key() -> bytes:
    return secrets.token_bytes(MASTER_KEY_BYTES)


def seal(master_key: bytes, *, video_uuid: UUID) -> bytes:
    nonce, head = secrets.token_bytes(_NONCE_BYTES), current_head()
    return head + nonce + _cipher(settings.MEDIA_KEY).encrypt(nonce, master_key, head + video_uuid.bytes)


def unseal(sealed: bytes, *, video_uuid: UUID) -> bytes:
    """Return the master key. Raises KeyDoesNotOpen."""
    keys = (settings.MEDIA_KEY, *settings.MEDIA_KEYS_OLD)
    if sealed[:1] == _FIRST_VERSION:
        head, fitting = b"", keys
        rest = sealed[1:]
    else:
        head, rest = sealed[:HEAD_BYTES], sealed[HEAD_BYTES:]
        fitting = tuple(key for key in keys if _head(key) == head)
    nonce, box = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
    for key in fitting:
        try:
            return _cipher(key).decrypt(nonce, box, head + video_uuid.bytes)
        except (InvalidTag, ValueError):
            continue
    raise KeyDoesNotOpen(f"the key of video {video_uuid}, sealed under {sealed[1:HEAD_BYTES].hex()}")


def current_head() -> bytes:
    """Return how everything begins that is sealed now: version and key."""
    return _head(settings.MEDIA_KEY)


def current_key_id() -> str:
    """Return which key seals now, for people and logs; it tells nothing of the key."""
    return current_head()[1:].hex()


def _head(key: str) -> bytes:
    return _VERSION + hashlib.sha256(b"zhuxue media key" + _decoded(key)).digest()[:_KEY_ID_BYTES]


def _cipher(key: str) -> AESGCM:
    return AESGCM(_decoded(key))


@lru_cache(maxsize=16)
def _decoded(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key, altchars=b"-_", validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != MASTER_KEY_BYTES:
        raise ImproperlyConfigured("LMS_MEDIA_KEY and each of LMS_MEDIA_KEY_OLD must be 32 bytes in URL-safe base64.")
    return decoded
