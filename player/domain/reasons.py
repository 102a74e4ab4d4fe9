"""The words of the watch protocol: why a beat earned nothing, and whether a session may still earn."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a beat earned nothing or less, or why the player must move. Spoken by the protocol, so never renamed."""

    SEEK_AHEAD = "seek_ahead"  # landed where the seek rule does not let this learner go yet
    RATE_TOO_FAST = "rate_too_fast"
    AHEAD_OF_COUNTED = "ahead_of_counted"  # counted as far as the clock allows, but the player is beyond that
    KEY_MISSING = "key_missing"  # that media could not be decrypted by this session
    WRONG_STRETCH = "wrong_stretch"  # the stretch it names is not where it says it is
    HIDDEN = "hidden"  # it ran out of sight
    UNFOCUSED = "unfocused"
    IDLE = "idle"
    DAY_FULL = "day_full"
    NO_MEDIA_PROOF = "no_media_proof"
    WRONG_SEQ = "wrong_seq"  # a beat is missing, or older than the last one
    WRONG_MAC = "wrong_mac"
    FORKED = "forked"  # the last number again, with another content
    LEASE_LOST = "lease_lost"  # the learner continued in another place
    SESSION_CLOSED = "session_closed"


class Standing(StrEnum):
    """Whether a session may still earn."""

    OPEN = "open"
    TAKEN_OVER = "taken_over"
    CLOSED = "closed"
