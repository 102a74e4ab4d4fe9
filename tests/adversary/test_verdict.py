"""A planted leak is reported as one; a bot that never got through is no success; an honest loss has a bound."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.adversary import report
from tests.adversary.arena import Arena, Bot, Run, run
from tests.adversary.bots import BOTS, NOT_BUILT
from tests.adversary.house import House, Stage
from tests.adversary.ledger import Account
from tests.adversary.oracle import Shown, Sitting
from tests.adversary.verdict import ANSWERING, BY_SCRIPT, HONEST, Line, judge, rows
from tests.adversary.wire import Borrowed, Seat, Site
from tests.adversary.zoo import CAMERA, LONG, SHORT, cast, honest_bots, needed, recall

LEARNER = 7


async def idle(arena: Arena) -> None:
    """An attack that does nothing."""


BOT = Bot("planted", "A1", "", idle, ("accepted|refused seek_ahead", "close 4400"))


@pytest.fixture
def arena() -> Arena:
    """An arena whose house is not needed: nothing in it runs."""
    nobody: Iterator[Seat] = iter(())
    house = House.__new__(House)
    house.site, house.stage, house.seats = Site("", ""), Stage(("lesson",), "brief", "closed"), nobody
    made = Arena(house, Borrowed(), seconds=1)
    made.learner_ids.append(LEARNER)
    made.tally.update({"accepted": 3, "close 4400": 1})
    return made


def watched(seconds: float) -> Sitting:
    return Sitting(LEARNER, "lesson", 0, [Shown(0, seconds * 1000, 0, seconds * 1000)], [(0, 10**9)])


def judged(arena: Arena, *, credited: int, bot: Bot = BOT, lasted: float = 60, faults: tuple[str, ...] = ()) -> Line:
    return judge(Run(bot, arena, lasted), {LEARNER: Account(credited, {"lesson": credited}, faults)})


def test_a_planted_leak_is_reported(arena: Arena) -> None:
    arena.sittings.append(watched(20))
    line = judged(arena, credited=20_001)
    assert (line.leaked_ms, line.entitled_ms, line.is_good) == (1, 20_000, False)
    assert any("LEAKED" in words for words in report.table([line], {}))
    assert not report.is_good([line])


def test_what_was_truly_watched_is_no_leak(arena: Arena) -> None:
    arena.sittings.append(watched(20))
    line = judged(arena, credited=20_000)
    assert (line.leaked_ms, line.is_good) == (0, True)


def test_what_one_learner_missed_does_not_hide_what_another_got(arena: Arena) -> None:
    arena.learner_ids.append(8)
    arena.sittings.append(watched(60))
    line = judge(Run(BOT, arena, 60), {LEARNER: Account(0, {}, ()), 8: Account(5_000, {}, ())})
    assert line.leaked_ms == 5_000


def test_a_known_limit_is_shown_and_is_still_bound_by_the_clock(arena: Arena) -> None:
    limited = replace(BOT, limit="the proof is a sample")
    line = judged(arena, credited=59_000, bot=limited)
    assert (line.leaked_ms, line.is_good) == (59_000, True)
    assert any("limit: the proof is a sample" in words for words in report.table([line], {}))
    assert not judged(arena, credited=60_001, bot=limited).is_good


def test_a_bot_that_never_got_through_is_no_success(arena: Arena) -> None:
    del arena.tally["close 4400"]
    line = judged(arena, credited=0)
    assert line.faults == ("never met: close 4400",)
    assert not report.is_good([line])


async def test_a_bot_that_fails_is_no_success(arena: Arena) -> None:
    async def cannot_connect(_: Arena) -> None:
        raise ConnectionRefusedError("nobody there")

    failed = await run(replace(BOT, attack=cannot_connect), arena)
    assert failed.error == "ConnectionRefusedError: nobody there"
    assert not judge(failed, {LEARNER: Account(0, {}, ())}).is_good


async def test_a_bot_that_does_not_end_is_stopped(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(_: Arena) -> None:
        await asyncio.sleep(3_600)

    monkeypatch.setattr("tests.adversary.arena.LAST_WORDS_SECONDS", 0)
    arena.seconds = 0.05
    stopped = await run(replace(BOT, attack=endless), arena)
    assert stopped.error.startswith("TimeoutError")


def test_books_that_disagree_are_a_fault(arena: Arena) -> None:
    assert not judged(arena, credited=0, faults=("log and chunks disagree",)).is_good


@pytest.mark.parametrize(("credited", "breaks", "good"), [(55_000, 0, True), (54_999, 0, False), (45_000, 2, True)])
def test_an_honest_learner_loses_at_most_a_beat_a_break(arena: Arena, credited: int, breaks: int, good: bool) -> None:
    arena.sittings.append(watched(60))
    arena.breaks = breaks
    assert judged(arena, credited=credited, bot=replace(BOT, family=HONEST)).is_good is good


@pytest.mark.parametrize("trouble", ["close 1011", "POST open 500", "GET key 502"])
def test_trouble_of_the_house_itself_is_a_fault(arena: Arena, trouble: str) -> None:
    arena.tally[trouble] += 1
    assert judged(arena, credited=0).faults == (f"the house's own trouble: {trouble}",)


def test_an_honest_learner_who_was_shut_out_is_a_fault(arena: Arena) -> None:
    arena.blocked.append("closed by 4410")
    assert not judged(arena, credited=0, bot=replace(BOT, family=HONEST)).is_good


@pytest.mark.parametrize(("flagged", "good"), [(0, False), (18, False), (19, True), (20, True)])
def test_a_driven_browser_is_flagged_nineteen_times_in_twenty(arena: Arena, flagged: int, good: bool) -> None:
    line = judged(arena, credited=0, bot=replace(BOT, family="A11"))
    lines = [replace(line, opened=1, flagged=int(number < flagged)) for number in range(20)]
    assert report.is_good(lines) is good
    assert any(f"flagged {flagged} of 20" in words for words in report.table(lines, {}))


def test_nobody_who_is_honest_is_flagged(arena: Arena) -> None:
    honest = judged(arena, credited=0, bot=replace(BOT, family=HONEST))
    assert report.is_good([honest])
    assert not report.is_good([replace(honest, opened=1, flagged=1)])


@pytest.mark.parametrize(("named", "good"), [(0, False), (18, False), (19, True)])
def test_who_answers_by_script_is_a_lead_nineteen_times_in_twenty(arena: Arena, named: int, good: bool) -> None:
    arena.tally[BY_SCRIPT] += 1
    bot = replace(BOT, family=ANSWERING)
    accounts = {LEARNER: Account(0, {}, (), opened=1)}
    lines = [judge(Run(bot, arena, 60), accounts, {LEARNER} if n < named else ()) for n in range(20)]
    assert report.is_good(lines) is good
    assert (rows(lines)[0].opened, rows(lines)[0].flagged) == (20, named)


def test_who_only_guesses_need_not_be_a_lead(arena: Arena) -> None:
    assert judge(Run(replace(BOT, family=ANSWERING), arena, 60), {LEARNER: Account(0, {}, (), opened=1)}).opened == 0


def test_an_honest_learner_whom_a_lead_names_is_a_fault(arena: Arena) -> None:
    line = judge(Run(replace(BOT, family=HONEST), arena, 60), {LEARNER: Account(0, {}, (), opened=1)}, {LEARNER})
    assert not report.is_good([line])


def test_what_is_wrong_in_the_books_of_its_company_is_a_fault_of_the_run(arena: Arena) -> None:
    arena.company_ids.append(3)
    accounts = {LEARNER: Account(0, {}, ())}
    books = {3: ("5 seats of 6",), 4: ("another company's",)}
    assert judge(Run(BOT, arena, 60), accounts, (), books).faults == ("5 seats of 6",)
    assert judge(Run(BOT, arena, 60), accounts, (), {3: ()}).is_good


def test_runs_are_added_up_by_bot_and_written_down(arena: Arena, tmp_path: Path) -> None:
    lines = [judged(arena, credited=0), judged(arena, credited=3_000)]
    (row,) = rows(lines)
    assert (row.runs, row.credited_ms, row.leaked_ms, row.seconds) == (2, 3_000, 3_000, 120)
    report.write(tmp_path / "result.json", lines, {"A21": "nobody has thought of it"}, [])
    told: dict[str, Any] = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert told["good"] is False
    assert told["rows"][0]["leaked_ms"] == 3_000
    assert told["not_built"] == {"A21": "nobody has thought of it"}


def test_an_interrupted_zoo_is_taken_up_again(arena: Arena, tmp_path: Path) -> None:
    kept = tmp_path / "runs.jsonl"
    assert recall(kept) == []
    line = judged(arena, credited=1)
    kept.write_text(json.dumps(line.to_json()) + "\n", encoding="utf-8")
    assert recall(kept) == [line]


def test_every_family_is_played_or_said_to_be_missing() -> None:
    from tests.adversary.flood import FLOOD

    families = {bot.family for bot in (*BOTS, FLOOD)} | NOT_BUILT.keys()
    assert families == {f"A{number}" for number in range(1, 21)}
    assert len({bot.name for bot in BOTS}) == len(BOTS)


def test_every_bot_says_how_it_shows_that_it_got_through() -> None:
    assert [bot.name for bot in BOTS if not bot.reaches] == []


def test_the_short_form_plays_every_bot_and_every_honest_script_the_long_one_every_family_fifty_times() -> None:
    from tests.adversary.flood import FLOOD, ROUNDS

    short = [bot.name for bot in cast(SHORT)]
    assert {bot.name for bot in (*BOTS, *honest_bots(long=False), CAMERA)} <= set(short)
    long = cast(LONG)
    for family in {bot.family for bot in BOTS}:
        assert sum(bot.family == family for bot in long) >= 50, family
    assert sum(bot.family == HONEST for bot in long) == 500
    assert LONG.floods * ROUNDS >= 50
    assert FLOOD not in long


def test_the_house_has_what_every_run_takes_from_it() -> None:
    for plan in (SHORT, LONG):
        bots = cast(plan)
        wanted = needed(bots, plan)
        assert wanted.asked == sum(bot.needs.count("asked") for bot in bots) > 0
        assert wanted.live > sum(bot.needs.count("live") for bot in bots) > 0
        assert wanted.shops == sum(bot.needs.count("shop") for bot in bots) > 0


def test_a_zoo_that_goes_on_plays_only_what_is_missing() -> None:
    whole = Counter(bot.name for bot in cast(LONG))
    done = Counter({"replays": 4, "steady": 1, "headless Chromium": whole["headless Chromium"]})
    assert Counter(bot.name for bot in cast(LONG, done)) == whole - done
