"""How often one address may ask: counted in the process first, and told to the counter that all processes share in steps.

Most strangers ask once or twice, and their question costs no message. Whoever asks more is counted by all together; each
process may be a step behind, a tenth of the limit.
"""

import hashlib
import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings

from lms.accounts.limits import count_within

WINDOW_SECONDS = 60
STEPS = 10
MOST_ADDRESSES = 50_000  # that a process remembers; of another one every question is told


class AskedTooOften(Exception):
    """From this address too many questions came within a minute. seconds: until the next may be asked."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class StepCounter:
    """tell: adds so many to the count of an address in a window for all processes, and returns the new count."""

    def __init__(self, tell: Callable[[str, int, int], int]) -> None:
        self._tell, self._lock, self._window = tell, Lock(), -1
        self._counted: dict[str, tuple[int, int]] = {}  # of each address: what all have told, what is not told yet

    def count(self, address: str, window: int, *, limit: int) -> int:
        """Count one, and return how many are known of in this window. Above the limit nothing more is told."""
        with self._lock:
            if window != self._window:
                self._window, self._counted = window, {}
            known, untold = self._counted.get(address, (0, 0))
            remembered = address in self._counted or len(self._counted) < MOST_ADDRESSES
            if known > limit or (remembered and untold + 1 < max(1, limit // STEPS)):
                self._counted[address] = (known, untold + 1)
                return known + untold + 1
            if remembered:
                self._counted[address] = (known, 0)
        total = self._tell(address, window, untold + 1)
        with self._lock:
            if window == self._window and address in self._counted:
                known, untold = self._counted[address]
                self._counted[address] = (max(known, total), untold)
        return total

    def forget(self) -> None:
        with self._lock:
            self._window = -1


def _tell(address: str, window: int, by: int) -> int:
    who = hashlib.sha256(f"{address}{settings.SECRET_KEY}".encode()).hexdigest()[:24]  # not kept in clear
    return count_within(f"verify:{who}:{window}", seconds=2 * WINDOW_SECONDS, by=by)


counter = StepCounter(_tell)


def mind_the_limit(address: str | None) -> None:
    """Count one question of an address. Raises AskedTooOften (settings.VERIFICATIONS_A_MINUTE)."""
    minute, rest = divmod(int(time.time()), WINDOW_SECONDS)
    limit = settings.VERIFICATIONS_A_MINUTE
    if counter.count(address or "", minute, limit=limit) > limit:
        raise AskedTooOften(WINDOW_SECONDS - rest)
