"""When a message may go out, and when it is tried again."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
MOST_ATTEMPTS = 8


def after_quiet_hours(at: datetime, *, quiet_from: int, quiet_until: int) -> datetime:
    """Return `at`, or the end of the quiet hours that it falls into. Hours of the clock that `at` is given in, half-open.

    quiet_from > quiet_until: they span midnight. Equal: there are none.
    """
    if quiet_from == quiet_until:
        return at
    spans_midnight = quiet_from > quiet_until
    late = at.hour >= quiet_from
    early = at.hour < quiet_until
    if not (late or early if spans_midnight else late and early):
        return at
    end = at.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    return end + timedelta(days=1) if spans_midnight and late else end


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after that many failed attempts (≥ 1), doubling; None = give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: timedelta = FIRST_WAIT * 2 ** (attempts - 1)
    return min(doubled, LONGEST_WAIT)
