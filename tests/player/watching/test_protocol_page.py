"""The example client of docs/protocols/watching.md, taken from the page as it stands, against the real processes.

It fetches the film that was made by the real pipeline, decrypts it with the keys that are released to it, and answers the
questions; the socket's process is killed under it.
"""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.adversary.house import House, Wanted, open_house
from tests.adversary.ledger import read

pytestmark = [pytest.mark.kill, pytest.mark.media]

PAGE = Path(__file__).parents[3] / "docs" / "protocols" / "watching.md"
LONGEST_LINES = 150
SECONDS = 14


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house(Wanted(seats=2)) as opened:
        yield opened


@pytest.fixture
def example() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code.count("\n") <= LONGEST_LINES
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 — our own page
    return names


def watch(house: House, example: dict[str, Any], seconds: float) -> tuple[threading.Thread, list[int], int]:
    """Let the client watch in a thread of its own: what this thread has started would die with it."""
    seat = next(house.seats)
    answers: list[int] = []
    watching = example["watch"](house.cluster.url, house.stage.brief, seat.cookie, seconds)
    client = threading.Thread(target=lambda: answers.append(asyncio.run(asyncio.wait_for(watching, 120))))
    client.start()
    return client, answers, seat.learner_id


def test_it_survives_a_kill_and_is_credited_what_it_watched(house: House, example: dict[str, Any]) -> None:
    began = time.monotonic()
    client, answers, learner_id = watch(house, example, SECONDS)
    time.sleep(6)
    house.cluster.kill("web")
    house.cluster.restart("web")
    client.join()
    passed_ms = (time.monotonic() - began) * 1000  # on a busy machine the restart takes its time, and the film runs on
    (answer,) = answers
    house.seal([learner_id])
    account = read(house.database_url, [learner_id])[learner_id]
    assert account.credited_ms == answer, "what it was told is what is written down"
    assert account.faults == ()
    assert SECONDS * 1000 - 5_000 <= answer <= passed_ms, "a kill costs at most a beat, and nothing outruns the clock"


def test_it_watches_a_lesson_to_its_last_second(house: House, example: dict[str, Any]) -> None:
    client, answers, learner_id = watch(house, example, 60)
    client.join()
    house.seal([learner_id])
    account = read(house.database_url, [learner_id])[learner_id]
    assert [account.credited_ms] == answers
    assert account.credited_ms >= 39_900
