"""Ringing for awards without making the deed wait: a message to the broker costs more than the watching that it tells of.

A thread of the process gathers what was watched for a moment and asks for all of it by one message. What it had not sent
when the process died is found by the sweep, as is what the broker would not take.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

Pair = tuple[int, str]  # learner, subject
GATHER_SECONDS = 0.3
MOST_IN_MESSAGE = 200


class Bell:
    """A set of what is to be awarded, and the thread that asks for it; it starts with the first ring."""

    def __init__(self, ask: Callable[[Collection[Pair]], None], *, at_once: Callable[[], bool]) -> None:
        """at_once: whether tasks run where they are asked for, as in tests; then nothing is gathered."""
        self._ask = ask
        self._at_once = at_once
        self._waiting: dict[Pair, None] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, learner_id: int, subject: str) -> None:
        """Ask for an award, soon; the same twice within a moment is asked once."""
        if self._at_once():
            self._ask([(learner_id, subject)])
            return
        with self._changed:
            self._waiting[learner_id, subject] = None
            if self._thread is None or not self._thread.is_alive():  # a forked child has the set and not the thread
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
            time.sleep(GATHER_SECONDS)
            with self._changed:
                pairs = list(self._waiting)[:MOST_IN_MESSAGE]
                for pair in pairs:
                    del self._waiting[pair]
            try:
                self._ask(pairs)
            except OperationalError as error:
                logger.warning("%d awards are left to the sweep: %s", len(pairs), error)
            except Exception:
                logger.exception("%d awards are left to the sweep", len(pairs))
