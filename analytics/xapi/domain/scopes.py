"""What a client may do (xAPI 1.0.3, Communication 4.2), and one scope of the house's own.

Cases: `all` is every scope but `names`; `all/read` every reading one but `names`. Whoever lacks `names` gets other clients'
statements and the house's with pseudonyms for persons.
"""

from collections.abc import Iterable
from typing import Final

WRITE: Final = "statements/write"
READ_MINE: Final = "statements/read/mine"
READ: Final = "statements/read"
STATE: Final = "state"
DEFINE: Final = "define"
PROFILE: Final = "profile"
ALL_READ: Final = "all/read"
ALL: Final = "all"
NAMES: Final = "names"

SCOPES: Final = (WRITE, READ_MINE, READ, STATE, DEFINE, PROFILE, ALL_READ, ALL, NAMES)


def may_write(scopes: Iterable[str]) -> bool:
    """Say whether statements may be sent."""
    return bool({WRITE, ALL} & set(scopes))


def may_read(scopes: Iterable[str]) -> bool:
    """Say whether every client's statements may be read."""
    return bool({READ, ALL_READ, ALL} & set(scopes))


def may_read_mine(scopes: Iterable[str]) -> bool:
    """Say whether the client's own statements may be read."""
    return bool({READ, READ_MINE, ALL_READ, ALL} & set(scopes))


def may_define(scopes: Iterable[str]) -> bool:
    """Say whether statements sent change what is known of activities."""
    return bool({DEFINE, ALL} & set(scopes))


def may_void_all(scopes: Iterable[str]) -> bool:
    """Say whether other clients' statements may be voided."""
    return ALL in set(scopes)


def may_touch(scopes: Iterable[str], resource: str, *, write: bool) -> bool:
    """Say whether documents may be read or written. resource: STATE or PROFILE."""
    return bool(({resource, ALL} | (set() if write else {ALL_READ})) & set(scopes))


def may_learn_names(scopes: Iterable[str]) -> bool:
    """Say whether persons may be named."""
    return NAMES in set(scopes)
