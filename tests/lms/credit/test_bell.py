"""The bell: what rings within a moment is asked for by one message, and a broker that is away stops nobody."""

import time
from collections.abc import Callable, Collection

import pytest
from kombu.exceptions import OperationalError

from lms.credit import bell as ringing
from lms.credit.bell import Bell, Pair


@pytest.fixture
def short_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gather for a shorter moment."""
    monkeypatch.setattr(ringing, "GATHER_SECONDS", 0.05)


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


@pytest.mark.usefixtures("short_moment")
def test_what_rings_within_a_moment_is_asked_for_once_and_together() -> None:
    asked: list[list[Pair]] = []
    bell = Bell(lambda pairs: asked.append(list(pairs)), at_once=lambda: False)
    for _ in range(3):
        bell.ring(1, "a")
        bell.ring(2, "b")
    wait_for(lambda: sum(map(len, asked)) >= 2)
    time.sleep(0.2)
    assert sorted(pair for pairs in asked for pair in pairs) == [(1, "a"), (2, "b")]
    bell.ring(1, "a")
    wait_for(lambda: sum(map(len, asked)) == 3)


@pytest.mark.usefixtures("short_moment")
def test_a_broker_that_is_away_stops_nobody() -> None:
    asked: list[Pair] = []
    failures = [OperationalError("away"), ValueError("odd")]

    def ask(pairs: Collection[Pair]) -> None:
        if failures:
            raise failures.pop(0)
        asked.extend(pairs)

    bell = Bell(ask, at_once=lambda: False)
    bell.ring(0, "a")
    wait_for(lambda: len(failures) == 1)
    bell.ring(1, "a")
    wait_for(lambda: not failures)
    bell.ring(2, "a")
    wait_for(lambda: bool(asked))
    assert asked == [(2, "a")]


def test_where_tasks_run_at_once_the_bell_rings_at_once() -> None:
    asked: list[Pair] = []
    Bell(asked.extend, at_once=lambda: True).ring(1, "a")
    assert asked == [(1, "a")]
