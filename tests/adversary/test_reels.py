"""Films that are made while the zoo begins, and what of a chunk presence lets count."""

import asyncio
from pathlib import Path

import pytest

from tests.adversary.ledger import Presence
from tests.adversary.presence import options
from tests.adversary.reels import KINDS, Reels, pack, unpack
from tests.proctoring.material.attacks import ATTACKS

FILM = [b"one", b"", b"three" * 1000]
OPENED, CONFIRMED, RELEASED = "proctoring.session_opened", "proctoring.time_confirmed", "proctoring.time_released"


def test_a_film_comes_back_as_it_was_packed() -> None:
    assert unpack(pack(FILM)) == FILM
    assert unpack(b"") == []


def test_every_kind_is_an_attack_that_can_be_filmed() -> None:
    assert set(KINDS) <= set(ATTACKS)


async def test_a_person_is_filmed_for_one_alone_and_an_attack_for_all(tmp_path: Path) -> None:
    for name in ("live-0", "live-1", "looped-0"):
        (tmp_path / name).write_bytes(pack([name.encode()]))
    reels = Reels(tmp_path)
    assert [await reels.live(), await reels.live()] == [[b"live-0"], [b"live-1"]]
    assert await reels.attack("looped") == await reels.attack("looped") == [b"looped-0"]


async def test_a_run_waits_for_a_film_that_is_still_being_made(tmp_path: Path) -> None:
    waiting = asyncio.create_task(Reels(tmp_path).live())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    (tmp_path / "live-0").write_bytes(pack(FILM))
    assert await waiting == FILM


async def test_a_film_that_never_comes_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.adversary.reels.WAIT_SECONDS", 0)
    with pytest.raises(TimeoutError, match="live-0"):
        await Reels(tmp_path).live()


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([], 1.0),  # presence was not asked for
        ([(OPENED, "s", None, None)], 0.0),
        ([(OPENED, "s", None, None), (CONFIRMED, "s", 0.0, 50.0)], 0.4),
        ([(CONFIRMED, "s", 0.0, 60.0), (RELEASED, "s", 50.0, 80.0)], 0.7),
        ([(OPENED, "s", None, None), (CONFIRMED, "other", 0.0, 500.0)], 0.0),
        ([(CONFIRMED, "s", 0.0, 500.0)], 1.0),
    ],
)
def test_a_chunk_counts_as_far_as_its_time_was_granted(
    rows: list[tuple[str, str, float | None, float | None]], share: float
) -> None:
    assert Presence(rows).share("s", 10.0, 110.0) == pytest.approx(share)


def test_the_answers_are_read_off_the_page() -> None:
    label = (
        '<input class="x" type="radio" id="a{q}-{n}" name="answer{q}" value="{n}" required><label class="y">{t}</label>'
    )
    page = "".join(label.format(q=q, n=n, t=f"{q}&amp;{n}") for q in (1, 2) for n in range(4))
    assert options(page) == [[f"{q}&{n}" for n in range(4)] for q in (1, 2)]
