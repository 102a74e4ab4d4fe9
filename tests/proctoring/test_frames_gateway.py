"""Frames between socket and workers: none stands without a ring, none is taken twice, whatever goes wrong in between."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.utils import timezone

from proctoring import frames_gateway, sight
from proctoring.actions import judging
from proctoring.frames_gateway import Frame, Line
from tests.proctoring.conftest import Sitting

LEARNER = 7


@pytest.fixture
def nonce() -> Iterator[str]:
    """A try of nobody, before which no other waits."""
    while frames_gateway.next_try(0):
        pass
    name = uuid4().hex
    yield name
    frames_gateway.forget_person(LEARNER)
    frames_gateway.forget(name)


def put(nonce: str, *seqs: int) -> None:
    """Send frames as a socket does."""

    async def send() -> None:
        line = Line(nonce, LEARNER)
        for seq in seqs:
            await line.put(Frame(seq, seq, seq, b"jpeg"))
        await line.close()

    asyncio.run(send())


def claimed(nonce: str) -> str:
    mark = frames_gateway.claim(nonce)
    assert mark is not None
    return mark


def numbers(frames: tuple[Frame, ...]) -> list[int]:
    return [frame.seq for frame in frames]


def test_a_frame_after_the_last_take_rings_and_is_answered_before_its_worker_has_gone(nonce: str) -> None:
    put(nonce, 1, 2)
    assert frames_gateway.next_try(0) == nonce
    first = claimed(nonce)
    assert numbers(frames_gateway.take(nonce, first)) == [1, 2]
    assert frames_gateway.claim(nonce) is None
    assert frames_gateway.take(nonce, first) == ()
    put(nonce, 3)  # the first worker has seen that nothing waits, and has not said a word since
    assert frames_gateway.next_try(0) == nonce
    second = claimed(nonce)
    frames_gateway.release(nonce, first)
    assert frames_gateway.claim(nonce) is None, "it is the second's now"
    assert numbers(frames_gateway.take(nonce, second)) == [3]


def test_a_frame_while_others_are_looked_at_is_taken_without_another_ring(nonce: str) -> None:
    put(nonce, 1)
    frames_gateway.next_try(0)
    mark = claimed(nonce)
    frames_gateway.take(nonce, mark)
    put(nonce, 2)
    assert frames_gateway.next_try(0) is None
    assert numbers(frames_gateway.take(nonce, mark)) == [2]


def test_who_takes_frames_keeps_his_claim(nonce: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_gateway, "CLAIM_SECONDS", 1)
    mark = claimed(nonce)
    for seq in (1, 2, 3):
        put(nonce, seq)
        time.sleep(0.6)
        assert numbers(frames_gateway.take(nonce, mark)) == [seq]
    assert frames_gateway.claim(nonce) is None


def test_who_was_slower_than_his_claim_gets_no_more_and_takes_nothing_from_the_next(
    nonce: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames_gateway, "CLAIM_SECONDS", 1)
    put(nonce, 1)
    frames_gateway.next_try(0)
    slow = claimed(nonce)
    frames_gateway.take(nonce, slow)
    time.sleep(1.1)
    put(nonce, 2)
    assert frames_gateway.next_try(0) == nonce, "busy has run out with the claim"
    other = claimed(nonce)
    assert frames_gateway.take(nonce, slow) == ()
    frames_gateway.release(nonce, slow)
    assert frames_gateway.claim(nonce) is None
    assert numbers(frames_gateway.take(nonce, other)) == [2]


def test_after_a_worker_that_failed_the_next_frame_rings_at_once(
    sit: Callable[..., Sitting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = sit()
    nonce = sitting.begins(sitting.until_asked()).nonce

    def broken(*args: object, **kwargs: object) -> None:
        raise MemoryError

    put(nonce, 1)
    frames_gateway.next_try(0)
    with monkeypatch.context() as patch:
        patch.setattr(sight, "look", broken)
        with pytest.raises(MemoryError):
            judging.look_at_waiting(nonce=nonce, at=sitting.at)
    put(nonce, 2)
    assert frames_gateway.next_try(0) == nonce
    assert numbers(frames_gateway.take(nonce, claimed(nonce))) == [2]
    frames_gateway.forget(nonce)


def test_frames_of_a_try_that_was_judged_are_not_kept(nonce: str, db: None) -> None:
    put(nonce, 1, 2)
    assert judging.look_at_waiting(nonce=nonce, at=timezone.now())
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]


def test_though_workers_faint_no_frame_is_taken_twice_or_stands_unrung(nonce: str) -> None:
    """Three workers, frames in fits and starts, and a third of all takes ends in a failure."""
    taken: list[int] = []
    refused: list[int] = []
    over = threading.Event()

    def work(number: int) -> None:
        turns = 0
        while not over.is_set():
            if frames_gateway.next_try(0) is None:
                time.sleep(0.001)
                continue
            mark = frames_gateway.claim(nonce)
            if mark is None:
                refused.append(number)
                continue
            while frames := frames_gateway.take(nonce, mark):
                taken.extend(numbers(frames))
                turns += 1
                if (turns + number) % 3 == 0:
                    break
            frames_gateway.release(nonce, mark)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for worker in workers:
        worker.start()

    async def send() -> None:
        line = Line(nonce, LEARNER)
        for seq in range(1, 301):
            await line.put(Frame(seq, seq, seq, b"jpeg"))
            if seq % 7 == 0:
                await asyncio.sleep(0.004)
        await asyncio.sleep(0.1)
        await line.put(Frame(301, 301, 301, b"jpeg"))
        await line.close()

    asyncio.run(send())
    end = time.monotonic() + 5
    while 301 not in taken and time.monotonic() < end:
        time.sleep(0.01)
    over.set()
    for worker in workers:
        worker.join()
    assert not refused, "a ring that nobody may answer leaves its frames standing"
    assert taken == sorted(set(taken)) and taken[-1] == 301


def test_frames_that_nobody_got_round_to_are_counted(nonce: str) -> None:
    put(nonce, *range(1, 21))
    assert frames_gateway.dropped(nonce) == 20 - frames_gateway.MOST_WAITING_FRAMES
    assert numbers(frames_gateway.take(nonce, claimed(nonce))) == list(range(5, 21))
    frames_gateway.forget(nonce)
    assert frames_gateway.dropped(nonce) == 0
