"""The chain of beats: each is sealed over the one before, so that a session has one history and no second one."""

import hmac
from hashlib import sha256
from uuid import UUID

from player.domain.heartbeat import Beat

KEY_BYTES = 32
MAC_BYTES = 32


def first_mac(key: bytes, session_uuid: UUID) -> bytes:
    """Return what the first beat of a session is chained to (32 bytes)."""
    return hmac.digest(key, b"zhuxue watch 2 " + str(session_uuid).encode(), sha256)


def next_mac(key: bytes, previous: bytes, beat: Beat) -> bytes:
    """Return the MAC that this beat must carry, given that of the one before (each 32 bytes)."""
    return hmac.digest(key, previous + text_of(beat).encode(), sha256)


def text_of(beat: Beat) -> str:
    """Return the beat as the ASCII text that is sealed: docs/protocols/watching.md section 3.

    >>> text_of(Beat(seq=42, position_ms=763000, playing=True, stretch=31, idle_ms=4000))
    'beat|42|763000|100|1|1|1|0|0|31|4000'
    """
    said = f"beat|{beat.seq}|{beat.position_ms}|{beat.rate_percent}|{beat.playing:d}|{beat.visible:d}|{beat.focused:d}"
    return f"{said}|{beat.seeking:d}|{beat.leaving:d}|{beat.stretch}|{beat.idle_ms}"
