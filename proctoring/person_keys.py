"""The key of each person: made at the first template, sealed by the installation's key, destroyed to erase.

A sealed value is: version 1 (one byte), nonce (12), AES-256-GCM ciphertext with tag; what and whose it is is
authenticated with it, so that a row copied over another person's row does not open.
"""

import secrets
from base64 import b64decode
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from proctoring.models import PersonKey

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12


class Erased(LookupError):
    """There is no key of this person: whatever was sealed by it is gone."""


class DoesNotOpen(RuntimeError):
    """A sealed value is damaged, another row's, or sealed under a key that is not there."""


def key_for(learner_id: int, at: datetime) -> bytes:
    """Return the person's key, made now if there is none. Inside the caller's transaction."""
    fresh = secrets.token_bytes(KEY_BYTES)
    row, made = PersonKey.objects.get_or_create(
        learner_id=learner_id,
        defaults={"sealed": seal(installation_key(), fresh, f"person {learner_id}"), "made_at": at},
    )
    return fresh if made else unseal(installation_key(), bytes(row.sealed), f"person {learner_id}")


def key_of(learner_id: int) -> bytes:
    """Return the person's key. Raises Erased."""
    row = PersonKey.objects.filter(learner_id=learner_id).first()
    if row is None:
        raise Erased(learner_id)
    return unseal(installation_key(), bytes(row.sealed), f"person {learner_id}")


def seal(key: bytes, data: bytes, context: str) -> bytes:
    """Return the data sealed; never twice the same bytes."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, data, _VERSION + context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Return the data. Raises DoesNotOpen."""
    nonce, box = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, box, sealed[:1] + context.encode())
    except (InvalidTag, ValueError):
        raise DoesNotOpen(context.split(maxsplit=1)[0]) from None


def installation_key() -> bytes:
    """Return the key that seals the keys of persons and the seeds of plans."""
    return _decoded(settings.FACE_KEY)


@lru_cache(maxsize=4)
def _decoded(text: str) -> bytes:
    try:
        key = b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured("LMS_FACE_KEY must be 32 bytes in URL-safe base64.")
    return key
