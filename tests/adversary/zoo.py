"""Runs the zoo: a steady crowd of bots and honest learners side by side, and a verdict on every run."""

import asyncio
import json
import math
import random
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.adversary import books, honest
from tests.adversary.arena import Arena, Bot, Run, run
from tests.adversary.bots import BOTS
from tests.adversary.flood import FLOOD
from tests.adversary.house import House, Wanted, open_house
from tests.adversary.ledger import read
from tests.adversary.logs import tracebacks
from tests.adversary.verdict import HONEST, HOUSE, Line, judge
from tests.adversary.wire import Borrowed

SEATS_A_RUN = 1.25  # most bots need one; a few bring a victim
SEATS_A_FLOOD = 8
SPARE = 1.2  # films of persons: one in twenty is asked to do it once more
CAMERA_EACH = 40  # of so many honest sessions one is before a camera: its film can be shown once
LANES = 2  # browsers at a time
JUDGED_EVERY_SECONDS = 45.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done. family: runs of each family of the attack table, at least; honest: sessions; floods: in all.

    crowd: how many are in the house at a time, browsers apart. ramp_seconds: they do not come in one moment. only: these
    families, where any is named.
    """

    family: int
    honest: int
    floods: int
    crowd: int
    ramp_seconds: float
    long: bool
    only: frozenset[str] = frozenset()

    def part(self, percent: int) -> "Plan":
        """Return a plan of so much of this one: of every family and of the honest alike."""
        return replace(
            self,
            family=math.ceil(self.family * percent / 100),
            honest=math.ceil(self.honest * percent / 100),
            floods=math.ceil(self.floods * percent / 100),
        )

    @property
    def wanted_floods(self) -> int:
        return self.floods if not self.only or FLOOD.family in self.only else 0


SHORT = Plan(family=1, honest=24, floods=1, crowd=200, ramp_seconds=12.0, long=False)
LONG = Plan(family=50, honest=500, floods=17, crowd=80, ramp_seconds=60.0, long=True)
CAMERA = Bot(
    "before a camera",
    HONEST,
    "",
    honest.before_a_camera,
    ("accepted", "verdict passed"),
    (45, 60),
    needs=("asked", "live"),
)
ORDER = 20200101  # of the runs in a crowd: mixed, and the same every time


def honest_bots(*, long: bool) -> tuple[Bot, ...]:
    scripts = honest.SCRIPTS | (honest.LONG_SCRIPTS if long else {})
    return tuple(
        Bot(name, HONEST, "", script, ("accepted",), (60, 150 if name in honest.LONG_SCRIPTS else 100))
        for name, script in scripts.items()
    )


def cast(plan: Plan, done: Mapping[str, int] | None = None) -> list[Bot]:
    """Return who is still to play, mixed. Every bot plays as often as its family needs. done: runs by the bot's name."""
    learners = honest_bots(long=plan.long)
    members = Counter(bot.family for bot in BOTS)
    wanted = [(bot, math.ceil(plan.family / members[bot.family])) for bot in BOTS]
    cameras = max(1, plan.honest // CAMERA_EACH)
    each, rest = divmod(plan.honest - cameras, len(learners))
    wanted += [(CAMERA, cameras), *((bot, each + (n < rest)) for n, bot in enumerate(learners))]
    if plan.only:
        wanted = [(bot, times) for bot, times in wanted if bot.family in plan.only]
    left = [bot for bot, times in wanted for _ in range(times - (done or {}).get(bot.name, 0))]
    if plan.long:
        random.Random(ORDER).shuffle(left)  # noqa: S311 — not a secret
        return left
    return sorted(left, key=lambda bot: -bot.seconds[plan.long])


class Zoo:
    """A house, and the runs in it. Runs are judged and written down as they end: a zoo that is stopped has not run in vain."""

    def __init__(self, house: House, plan: Plan, kept: Path | None, say: Say) -> None:
        self.house, self.plan, self.kept, self.say = house, plan, kept, say
        self.lines: list[Line] = []
        self.over: list[Run] = []
        self.judging = asyncio.Lock()
        self.numbers: Counter[str] = Counter()
        self.transport = Borrowed()

    async def play(self) -> list[Line]:
        """Play what is not played yet: the crowd, then the floods."""
        done = Counter(line.bot for line in self.lines)
        self.numbers += done
        bots, began = cast(self.plan, done), time.monotonic()
        async with asyncio.TaskGroup() as group:  # a judge who fails ends all: else nobody would know until the end
            judging = group.create_task(self._judge_now_and_then(len(bots)))
            await self._crowd(bots)
            judging.cancel()
        await self._judge()
        self.say(f"{len(bots)} runs in {time.monotonic() - began:.0f} s")
        began, floods = time.monotonic(), self.plan.wanted_floods - done[FLOOD.name]
        for _ in range(floods):
            # One after the other: a flood beside a flood would have no calm to be compared with.
            ended = await run(FLOOD, self.arena(FLOOD))
            self.over.append(ended)
            await self._judge()
        self.say(f"{floods} floods in {time.monotonic() - began:.0f} s")
        await self.transport.close()
        self.keep([self.of_the_house()])
        return self.lines

    def of_the_house(self) -> Line:
        """What the processes themselves complained of, as a line of its own."""
        names = ("web", "http", "worker", "faces", "payments", "beat")
        found = tracebacks(self.house.cluster.folder.log(name) for name in names)
        faults = tuple(f"{count} tracebacks in the logs: {words}" for words, count in found.items())
        return Line("the house itself", HOUSE, 0.0, 0, 0, 0, 0, 0, "", faults)

    def arena(self, bot: Bot) -> Arena:
        self.numbers[bot.name] += 1
        seconds = bot.seconds[self.plan.long]
        return Arena(self.house, self.transport, seconds, number=self.numbers[bot.name], long=self.plan.long)

    async def _crowd(self, bots: Iterable[Bot]) -> None:
        """Let them play side by side, as many at a time as the plan says: where one has ended, the next comes in."""
        waiting = {browser: deque(bot for bot in bots if bot.browser is browser) for browser in (False, True)}

        async def lane(queue: deque[Bot], after: float) -> None:
            await asyncio.sleep(after)
            while queue:
                bot = queue.popleft()
                ended = await run(bot, self.arena(bot))
                self.over.append(ended)  # looked up after the run: the judge has taken the former list away

        places = min(self.plan.crowd, len(waiting[False]))
        pause = self.plan.ramp_seconds / max(1, places)
        lanes = [lane(waiting[False], n * pause) for n in range(places)]
        await asyncio.gather(*lanes, *(lane(waiting[True], n) for n in range(LANES)))

    async def _judge_now_and_then(self, wanted: int) -> None:
        """In the long form: write down what is over while the others still play."""
        while self.plan.long:
            await asyncio.sleep(JUDGED_EVERY_SECONDS)
            await asyncio.shield(self._judge())
            self.say(f"{len(self.lines)} runs are written down, {wanted} were to play")

    async def _judge(self) -> None:
        """Seal what the runs that are over have earned, read the books, and compare."""
        async with self.judging:
            over, self.over = self.over, []
            ids = [learner_id for one in over for learner_id in one.arena.learner_ids]
            suspects = await asyncio.to_thread(self.house.seal, ids)
            accounts = await asyncio.to_thread(read, self.house.database_url, ids)
            companies = [company_id for one in over for company_id in one.arena.company_ids]
            for learner_id, faults in (
                await asyncio.to_thread(books.certificates, self.house.database_url, ids)
            ).items():
                accounts[learner_id] = replace(accounts[learner_id], faults=(*accounts[learner_id].faults, *faults))
            wrong = await asyncio.to_thread(books.read, self.house.database_url, companies)
            self.keep([judge(one, accounts, suspects, wrong) for one in over])

    def keep(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.lines.append(line)
            if self.kept:
                with self.kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line.to_json(), ensure_ascii=False) + "\n")


