"""Frames between socket and workers: none stands without a ring, none is taken twice, whatever goes wrong in between."""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import LazySettings
from django.utils import timezone

from proctoring import frames_gateway, sight
from proctoring.actions import judging
from proctoring.frames_gateway import Claimed, Done, Frame, Line, Seen
from tests.proctoring import puppet
from tests.proctoring.conftest import Sitting

LEARNER = 7
NOTHING = Seen()


@pytest.fixture(autouse=True)
def nothing_waits(store: redis.Redis) -> None:
    store.delete(frames_gateway.RUNG)


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


def put(nonce: str, *seqs: int, jpeg: bytes = b"jpeg", learner_id: int = LEARNER) -> list[bytes]:
    """Send frames as a socket does; return what was said of them by then."""

    async def send() -> list[bytes]:
        line = Line(nonce, learner_id)
        said = [one for seq in seqs for one in (await line.put(Frame(seq, seq, seq, jpeg))).said]
        await line.close()
        return said

    return asyncio.run(send())


def rung() -> list[Claimed]:
    """Take what has rung."""
    return frames_gateway.take()


def claimed(nonce: str) -> Claimed:
    found = frames_gateway.claim(nonce)
    assert found is not None
    return found


def hand_over(one: Claimed, seen: Seen = NOTHING, *, most: int = 0, again: bool = True) -> list[Claimed]:
    return frames_gateway.take([Done(one, LEARNER, seen, again)], most=most)


def numbers(frames: tuple[Frame, ...]) -> list[int]:
    return [frame.seq for frame in frames]


def test_a_frame_after_the_hand_over_rings(nonce: str) -> None:
    put(nonce, 1, 2)
    (first,) = rung()
    assert (first.nonce, numbers(first.frames)) == (nonce, [1, 2])
    assert frames_gateway.claim(nonce) is None
    assert hand_over(first, most=16) == []
    put(nonce, 3)
    (second,) = rung()
    assert numbers(second.frames) == [3]
    hand_over(first)  # once more, as when Redis did not answer
    assert frames_gateway.claim(nonce) is None, "it is the second's now"


def test_a_frame_while_others_are_looked_at_rings_at_the_hand_over(nonce: str) -> None:
    put(nonce, 1)
    (first,) = rung()
    put(nonce, 2)
    assert rung() == []
    (again,) = hand_over(first, most=16)
    assert numbers(again.frames) == [2]
    assert frames_gateway.claim(nonce) is None, "the claim has begun anew"
    put(nonce, 3)
    hand_over(again)
    assert [numbers(one.frames) for one in rung()] == [[3]], "another may take it as well"


def test_who_has_waited_longest_is_taken_first_and_no_more_than_one_can_look_at(nonce: str) -> None:
    others = [f"{nonce}{number}" for number in range(4)]
    for one in others:
        put(one, *range(1, 9))
    assert [one.nonce for one in rung()] == others[:2], "sixteen frames are enough in one hand"
    assert [one.nonce for one in rung()] == others[2:]
    frames_gateway.forget_person(LEARNER)


def test_who_was_slower_than_his_claim_takes_nothing_from_the_next(nonce: str, store: redis.Redis) -> None:
    put(nonce, 1)
    (slow,) = rung()
    for what in ("busy", "claimed"):
        assert 0 < store.ttl(f"face:{nonce}:{what}") <= frames_gateway.CLAIM_SECONDS
        assert store.delete(f"face:{nonce}:{what}")  # as when their time has run out
    put(nonce, 2)
    (other,) = rung()
    assert numbers(other.frames) == [2], "busy has run out with the claim"
    put(nonce, 3)
    assert hand_over(slow, Seen([b"fact 1"]), most=16) == []
    assert frames_gateway.claim(nonce) is None
    assert [numbers(one.frames) for one in hand_over(other, Seen([b"fact 2"]), most=16)] == [[3]]
    assert frames_gateway.noted(nonce)[0] == (b"fact 1", b"fact 2"), "what was seen is not lost"


def test_who_was_slower_than_his_claim_leaves_no_frame_unrung(nonce: str, store: redis.Redis) -> None:
    put(nonce, 1)
    (slow,) = rung()
    put(nonce, 2)
    for what in ("busy", "claimed"):
        store.delete(f"face:{nonce}:{what}")
    assert rung() == []
    assert [numbers(one.frames) for one in hand_over(slow, most=16)] == [[2]]


