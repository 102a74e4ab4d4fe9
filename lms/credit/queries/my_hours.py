"""Everything that the learner's first page shows."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from lms.credit.domain.decision import Decision
from lms.credit.domain.outlook import Outlook, if_finished, outlook_of
from lms.credit.domain.terms import State
from lms.credit.queries.courses import Gap, Recording, study_of
from lms.credit.queries.decisions import LicenceDecision, decisions_of
from lms.credit.queries.held import HeldTime
from lms.credit.queries.holds import ResolutionFacts, resolution_of
from lms.credit.queries.ledger import EntryFacts, recent_entries
from lms.credit.queries.waiting import WaitingLine, waiting_of

COURSES_SHOWN = 3
ENTRIES_SHOWN = 4


class NotHeld(LookupError):
    """The person holds no such certificate, or it has no such cycle."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One figure as a ring: a category by its title, or a year by its number (0: it is no year). state: the colour."""

    title: str
    year: int
    earned: Fraction
    required: Fraction
    missing: Fraction
    waiting: Fraction
    state: str

    @property
    def is_met(self) -> bool:
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class MyHours:
    """One certificate in one cycle, and the person's other certificates.

    chosen None: the person holds none. decision None: no rules in force for the chosen one. outlook: of a running cycle.
    resolution: what an authority decided about a cycle on hold.
    """

    as_of: date
    licences: tuple[LicenceDecision, ...]
    chosen: LicenceDecision | None
    decision: Decision | None
    rings: tuple[Ring, ...]
    gap: Gap | None
    recording: tuple[Recording, ...]
    recent: tuple[EntryFacts, ...]
    waiting: tuple[WaitingLine, ...] = ()
    held: tuple[HeldTime, ...] = ()
    outlook: Outlook | None = None
    resolution: ResolutionFacts | None = None

    @property
    def is_running_cycle(self) -> bool:
        """Is the shown cycle the one that runs (and not one that is over)?"""
        return self.chosen is not None and self.decision is self.chosen.current

    @property
    def recording_seconds(self) -> int:
        return sum(item.seconds for item in self.recording)


def my_hours(user_id: int, as_of: date, *, licence_uuid: UUID | None = None, cycle: int | None = None) -> MyHours:
    """Return the first page of a person. A constant number of queries, however long the ledger.

    Without a choice: the certificate whose last cycle ended badly, else the first; of it that cycle, else the running one.
    Raises NotHeld for a certificate of somebody else, or a cycle that has not begun.
    """
    licences = decisions_of(user_id, as_of)
    chosen = _chosen(licences, licence_uuid)
    if chosen is None:
        return MyHours(as_of, (), None, None, (), None, (), ())
    decision = _decision(chosen, as_of, cycle)
    if decision is None or chosen.rules is None:
        return MyHours(
            as_of,
            licences,
            chosen,
            None,
            (),
            None,
            (),
            recent_entries(user_id, post_code=chosen.licence.post_code, seconds_per_hour=None, limit=ENTRIES_SHOWN),
        )
    per_hour = chosen.rules.accrual.seconds_per_hour
    study = study_of(user_id, decision, chosen.licence.post_code, seconds_per_hour=per_hour, limit=COURSES_SHOWN)
    recent = recent_entries(user_id, post_code=chosen.licence.post_code, seconds_per_hour=per_hour, limit=ENTRIES_SHOWN)
    window, rules = decision.window, chosen.rules
    on_hold = decision.state is State.HOLD and window is not None
    return MyHours(
        as_of=as_of,
        licences=licences,
        chosen=chosen,
        decision=decision,
        rings=rings_of(decision, chosen),
        gap=_with_what_if(study.gap, chosen, decision),
        recording=study.recording,
        recent=recent,
        waiting=waiting_of(user_id, post_code=chosen.licence.post_code, window=window, seconds_per_hour=per_hour),
        held=study.held,
        outlook=outlook_of(decision, rules, chosen.holding),
        resolution=resolution_of(chosen.licence.id, window.number) if on_hold and window else None,
    )


def _with_what_if(gap: Gap | None, chosen: LicenceDecision, decision: Decision) -> Gap | None:
    """Say of each course what finishing it would change; before the certificate nothing is asked for."""
    if gap is None or chosen.rules is None or decision.state is not State.OPEN:
        return gap
    lines = [
        replace(
            line,
            after=if_finished(
                chosen.evidence,
                chosen.rules,
                chosen.holding,
                decision,
                ledger=line.ledger,
                seconds=line.left_seconds,
                post_code=line.post_code,
            ),
        )
        for line in gap.courses
    ]
    return replace(gap, courses=tuple(lines))


def _chosen(licences: tuple[LicenceDecision, ...], licence_uuid: UUID | None) -> LicenceDecision | None:
    if licence_uuid is not None:
        found = next((item for item in licences if item.licence.uuid == licence_uuid), None)
        if found is None:
            raise NotHeld
        return found
    return next((item for item in licences if item.overdue), licences[0] if licences else None)


def _decision(chosen: LicenceDecision, as_of: date, cycle: int | None) -> Decision | None:
    if cycle is None:
        return chosen.overdue or chosen.current
    if chosen.current and chosen.current.window and chosen.current.window.number == cycle:
        return chosen.current
    found = chosen.in_cycle(cycle, as_of)
    if found is None:
        raise NotHeld
    return found


def rings_of(decision: Decision, chosen: LicenceDecision) -> tuple[Ring, ...]:
    """Return a ring for each category; where the rules know none, one for each year of the cycle."""
    ended = decision.is_over
    if decision.categories:
        return tuple(
            Ring(
                item.name, 0, item.earned, item.required, item.missing, item.waiting, _colour(item.missing, ended=ended)
            )
            for item in (*decision.categories, *(group for group in decision.groups if group.missing))
        )
    annual = chosen.rules.hours.annual.value if chosen.rules else None
    if annual is None or decision.state is State.NOT_STARTED:
        return ()
    return tuple(
        Ring("", year.window.number, year.hours, annual, year.missing, Fraction(0), _colour(year.missing, ended=False))
        for year in decision.years
    )


def _colour(missing: Fraction, *, ended: bool) -> str:
    if not missing:
        return "done"
    return "danger" if ended else "pending"
