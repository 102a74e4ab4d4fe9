"""The key under which the beats of a session are chained: made from its uuid, so that it is written down nowhere."""

import hmac
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from django.conf import settings


@lru_cache(maxsize=20_000)
def beat_key(session_uuid: UUID) -> bytes:
    """Return the 32 bytes that only the page that opened the session is told."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"player.watching beat key 2 " + session_uuid.bytes, sha256)
