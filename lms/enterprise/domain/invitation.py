"""Invitations: how a token is written, how long it holds, and how often it may be guessed at."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

LASTS = timedelta(days=30)
MOST_WRONG_ANSWERS = 5
PROOF_CHARACTERS = 6  # the last ones of the document: who found the letter does not know them
_TOKEN_BYTES = 15


def token_of(keyed: bytes) -> str:
    """Return the token made of a keyed hash: 24 letters and digits, 120 bits.

    >>> token_of(bytes(32))
    'aaaaaaaaaaaaaaaaaaaaaaaa'
    """
    return b32encode(keyed[:_TOKEN_BYTES]).decode().lower()


def hash_of(token: str) -> bytes:
    """Return under what a token is found."""
    return sha256(token.strip().lower().encode()).digest()


@dataclass(frozen=True, slots=True)
class Letter:
    """One invitation as it stands."""

    expires_at: datetime
    used: bool
    declined: bool
    revoked: bool
    wrong_answers: int

    def refusal(self, at: datetime) -> str | None:
        """Return why it opens nothing: letter_used, letter_declined, letter_revoked, letter_expired; None when it opens."""
        if self.used:
            return "letter_used"
        if self.declined:
            return "letter_declined"
        if self.revoked or self.wrong_answers >= MOST_WRONG_ANSWERS:
            return "letter_revoked"
        return "letter_expired" if at >= self.expires_at else None
