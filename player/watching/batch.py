"""Many sockets, one writer: beats wait in a queue while the former transaction commits, and go together in the next.

The slower the disk, the larger the batch: that is all the tuning there is. One thread a process, with a database
connection of its own. Nothing is answered before its commit; what cannot be stored is answered by "send it again".
"""

import asyncio
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from django.db import Error, InterfaceError, OperationalError, connection

from player.watching.actions import BeatReport, Memory, Reply, Report, report_beats

logger = logging.getLogger(__name__)

MOST_IN_BATCH = 500
MOST_WAITING = 5_000


class NotStored(Enum):
    """Why a beat has no answer yet; the player sends it again."""

    BUSY = "busy"  # too many wait already
    UNAVAILABLE = "unavailable"  # the database does not answer


Outcome = Reply | NotStored | BaseException
Write = Callable[[Sequence[Report]], list[Reply]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    report: Report
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Reply | NotStored]"


class Batcher:
    """A queue and its thread, which starts with the first beat."""

    def __init__(self, write: Write | None = None, *, most_waiting: int = MOST_WAITING) -> None:
        self._memory = Memory()
        self._write = write or partial(report_beats, memory=self._memory)
        self._most_waiting = most_waiting
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False

    async def store(self, report: Report) -> Reply | NotStored:
        """Return the answer once it is committed, or why it was not stored. Raises what the action raised otherwise.

        The last beat again is answered from memory: it was committed, and a flood of it must cost the others nothing.
        """
        if isinstance(report, BeatReport) and (again := self._memory.repeated(report)):
            return again
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply | NotStored] = loop.create_future()
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                return NotStored.BUSY
            self._waiting.append(_Waiting(report, loop, future))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="beats", daemon=True)
                self._thread.start()
            self._changed.notify()
        return await future

    def stop(self) -> None:
        """Write what waits, end the thread and give its connection back. For the end of a process or a test."""
        with self._changed:
            thread, self._stopping = self._thread, True
            self._changed.notify()
        if thread:
            thread.join()
        self._thread, self._stopping = None, False

    def _run(self) -> None:
        try:
            while batch := self._next():
                _answer(batch, self._outcomes([one.report for one in batch]))
        finally:
            connection.close()

    def _next(self) -> list[_Waiting]:
        """Return the beats of the next batch, oldest first; waits for one. Empty: it is time to stop."""
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_IN_BATCH))]

    def _outcomes(self, reports: Sequence[Report]) -> Sequence[Outcome]:
        try:
            return self._attempt(reports)
        except (OperationalError, InterfaceError):
            return [NotStored.UNAVAILABLE] * len(reports)
        except Exception as error:
            logger.exception("a batch of %d beats failed", len(reports))
            if len(reports) == 1:
                return [error]
        # One beat that cannot be written must not take its neighbours with it.
        return [outcome for report in reports for outcome in self._outcomes([report])]

    def _attempt(self, reports: Sequence[Report]) -> list[Reply]:
        """Write, and once more on a fresh connection: after a restart of Postgres the old one is dead, and only it.

        A first attempt that was committed although its answer was lost does no harm: the second finds the beats taken.
        """
        try:
            return self._write(reports)
        except (OperationalError, InterfaceError):
            logger.warning("the database was lost with %d beats; trying once more", len(reports), exc_info=True)
            _forget_connection()
        try:
            return self._write(reports)
        except (OperationalError, InterfaceError):
            _forget_connection()
            raise


def _forget_connection() -> None:
    try:
        connection.close()
    except Error:
        connection.connection = None


def _answer(batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    """Wake the waiting sockets: one call into each event loop, however many beats were in the batch."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, Outcome]]] = defaultdict(list)
    for one, outcome in zip(batch, outcomes, strict=True):
        by_loop[one.loop].append((one, outcome))
    for loop, pairs in by_loop.items():
        try:
            loop.call_soon_threadsafe(partial(_wake, pairs))
        except RuntimeError:  # the loop was closed while its beats were written; they are stored all the same
            logger.info("%d answers had nobody to go to", len(pairs))


def _wake(pairs: Sequence[tuple[_Waiting, Outcome]]) -> None:
    for one, outcome in pairs:
        if one.future.done():  # its socket went away meanwhile
            continue
        if isinstance(outcome, BaseException):
            one.future.set_exception(outcome)
        else:
            one.future.set_result(outcome)


batcher = Batcher()