def test_what_a_worker_had_in_hand_that_was_killed_holds_nobody_up_for_long(nonce: str, store: redis.Redis) -> None:
    put(nonce, 1)
    rung()  # and is never heard of again
    put(nonce, 2)
    assert rung() == []
    for what in ("busy", "claimed"):
        assert store.pexpire(f"face:{nonce}:{what}", 1)
    time.sleep(0.05)
    put(nonce, 3)
    assert [numbers(one.frames) for one in rung()] == [[2, 3]]


def test_a_try_that_fails_harms_none_beside_it_and_its_next_frame_rings_at_once(
    sit: Callable[..., Sitting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = sit()
    nonce = sitting.begins(sitting.until_asked()).nonce
    beside = sitting.begins(sitting.until_asked()).nonce
    (jpeg,) = puppet.film([puppet.Pose()])
    look = sight.look

    def broken(jpeg: bytes, **told: Any) -> Any:
        if jpeg == b"broken":
            raise MemoryError
        return look(jpeg, **told)

    put(nonce, 1, jpeg=b"broken")
    put(beside, 1, jpeg=jpeg)
    with monkeypatch.context() as patch:
        patch.setattr(sight, "look", broken)
        with pytest.raises(MemoryError):
            judging.look_at(rung(), at=sitting.at)
    assert [len(frames_gateway.noted(one)[0]) for one in (nonce, beside)] == [0, 1]
    for one in (nonce, beside):
        put(one, 2)
        (found,) = rung()
        assert (found.nonce, numbers(found.frames)) == (one, [2])
        frames_gateway.forget(one)


def test_frames_of_a_try_that_was_judged_are_not_kept(nonce: str, db: None) -> None:
    put(nonce, 1, 2)
    assert judging.look_at_waiting(nonce=nonce, at=timezone.now())
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]


def test_though_workers_faint_no_frame_is_taken_twice_or_stands_unrung(nonce: str) -> None:
    """Three workers, frames in fits and starts, and a third of all takes ends in a failure."""
    taken: list[int] = []
    over = threading.Event()

    def work(number: int) -> None:
        turns = 0
        while not over.is_set():
            found = rung()
            while found:
                (one,) = found
                taken.extend(numbers(one.frames))
                turns += 1
                found = hand_over(one, most=16, again=(turns + number) % 3 > 0)
            time.sleep(0.001)

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
    assert taken == sorted(set(taken)) and taken[-1] == 301


def test_frames_that_nobody_got_round_to_are_counted(nonce: str) -> None:
    put(nonce, *range(1, 21))
    assert frames_gateway.dropped(nonce) == 20 - frames_gateway.MOST_WAITING_FRAMES
    assert numbers(claimed(nonce).frames) == list(range(5, 21))
    frames_gateway.forget(nonce)
    assert frames_gateway.dropped(nonce) == 0


def test_what_was_seen_is_kept_and_told_in_one_step_with_the_next_frames(nonce: str) -> None:
    put(nonce, 1)
    (first,) = rung()
    put(nonce, 2)
    (second,) = hand_over(first, Seen([b"fact 1", b"fact 2"], [b"picture"], [b"said"]), most=16)
    assert (numbers(second.frames), second.noted) == ([2], 2)
    assert frames_gateway.noted(nonce) == ((b"fact 1", b"fact 2"), (b"picture",))
    assert frames_gateway.facts_since(nonce, 1) == [b"fact 2"]
    assert hand_over(second, most=16) == []
    assert put(nonce, 3) == [b"said"], "it comes back with the next frame"
    (third,) = rung()
    assert put(nonce, 4) == []
    assert hand_over(third, Seen([b"fact 3"], answers=[b"last"]), most=16, again=False) == []
    assert numbers(claimed(nonce).frames) == [4], "what was not wanted stands for the next"
    for number in range(frames_gateway.MOST_PICTURES + 3):
        hand_over(third, Seen(pictures=[b"%d" % number]))
    assert frames_gateway.noted(nonce)[1][0] == b"3"

    async def hear() -> bytes | None:
        line = Line(nonce, LEARNER)
        said = await line.answer(1.0)
        await line.close()
        return said

    assert asyncio.run(hear()) == b"last"
    assert frames_gateway.forget_person(LEARNER) > 0
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]


def test_what_is_handed_over_after_an_erasure_is_found_by_the_next(nonce: str) -> None:
    put(nonce, 1)
    (one,) = rung()
    frames_gateway.forget_person(LEARNER)
    hand_over(one, Seen([b"fact"]))
    assert frames_gateway.forget_person(LEARNER) == 1
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]


