"""Master keys at rest: sealed under the installation's LMS_MEDIA_KEY, each to its own video.

A sealed key is: version 1 (one byte), nonce (12), AES-256-GCM ciphertext and tag (48); the video's uuid is
authenticated with it, so that a key moved to another row does not open.
"""

import base64
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from player.domain.stretch_keys import MASTER_KEY_BYTES

_VERSION = b"\x01"
_NONCE_BYTES = 12


class KeyDoesNotOpen(RuntimeError):
    """A sealed key is damaged, another video's, or sealed under another LMS_MEDIA_KEY."""


def new_master_key() -> bytes:
    return secrets.token_bytes(MASTER_KEY_BYTES)


def seal(master_key: bytes, *, video_uuid: UUID) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + _cipher().encrypt(nonce, master_key, video_uuid.bytes)


def unseal(sealed: bytes, *, video_uuid: UUID) -> bytes:
    """Return the master key. Raises KeyDoesNotOpen."""
    if sealed[:1] != _VERSION:
        raise KeyDoesNotOpen("of an unknown version")
    nonce, rest = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return _cipher().decrypt(nonce, rest, video_uuid.bytes)
    except InvalidTag:
        raise KeyDoesNotOpen(f"the key of video {video_uuid}") from None


def _cipher() -> AESGCM:
    key = base64.urlsafe_b64decode(settings.MEDIA_KEY)
    if len(key) != MASTER_KEY_BYTES:
        raise ImproperlyConfigured("LMS_MEDIA_KEY must be 32 bytes in URL-safe base64.")
    return AESGCM(key)