def needed(bots: Sequence[Bot], plan: Plan) -> Wanted:
    """Return what these runs will take from the house, with a little to spare."""
    takes = Counter(need for bot in bots for need in bot.needs)
    return Wanted(
        seats=round(SEATS_A_RUN * len(bots)) + SEATS_A_FLOOD * (plan.floods + 1),
        asked=takes["asked"],
        live=math.ceil(takes["live"] * SPARE),
        shops=takes["shop"],
        papers=takes["paper"],
    )


def recall(kept: Path) -> list[Line]:
    """Return the runs that an earlier, interrupted zoo has written down."""
    if not kept.exists():
        return []
    return [Line.from_json(json.loads(text)) for text in kept.read_text(encoding="utf-8").splitlines()]


def play(plan: Plan, *, kept: Path | None, resume: bool, say: Say) -> list[Line]:
    """Open a house, play the plan in it, and return every run; with `resume`, only what is not written down yet."""
    earlier = [line for line in recall(kept) if line.family != HOUSE] if kept and resume else []
    if kept and not resume:
        kept.unlink(missing_ok=True)
    done = Counter(line.bot for line in earlier)
    wanted = needed(cast(plan, done), plan)
    began = time.monotonic()
    films_in = kept.parent / "reels" if kept else None
    with open_house(wanted, films_in=films_in, with_beat=plan.long) as house:
        say(f"the house stands, {wanted.seats + wanted.asked} learners, {time.monotonic() - began:.0f} s")
        zoo = Zoo(house, plan, kept, say)
        zoo.lines = earlier
        return asyncio.run(zoo.play())


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