def test_sockets_that_send_at_once_go_together_and_each_hears_its_own(nonce: str, store: redis.Redis) -> None:
    names = [f"{nonce}{number}" for number in range(5)]
    for name in names:
        frames_gateway.say(name, name.encode())

    async def all_at_once() -> list[tuple[bytes, ...]]:
        lines = [Line(name, LEARNER) for name in names]
        await lines[0].put(Frame(1, 1, 1, b"jpeg"))  # its connection stands
        before = store.info("commandstats")["cmdstat_evalsha"]["calls"]
        told = await asyncio.gather(*(line.put(Frame(2, 2, 2, b"jpeg")) for line in lines))
        assert store.info("commandstats")["cmdstat_evalsha"]["calls"] == before + 1
        frames_gateway.say(names[0], b"late")
        told[0] = await lines[0].put(Frame(3, 3, 3, b"jpeg"))
        for line in lines:
            await line.close()
            await line.close()
        return [one.said for one in told]

    assert asyncio.run(all_at_once()) == [(b"late",), *((name.encode(),) for name in names[1:])]
    assert [one.nonce for one in rung()] == names
    frames_gateway.forget_person(LEARNER)


def test_when_redis_fails_every_socket_that_sent_hears_of_it_and_the_next_is_served(nonce: str) -> None:
    async def twice() -> None:
        lines = [Line(nonce, LEARNER), Line(nonce, LEARNER)]
        send = [line.put(Frame(1, 1, 1, b"jpeg")) for line in lines]
        post = lines[0]._post
        script, post._script = post._script, post._connection.register_script("return redis.error_reply('no')")
        assert [type(one) for one in await asyncio.gather(*send, return_exceptions=True)] == [redis.ResponseError] * 2
        post._script = script
        assert not (await lines[0].put(Frame(2, 2, 2, b"jpeg"))).full
        for line in lines:
            await line.close()

    asyncio.run(twice())


def test_two_workers_in_turn_know_all_that_was_seen_of_a_try(
    sit: Callable[..., Sitting], monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = sit()
    nonce = sitting.begins(sitting.until_asked()).nonce
    jpegs = puppet.film([puppet.Pose()] * 4)
    memories = [OrderedDict[str, judging.Under](), OrderedDict[str, judging.Under]()]
    for seq in (1, 2, 3, 4):
        put(nonce, seq, jpeg=jpegs[seq - 1], learner_id=sitting.learner.pk)
        monkeypatch.setattr(judging, "_under", memories[seq % 2])
        assert judging.look_at_waiting(nonce=nonce, at=sitting.at)
    assert [sorted(memory[nonce].facts) for memory in memories] == [[1, 2, 3, 4], [1, 2, 3]]
    frames_gateway.forget_person(sitting.learner.pk)


def test_a_worker_is_woken_once_and_one_more_only_where_none_was_called_in_vain(
    nonce: str, store: redis.Redis, settings: LazySettings
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    store.delete("face:awake", "face:one_more", frames_gateway.QUEUE)

    def wakes(*names: str) -> list[bool]:
        async def send() -> list[bool]:
            lines = [Line(name, LEARNER) for name in names]
            woken = [(await line.put(Frame(1, 1, 1, b"jpeg"))).wake for line in lines]
            for line in lines:
                await line.close()
            return woken

        return asyncio.run(send())

    names = [f"{nonce}{number}" for number in range(frames_gateway.FEW_WAITING + 3)]
    assert wakes(*names[:-3]) == [True] + [False] * (frames_gateway.FEW_WAITING - 1)
    store.rpush(frames_gateway.QUEUE, "a call that nobody has followed yet")
    assert wakes(names[-3]) == [False]
    store.delete(frames_gateway.QUEUE)
    assert wakes(names[-2], names[-1]) == [True, False]
    frames_gateway.forget_person(LEARNER)


def test_a_worker_that_finds_nothing_goes_at_once_and_who_found_something_waits_for_more(
    nonce: str, settings: LazySettings, db: None
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = False
    sight.open_eyes()
    began = time.monotonic()
    assert not judging.look_at_all(at=timezone.now())
    assert time.monotonic() - began < judging.LINGER_SECONDS / 2
    put(nonce, 1)
    assert not judging.look_at_all(at=timezone.now())
    assert time.monotonic() - began > judging.LINGER_SECONDS


def test_a_worker_goes_for_other_tasks_and_stays_awake_to_the_sockets(
    nonce: str, store: redis.Redis, settings: LazySettings, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It will be called again by its own task; were it asleep, a socket would call another each time."""
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(judging, "LEAST_AWAKE_SECONDS", 0.05)
    put(nonce, 1)
    store.rpush(frames_gateway.QUEUE, "a verdict")
    assert judging.look_at_all(at=timezone.now())
    store.delete(frames_gateway.QUEUE)
    assert store.exists("face:awake")
