"""What a bot is given to work with, and what is kept of a run."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.adversary.house import House, Shop, Stage
from tests.adversary.oracle import Sitting
from tests.adversary.player import HONEST, Habits, Player
from tests.adversary.wire import Borrowed, Person, Seat, Site, Tally, Ticket, Wire

LAST_WORDS_SECONDS = 90.0


@dataclass
class Arena:
    """One run of one bot: fresh learners, how long it may take, and the truth about what it did.

    number: which run of this bot it is, so that runs may differ. long: the long form.
    """

    house: House
    transport: Borrowed
    seconds: float
    number: int = 0
    long: bool = False
    tally: Tally = field(default_factory=Tally)
    sittings: list[Sitting] = field(default_factory=list)
    learner_ids: list[int] = field(default_factory=list)
    company_ids: list[int] = field(default_factory=list)
    notes: dict[str, float] = field(default_factory=dict)
    breaks: int = 0
    blocked: list[str] = field(default_factory=list)
    over: bool = False

    @property
    def stage(self) -> Stage:
        return self.house.stage

    @property
    def lesson(self) -> str:
        return self.stage.lessons[0]

    def person(self, site: Site | None = None, seats: Iterator[Seat] | None = None) -> Person:
        """A learner of the run's own, whose account is looked at afterwards. Raises RuntimeError when the run is over."""
        if self.over:  # what an attack that failed has left running: nobody would look at its account
            raise RuntimeError("the run is over")
        seat = next(self.house.seats if seats is None else seats)
        self.learner_ids.append(seat.learner_id)
        return Person(seat, site or self.house.site, self.transport, self.tally)

    def asked_person(self) -> Person:
        """A learner of whom presence is asked. Raises RuntimeError when the run is over."""
        return self.person(seats=self.house.asked)

    def paper(self) -> tuple[Seat, tuple[Seat, ...]]:
        """A holder of an old paper certificate, and the officers who may decide about it."""
        return next(self.house.papers), self.house.officers

    def shop(self) -> Shop:
        """A company of the run's own, whose books are looked at afterwards."""
        shop = next(self.house.shops)
        self.company_ids.append(shop.company_id)
        return shop

    def player(self, person: Person, lesson: str = "", habits: Habits = HONEST, *, there: bool = True) -> Player:
        """A player whose truth belongs to this run. there: of whom presence is asked: whether they may earn."""
        player = Player(person, lesson or self.lesson, habits)
        player.sitting.there = there
        self.sittings.append(player.sitting)
        return player

    @asynccontextmanager
    async def wire(self, person: Person, ticket: Ticket) -> AsyncIterator[Wire]:
        """A bare socket that has heard its greeting."""
        async with person.socket(ticket.socket_path) as socket:
            wire = Wire(person, socket)
            await wire.hear()
            yield wire


Attack = Callable[[Arena], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Bot:
    """One row of the table.

    family: of the attack table, A1 to A20. reaches: words that the tally must show, one of each group that is separated by `|`,
    or the attack has not reached the house. limit: why this one may leak, where it cannot be known; empty for all others.
    seconds: how long it runs in the short form and in the long one. needs: what each run takes from the house beside
    a learner: "asked" (a learner of whom presence is asked), "live" (a film of a person), "shop" (a company that buys),
    "paper" (an old certificate).
    """

    name: str
    family: str
    says: str
    attack: Attack
    reaches: tuple[str, ...]
    seconds: tuple[float, float] = (60, 100)
    limit: str = ""
    browser: bool = False
    needs: tuple[str, ...] = ()


@dataclass
class Run:
    """One run that is over. error: why it could not go on; a run that could not is no success."""

    bot: Bot
    arena: Arena
    lasted: float
    error: str = ""

    def missed(self) -> list[str]:
        """Return what the attack should have met and did not."""
        return [words for words in self.bot.reaches if not any(self.arena.tally[word] for word in words.split("|"))]


async def run(bot: Bot, arena: Arena) -> Run:
    """Let a bot work for its time, and a little longer for its last words."""
    began = time.monotonic()
    error = ""
    try:
        async with asyncio.timeout(arena.seconds * 1.5 + LAST_WORDS_SECONDS):
            await bot.attack(arena)
    except Exception as trouble:  # noqa: BLE001 — shown in the table: the run does not count as a success
        error = f"{type(trouble).__name__}: {trouble}"
    arena.over = True
    return Run(bot, arena, time.monotonic() - began, error)
