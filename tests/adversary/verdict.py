"""From runs to rows: what was credited, what was owed, what leaked, and whether the attack ever got through."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from tests.adversary.arena import Run
from tests.adversary.ledger import Account
from tests.adversary.oracle import entitled_ms

BEAT_MS = 5_000  # what an honest learner may lose at each break, and at the end


@dataclass(frozen=True, slots=True)
class Line:
    """One run as it is written down. faults: why it is no success, whatever leaked."""

    bot: str
    family: str
    seconds: float
    credited_ms: int
    entitled_ms: int
    leaked_ms: int
    lost_ms: int
    breaks: int
    limit: str
    faults: tuple[str, ...]
    tally: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, float] = field(default_factory=dict)
    opened: int = 0
    flagged: int = 0

    @property
    def is_honest(self) -> bool:
        return self.family == HONEST

    @property
    def is_good(self) -> bool:
        return not self.faults and (not self.leaked_ms or bool(self.limit))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Line":
        return cls(**{**kept, "faults": tuple(kept["faults"])})


HONEST, HOUSE = "honest", "house"
DRIVEN, ANSWERING, FLAGGED_PERCENT = "A11", "A10", 95
BY_SCRIPT = "answered by script"  # in the tally: the auditors' leads must name this learner
_TROUBLE = re.compile(r" 5\d\d$|close 1011")  # nothing is killed in a zoo: the house has no excuse


def judge(
    run: Run,
    accounts: Mapping[int, Account],
    suspects: Collection[int] = (),
    books: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> Line:
    """Compare what the house has written down for the learners of a run with what they were owed.

    suspects: of whom the leads say that they answer as scripts do. books: what is wrong in those of each company.

    A bot with a limit leaks openly, but even it never earns more than the clock.
    """
    arena = run.arena
    credited = owed = leaked = opened = flagged = 0
    faults = [fault for words in ([run.error] if run.error else [], arena.blocked) for fault in words]
    for learner_id in dict.fromkeys(arena.learner_ids):
        account = accounts[learner_id]
        mine = entitled_ms([sitting for sitting in arena.sittings if sitting.learner_id == learner_id])
        credited += account.credited_ms
        owed += mine
        leaked += max(0, account.credited_ms - mine)
        faults += account.faults
        opened += account.opened if run.bot.family != ANSWERING else 0
        flagged += account.flagged
        if run.bot.family == ANSWERING:
            opened += bool(arena.tally[BY_SCRIPT]) or learner_id in suspects
        flagged += learner_id in suspects
        if account.credited_ms > run.lasted * 1000 + arena.notes.get("aged_ms", 0):
            faults.append(f"credited {account.credited_ms} ms in {run.lasted:.1f} s")
    faults += [fault for company_id in arena.company_ids for fault in books.get(company_id, ())]
    faults += [f"never met: {words}" for words in run.missed()]
    faults += [f"the house's own trouble: {words}" for words in arena.tally if _TROUBLE.search(words)]
    lost = max(0, owed - credited)
    if run.bot.family == HONEST and lost > BEAT_MS * (arena.breaks + 1):
        faults.append(f"lost {lost} ms in {arena.breaks} breaks")
    return Line(
        bot=run.bot.name,
        family=run.bot.family,
        seconds=round(run.lasted, 1),
        credited_ms=credited,
        entitled_ms=owed,
        leaked_ms=leaked,
        lost_ms=lost,
        breaks=arena.breaks,
        limit=run.bot.limit,
        faults=tuple(faults),
        tally=dict(arena.tally),
        notes=dict(arena.notes),
        opened=opened,
        flagged=flagged,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """All runs of one bot."""

    bot: str
    family: str
    runs: int
    seconds: float
    credited_ms: int
    entitled_ms: int
    leaked_ms: int
    lost_ms: int
    breaks: int
    limit: str
    faults: tuple[str, ...]
    opened: int = 0
    flagged: int = 0

    @property
    def is_good(self) -> bool:
        return not self.faults and (not self.leaked_ms or bool(self.limit))


def rows(lines: Iterable[Line]) -> list[Row]:
    """Add up the runs by bot, in the order in which the bots first appear."""
    by_bot: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        by_bot.setdefault((line.family, line.bot), []).append(line)
    return [
        Row(
            bot=bot,
            family=family,
            runs=len(some),
            seconds=sum(line.seconds for line in some),
            credited_ms=sum(line.credited_ms for line in some),
            entitled_ms=sum(line.entitled_ms for line in some),
            leaked_ms=sum(line.leaked_ms for line in some),
            lost_ms=sum(line.lost_ms for line in some),
            breaks=sum(line.breaks for line in some),
            limit=some[0].limit,
            faults=(*(fault for line in some for fault in line.faults), *_unseen(family, some)),
            opened=sum(line.opened for line in some),
            flagged=sum(line.flagged for line in some),
        )
        for (family, bot), some in by_bot.items()
    ]


def _unseen(family: str, some: Sequence[Line]) -> Iterable[str]:
    """Driven browsers and scripts that answer are to be flagged for the auditors, and nobody who is honest."""
    opened, flagged = sum(line.opened for line in some), sum(line.flagged for line in some)
    if family in {DRIVEN, ANSWERING} and flagged * 100 < FLAGGED_PERCENT * opened:
        yield f"flagged {flagged} of {opened}"
    if family == HONEST and flagged:
        yield f"{flagged} of {opened} honest sittings were flagged"
