"""The writer thread: what waits goes together, nothing is answered unwritten, one bad beat harms nobody."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from uuid import uuid4

import pytest
from django.db import OperationalError

from player.domain.heartbeat import Beat
from player.watching.actions import BeatReport, Reply, Report
from player.watching.batch import MOST_IN_BATCH, Batcher, NotStored


class Ledger:
    """Stands where the database is: notes the batches, waits or fails when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = threading.Event()
        self.open.set()
        self.failures: list[Exception] = []
        self.poison: int | None = None

    def write(self, reports: Sequence[Report]) -> list[Reply]:
        self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        seqs = [report.beat.seq for report in reports if isinstance(report, BeatReport)]
        if self.poison in seqs:
            raise ValueError("cannot be written")
        self.batches.append(seqs)
        return [Reply(seq, True, 0, 0, 0) for seq in seqs]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def batcher(ledger: Ledger) -> Iterator[Batcher]:
    made = Batcher(ledger.write, most_waiting=1_000)
    yield made
    ledger.open.set()
    made.stop()


def report(seq: int) -> BeatReport:
    return BeatReport(uuid4(), 1, Beat(seq=seq, position_ms=0, playing=True), 0)


async def test_an_answer_is_that_of_its_own_beat(batcher: Batcher) -> None:
    outcomes = await asyncio.gather(*(batcher.store(report(seq)) for seq in range(1, 50)))
    assert [outcome.seq for outcome in outcomes if isinstance(outcome, Reply)] == list(range(1, 50))


async def test_what_waits_while_a_batch_is_written_goes_together(batcher: Batcher, ledger: Ledger) -> None:
    ledger.open.clear()
    waiting = [asyncio.ensure_future(batcher.store(report(seq))) for seq in range(1, 701)]
    await asyncio.sleep(0.05)
    assert not any(one.done() for one in waiting)
    ledger.open.set()
    await asyncio.gather(*waiting)
    assert len(ledger.batches) <= 3
    assert max(len(batch) for batch in ledger.batches) <= MOST_IN_BATCH
    assert [seq for batch in ledger.batches for seq in batch] == list(range(1, 701))


async def test_a_full_queue_says_busy_at_once_and_loses_nothing(batcher: Batcher, ledger: Ledger) -> None:
    ledger.open.clear()
    waiting = [asyncio.ensure_future(batcher.store(report(seq))) for seq in range(1, 1_601)]
    await asyncio.sleep(0.05)
    busy = [one for one in waiting if one.done()]
    assert busy
    assert {one.result() for one in busy} == {NotStored.BUSY}
    ledger.open.set()
    outcomes = await asyncio.gather(*waiting)
    stored = [outcome.seq for outcome in outcomes if isinstance(outcome, Reply)]
    assert stored == [seq for batch in ledger.batches for seq in batch]
    assert len(stored) + len(busy) == 1_600


async def test_a_lost_connection_is_tried_once_more(batcher: Batcher, ledger: Ledger) -> None:
    ledger.failures = [OperationalError("server closed the connection")]
    assert isinstance(await batcher.store(report(1)), Reply)


async def test_a_database_that_stays_away_is_said(batcher: Batcher, ledger: Ledger) -> None:
    ledger.failures = [OperationalError("down"), OperationalError("down")]
    assert await batcher.store(report(1)) is NotStored.UNAVAILABLE
    assert isinstance(await batcher.store(report(1)), Reply)


async def test_a_beat_that_cannot_be_written_does_not_take_its_neighbours_with_it(
    batcher: Batcher, ledger: Ledger
) -> None:
    ledger.poison = 3
    ledger.open.clear()
    waiting = [asyncio.ensure_future(batcher.store(report(seq))) for seq in range(1, 6)]
    await asyncio.sleep(0.05)
    ledger.open.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Reply, Reply, ValueError, Reply, Reply]


async def test_a_socket_that_went_away_does_not_stop_the_writer(batcher: Batcher, ledger: Ledger) -> None:
    ledger.open.clear()
    gone = asyncio.ensure_future(batcher.store(report(1)))
    await asyncio.sleep(0.05)
    gone.cancel()
    ledger.open.set()
    assert isinstance(await batcher.store(report(2)), Reply)
    assert ledger.batches[0] == [1]


async def test_after_a_stop_the_next_beat_starts_it_anew(batcher: Batcher) -> None:
    assert isinstance(await batcher.store(report(1)), Reply)
    batcher.stop()
    assert isinstance(await batcher.store(report(2)), Reply)
