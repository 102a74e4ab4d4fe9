"""Frames between socket and workers: none stands without a ring, none is taken twice, whatever goes wrong in between."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import redis
from django.conf import LazySettings
from django.utils import timezone

from proctoring import frames_gateway, sight
from proctoring.actions import judging
from proctoring.frames_gateway import Claimed, Frame, Line, Seen
from tests.proctoring import puppet
from tests.proctoring.conftest import Sitting

LEARNER = 7


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    while frames_gateway.next_try(0):
        pass


@pytest.fixture
def nonce() -> Iterator[str]:
    """A try of nobody."""
    name = uuid4().hex
    yield name
    frames_gateway.forget_person(LEARNER)
    frames_gateway.forget(name)


@pytest.fixture
def store(settings: LazySettings) -> Iterator[redis.Redis]:
    """Redis itself: time that passes there is set and not waited for."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    yield client
    client.close()


def put(nonce: str, *seqs: int) -> list[bytes]:
    """Send frames as a socket does; return what was said of them by then."""

    async def send() -> list[bytes]:
        line = Line(nonce, LEARNER)
        said = [one for seq in seqs for one in (await line.put(Frame(seq, seq, seq, b"jpeg"))).said]
        await line.close()
        return said

    return asyncio.run(send())


def claimed(nonce: str) -> Claimed:
    found = frames_gateway.begin(nonce)
    assert found is not None
    return found


def next_of(nonce: str, mark: str) -> list[int]:
    return numbers(frames_gateway.go_on(nonce, mark, LEARNER, Seen()))


def numbers(frames: tuple[Frame, ...]) -> list[int]:
    return [frame.seq for frame in frames]


def test_a_frame_after_the_last_take_rings_and_is_answered_before_its_worker_has_gone(nonce: str) -> None:
    put(nonce, 1, 2)
    assert frames_gateway.next_try(0) == nonce
    first = claimed(nonce)
    assert numbers(first.frames) == [1, 2]
    assert frames_gateway.begin(nonce) is None
    assert next_of(nonce, first.mark) == []
    put(nonce, 3)  # the first worker has seen that nothing waits, and has not said a word since
    assert frames_gateway.next_try(0) == nonce
    second = claimed(nonce)
    assert numbers(second.frames) == [3]
    frames_gateway.release(nonce, first.mark)
    assert frames_gateway.begin(nonce) is None, "it is the second's now"
    assert next_of(nonce, second.mark) == []


def test_a_frame_while_others_are_looked_at_is_taken_without_another_ring(nonce: str) -> None:
    put(nonce, 1)
    frames_gateway.next_try(0)
    mark = claimed(nonce).mark
    put(nonce, 2)
    assert frames_gateway.next_try(0) is None
    assert next_of(nonce, mark) == [2]


def test_who_takes_frames_keeps_his_claim(nonce: str, store: redis.Redis) -> None:
    put(nonce, 1)
    mark = claimed(nonce).mark
    for seq in (2, 3, 4):
        put(nonce, seq)
        for what in ("busy", "claimed"):
            assert store.expire(f"face:{nonce}:{what}", frames_gateway.CLAIM_SECONDS // 2)  # so much of it has passed
        assert next_of(nonce, mark) == [seq]
        assert store.ttl(f"face:{nonce}:claimed") > frames_gateway.CLAIM_SECONDS // 2
    assert frames_gateway.begin(nonce) is None


def test_who_was_slower_than_his_claim_gets_no_more_and_takes_nothing_from_the_next(
    nonce: str, store: redis.Redis
) -> None:
    put(nonce, 1)
    frames_gateway.next_try(0)
    slow = claimed(nonce).mark
    for what in ("busy", "claimed"):
        assert store.delete(f"face:{nonce}:{what}")  # as when their time has run out
    put(nonce, 2)
    assert frames_gateway.next_try(0) == nonce, "busy has run out with the claim"
    other = claimed(nonce)
    assert numbers(other.frames) == [2]
    put(nonce, 3)
    assert next_of(nonce, slow) == []
    assert frames_gateway.go_on(nonce, slow, LEARNER, Seen(), more=False) == ()
    frames_gateway.release(nonce, slow)
    assert frames_gateway.begin(nonce) is None
    assert next_of(nonce, other.mark) == [3]


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
    assert numbers(claimed(nonce).frames) == [2]
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
            found = frames_gateway.begin(nonce)
            if found is None:
                refused.append(number)
                continue
            frames = found.frames
            while frames:
                taken.extend(numbers(frames))
                turns += 1
                if (turns + number) % 3 == 0:
                    frames_gateway.release(nonce, found.mark)
                    break
                frames = frames_gateway.go_on(nonce, found.mark, LEARNER, Seen())

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
    assert numbers(claimed(nonce).frames) == list(range(5, 21))
    frames_gateway.forget(nonce)
    assert frames_gateway.dropped(nonce) == 0


def test_what_was_seen_is_kept_and_told_in_one_step_with_the_next_frames(nonce: str) -> None:
    put(nonce, 1)
    mark = claimed(nonce).mark
    put(nonce, 2)
    seen = Seen([b"fact 1", b"fact 2"], [b"picture"], [b"said"])
    assert numbers(frames_gateway.go_on(nonce, mark, LEARNER, seen)) == [2]
    assert frames_gateway.noted(nonce) == ((b"fact 1", b"fact 2"), (b"picture",))
    assert next_of(nonce, mark) == []
    assert put(nonce, 3) == [b"said"], "it comes back with the next frame"
    other = claimed(nonce)
    assert (other.noted, frames_gateway.facts_since(nonce, 1)) == (2, [b"fact 2"])
    assert put(nonce, 4) == []
    last = Seen([b"fact 3"], answers=[b"last"])
    assert frames_gateway.go_on(nonce, other.mark, LEARNER, last, more=False) == ()
    assert numbers(claimed(nonce).frames) == [4], "what was not wanted stands for the next"
    for number in range(frames_gateway.MOST_PICTURES + 3):
        frames_gateway.go_on(nonce, "", LEARNER, Seen(pictures=[b"%d" % number]))
    assert frames_gateway.noted(nonce)[1][0] == b"3"

    async def hear() -> bytes | None:
        line = Line(nonce, LEARNER)
        said = await line.answer(1.0)
        await line.close()
        return said

    assert asyncio.run(hear()) == b"last"
    assert frames_gateway.forget_person(LEARNER) > 0
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]


def test_two_workers_in_turn_know_all_that_was_seen_of_a_try(
    sit: Callable[..., Sitting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = sit()
    nonce = sitting.begins(sitting.until_asked()).nonce
    jpegs = puppet.film([puppet.Pose()] * 4)
    memories = [OrderedDict[str, judging.Under](), OrderedDict[str, judging.Under]()]

    async def send(seq: int) -> None:
        line = Line(nonce, sitting.learner.pk)
        await line.put(Frame(seq, seq, seq, jpegs[seq - 1]))
        await line.close()

    for seq in (1, 2, 3, 4):
        asyncio.run(send(seq))
        monkeypatch.setattr(judging, "_under", memories[seq % 2])
        assert judging.look_at_waiting(nonce=nonce, at=sitting.at)
    assert [sorted(memory[nonce].facts) for memory in memories] == [[1, 2, 3, 4], [1, 2, 3]]
    frames_gateway.forget_person(sitting.learner.pk)
