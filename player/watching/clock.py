"""The server's clock as the beat rule wants it."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Return Unix milliseconds. The rule takes a step back of the clock as no time at all."""
    return time.time_ns() // 1_000_000


def to_ms(at: datetime) -> int:
    """Return an aware time as Unix milliseconds, rounded down."""
    return int(at.timestamp() * 1000)


def from_ms(at_ms: int) -> datetime:
    """Return Unix milliseconds as an aware time, exactly."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)
