"""Runs the zoo: waves of bots and honest learners side by side, a seal after each, and a verdict on every run."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.adversary import honest
from tests.adversary.arena import Arena, Bot, Run, run
from tests.adversary.bots import BOTS
from tests.adversary.flood import FLOOD
from tests.adversary.house import House, open_house
from tests.adversary.ledger import read
from tests.adversary.logs import tracebacks
from tests.adversary.verdict import HONEST, HOUSE, Line, judge
from tests.adversary.wire import Borrowed

SEATS_A_RUN = 1.25  # most bots need one; a few bring a victim
SEATS_A_FLOOD = 8
LANES = 2  # browsers at a time
RAMP_SECONDS = (12.0, 45.0)  # a wave does not come in one moment; short form, long form

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done. copies: of each bot in a wave; honest: learners in a wave; floods: in all; browsers: runs in a wave."""

    waves: int
    copies: int
    honest: int
    browsers: int
    floods: int
    long: bool

    @property
    def seats(self) -> int:
        bots = sum(1 for bot in BOTS if not bot.browser) * self.copies
        runs = self.waves * (bots + self.honest + self.browsers)
        return round(SEATS_A_RUN * runs) + SEATS_A_FLOOD * self.floods + SEATS_A_FLOOD


SHORT = Plan(waves=1, copies=1, honest=24, browsers=6, floods=1, long=False)
LONG = Plan(waves=10, copies=5, honest=50, browsers=9, floods=17, long=True)


def honest_bots(*, long: bool) -> tuple[Bot, ...]:
    scripts = honest.SCRIPTS | (honest.LONG_SCRIPTS if long else {})
    return tuple(
        Bot(name, HONEST, "", script, ("accepted",), (60, 150 if name in honest.LONG_SCRIPTS else 100))
        for name, script in scripts.items()
    )


def cast(plan: Plan, wave: int) -> list[Bot]:
    """Return who plays in a wave: the browsers take turns, so do the kinds of honest learners."""
    browsers = [bot for bot in BOTS if bot.browser]
    learners = honest_bots(long=plan.long)
    return [
        *(bot for bot in BOTS if not bot.browser for _ in range(plan.copies)),
        *(browsers[(wave * plan.browsers + n) % len(browsers)] for n in range(plan.browsers)),
        *(learners[(wave * plan.honest + n) % len(learners)] for n in range(plan.honest)),
    ]


class Zoo:
    """A house, and the runs in it. Each wave is written down at once: a zoo that is stopped has not run in vain."""

    def __init__(self, house: House, plan: Plan, kept: Path | None, say: Say) -> None:
        self.house, self.plan, self.kept, self.say = house, plan, kept, say
        self.lines: list[Line] = []
        self.numbers: Counter[str] = Counter()
        self.transport = Borrowed()

    async def play(self, first_wave: int = 0) -> list[Line]:
        """Play the waves from `first_wave` on, then the floods."""
        for wave in range(first_wave, self.plan.waves):
            began = time.monotonic()
            runs = await self.wave(cast(self.plan, wave))
            self.keep(await self.judged(runs))
            self.say(f"wave {wave + 1} of {self.plan.waves}: {len(runs)} runs in {time.monotonic() - began:.0f} s")
        if not any(line.bot == FLOOD.name for line in self.lines):
            began = time.monotonic()
            # One after the other: a flood beside a flood would have no calm to be compared with.
            self.keep(await self.judged([await run(FLOOD, self.arena(FLOOD)) for _ in range(self.plan.floods)]))
            self.say(f"{self.plan.floods} floods in {time.monotonic() - began:.0f} s")
        await self.transport.close()
        self.keep([self.of_the_house()])
        return self.lines

    def of_the_house(self) -> Line:
        """What the processes themselves complained of, as a line of its own."""
        names = ("web", "http", *(("worker", "beat") if self.plan.long else ()))
        found = tracebacks(self.house.cluster.folder.log(name) for name in names)
        faults = tuple(f"{count} tracebacks in the logs: {words}" for words, count in found.items())
        return Line("the house itself", HOUSE, 0.0, 0, 0, 0, 0, 0, "", faults)

    def arena(self, bot: Bot) -> Arena:
        self.numbers[bot.name] += 1
        seconds = bot.seconds[self.plan.long]
        return Arena(self.house, self.transport, seconds, number=self.numbers[bot.name], long=self.plan.long)

    async def wave(self, bots: Sequence[Bot]) -> list[Run]:
        """Let them all play side by side."""
        lanes = asyncio.Semaphore(LANES)
        pause = RAMP_SECONDS[self.plan.long] / max(1, len(bots))
        longest_first = sorted(bots, key=lambda bot: -bot.seconds[self.plan.long])

        async def one(bot: Bot, after: float) -> Run:
            await asyncio.sleep(after)
            if not bot.browser:
                return await run(bot, self.arena(bot))
            async with lanes:
                return await run(bot, self.arena(bot))

        return await asyncio.gather(*(one(bot, n * pause) for n, bot in enumerate(longest_first)))

    async def judged(self, runs: Iterable[Run]) -> list[Line]:
        """Seal, read the books, and compare."""
        over = list(runs)
        await asyncio.to_thread(self.house.seal)
        ids = [learner_id for one in over for learner_id in one.arena.learner_ids]
        accounts = await asyncio.to_thread(read, self.house.database_url, ids)
        return [judge(one, accounts) for one in over]

    def keep(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.lines.append(line)
            if self.kept:
                with self.kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line.to_json(), ensure_ascii=False) + "\n")


def recall(kept: Path) -> list[Line]:
    """Return the runs that an earlier, interrupted zoo has written down."""
    if not kept.exists():
        return []
    return [Line.from_json(json.loads(text)) for text in kept.read_text(encoding="utf-8").splitlines()]


def play(plan: Plan, *, kept: Path | None, resume: bool, say: Say) -> list[Line]:
    """Open a house, play the plan in it, and return every run; with `resume`, go on after the last whole wave."""
    earlier = recall(kept) if kept and resume else []
    if kept and not resume:
        kept.unlink(missing_ok=True)
    bots = [line for line in earlier if line.bot == BOTS[0].name]
    first_wave = min(plan.waves, len(bots) // plan.copies)
    began = time.monotonic()
    seats = replace(plan, waves=plan.waves - first_wave).seats
    with open_house(learners=seats, with_tasks=plan.long) as house:
        say(f"the house stands, {seats} learners, {time.monotonic() - began:.0f} s")
        zoo = Zoo(house, plan, kept, say)
        zoo.lines = [line for line in earlier if line.family != HOUSE]
        return asyncio.run(zoo.play(first_wave))


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
