"""Which signed-in browser is it? Told by a hash, so that nothing stored opens a session."""

from hashlib import sha256


def device_of(session_key: str | None) -> str:
    """Return the mark of the browser that holds this Django session; empty for none."""
    return sha256(b"player.watching device " + session_key.encode()).hexdigest() if session_key else ""
