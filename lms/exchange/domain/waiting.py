"""When a message is sent again. It never gives up: the other side may be closed for a week, and the renewal still stands."""

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
CLAIM_LASTS = timedelta(minutes=2)
WORTH_A_LOOK = 12  # attempts after which an operator should look: about two hours
_DOUBLINGS = 9  # more would only pass LONGEST_WAIT


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after that many failed attempts (≥ 1): doubling, at most LONGEST_WAIT."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, _DOUBLINGS)
    return min(doubled, LONGEST_WAIT)
