"""Words that a record commits to without holding them: SHA-256 over a random salt and the words."""

from hashlib import sha256

SALT_BYTES = 32


def commitment(salt: bytes, words: str) -> str:
    """Return SHA-256(salt ‖ UTF-8 of the words) in 64 hexadecimal digits. Without the salt no guess can be tried."""
    return sha256(salt + words.encode()).hexdigest()
