"""The code on the wall: six digits that the server makes anew every half minute, so that a photo of it is soon worth nothing."""

import hashlib
import hmac
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 32


def code_at(secret: bytes, moment: datetime) -> str:
    """Return the code of the half minute in which `moment` lies."""
    return _code(secret, _step(moment))


def is_current(secret: bytes, typed: str, moment: datetime) -> bool:
    """Say whether this is the code of now or of the half minute before: whoever reads it needs time to type."""
    step = _step(moment)
    wanted = (_code(secret, step), _code(secret, step - 1))
    typed = typed.strip()
    # Both are compared always, in constant time: how long it takes tells nothing.
    return any([hmac.compare_digest(typed.encode(), one.encode()) for one in wanted])


def seconds_left(moment: datetime) -> int:
    """Return after how many seconds the next code comes."""
    return STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(secret: bytes, step: int) -> str:
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"
