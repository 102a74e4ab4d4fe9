"""Claims as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from lms.accounts.queries import licences_of, names_of
from lms.credit.queries import rule_set_on
from lms.reviews.domain.claim import State, Table
from lms.reviews.models import Claim, ClaimKind, ClaimStep
from lms.reviews.queries.evidence import EvidenceFacts, Match, evidence_of, uses_of
from lms.reviews.queries.scope import Scope, scope_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One claim. granted None: not decided."""

    uuid: UUID
    learner_id: int
    learner_name: str
    kind_id: int
    kind_name: str
    title: str
    words: str
    activity_day: date
    units: int
    unit: str
    claimed: Decimal
    granted: Decimal | None
    state: State
    state_label: str
    region_code: str
    organisation_name: str
    appealed: bool
    submitted_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One thing that was done to a claim."""

    deed: str
    state: State
    reason: str
    hours: Decimal | None
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class Use:
    """A file of this claim that was used elsewhere. claim: where, if this reader may know; None = of somebody out of reach."""

    match: Match
    claim: ClaimFacts | None


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim with all that its reader may see. is_own: the reader made it; else a reviewer in whose scope it is.

    may_decide: it waits, and this reader has not decided it before. suggested: hours by the table, 0 = it is silent.
    """

    claim: ClaimFacts
    kind: ClaimKind
    suggested: Fraction
    steps: tuple[StepFacts, ...]
    files: tuple[EvidenceFacts, ...]
    uses: tuple[Use, ...]
    is_own: bool
    may_decide: bool
    waits_for_another: bool


def table_of(kind: ClaimKind) -> Table:
    """Return what the region's table says of a kind."""
    return Table(
        Fraction(kind.hours_per_unit),
        None if kind.most_hours is None else Fraction(kind.most_hours),
        None if kind.second_from_hours is None else Fraction(kind.second_from_hours),
    )


def kinds_open_to(learner_id: int) -> tuple[ClaimKind, ...]:
    """Return what a person may claim by the rule sets of their certificates; the national kinds where a region has none.

    Two queries.
    """
    codes = list(dict.fromkeys(licence.rule_set_code for licence in licences_of(learner_id)))
    rows = list(ClaimKind.objects.filter(rule_set_code__in=[*codes, "national"], is_open=True).order_by("id"))
    own = tuple(row for code in codes for row in rows if row.rule_set_code == code)
    takes_self_study = own or any(code not in ("chongqing", "jiangxi", "demo") for code in codes)
    return own or tuple(row for row in rows if row.rule_set_code == "national" and takes_self_study)


def seconds_per_hour(kind: ClaimKind, day: date) -> int | None:
    """Return how long an hour of this kind is on that day; None when no rules are in force. One query."""
    rules = rule_set_on(kind.rule_set_code, day)
    return rules.accrual.seconds_per_hour if rules else None


def claims_of(learner_id: int) -> tuple[ClaimFacts, ...]:
    """Return a person's claims, the newest first. Two queries."""
    rows = Claim.objects.filter(learner_id=learner_id).select_related("kind", "organisation").order_by("-id")
    return facts_of(rows)


def claim_page(viewer: "User", uuid: UUID, *, on: date) -> ClaimPage | None:
    """Return a claim for its learner, or for a reviewer in whose scope it is; None for everybody else. Nine queries at most."""
    row = Claim.objects.select_related("kind", "organisation").filter(uuid=uuid).first()
    if row is None:
        return None
    is_own = row.learner_id == viewer.pk
    scope = Scope(frozenset(), frozenset()) if is_own else scope_of(viewer, on=on)
    state = State(row.state)
    if not is_own and (state is State.DRAFT or not scope.includes(row.region_code, row.organisation_id)):
        return None
    steps = list(row.steps.select_related("by"))
    had_a_hand = viewer.pk in deciders(steps)
    (facts,) = facts_of([row])
    return ClaimPage(
        claim=facts,
        kind=row.kind,
        suggested=table_of(row.kind).suggested(row.units),
        steps=tuple(StepFacts(s.deed, State(s.state), s.reason, s.hours, s.at, s.by.name) for s in steps),
        files=evidence_of(row.uuid),
        uses=_uses(row.uuid, scope, viewer),
        is_own=is_own,
        may_decide=not is_own and state.waits_for_reviewer and not had_a_hand,
        waits_for_another=not is_own and state.waits_for_reviewer and had_a_hand,
    )


def deciders(steps: Iterable[ClaimStep]) -> set[int]:
    """Return who has decided in the running round: all since the last submission; in an appeal, all there ever were."""
    found: set[int] = set()
    for step in steps:
        if step.deed == "submit":
            found = set()
        elif step.deed in ("pass", "accept", "reject", "return"):
            found.add(step.by_id)
    return found


def facts_of(rows: Iterable[Claim]) -> tuple[ClaimFacts, ...]:
    """Return rows (with kind and organisation loaded) as facts, in their order; one query for the names."""
    found = list(rows)
    names = names_of(row.learner_id for row in found)
    return tuple(
        ClaimFacts(
            uuid=row.uuid,
            learner_id=row.learner_id,
            learner_name=names.get(row.learner_id, ""),
            kind_id=row.kind_id,
            kind_name=row.kind.name,
            title=row.title,
            words=row.words,
            activity_day=row.activity_day,
            units=row.units,
            unit=str(row.kind.get_unit_display()),
            claimed=row.hours_claimed,
            granted=row.hours_granted,
            state=State(row.state),
            state_label=str(row.get_state_display()),
            region_code=row.region_code,
            organisation_name=row.organisation.name if row.organisation else "",
            appealed=row.appealed,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
        )
        for row in found
    )


def _uses(uuid: UUID, scope: Scope, viewer: "User") -> tuple[Use, ...]:
    matches = uses_of([uuid])
    subjects = {match.other.subject for match in matches}
    rows = Claim.objects.filter(uuid__in=subjects).select_related("kind", "organisation") if subjects else []
    seen = [row for row in rows if row.learner_id == viewer.pk or scope.includes(row.region_code, row.organisation_id)]
    known = {facts.uuid: facts for facts in facts_of(seen)} if seen else {}
    return tuple(Use(match, known.get(match.other.subject)) for match in matches)
