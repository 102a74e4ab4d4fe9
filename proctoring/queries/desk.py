"""The reviewers' desk: what waits, one hold with everything that speaks for and against it, accounts that look alike."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, When
from django.utils import timezone

from proctoring import sight
from proctoring.models import FacePicture, FaceTry, Hold, HoldDecision, ReviewCase


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """Which holds are shown. show: waiting (a person must decide), appealed, proposed (for a second pair of eyes), decided."""

    show: str = "waiting"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One hold in the queue. purpose: of the sitting (lesson, live, exam); self_until: as long its learner may free it alone."""

    uuid: UUID
    learner_name: str
    purpose: str
    reason: str
    length_ms: int
    held_at: datetime
    self_until: datetime
    appealed: bool
    answer_due: date | None
    state: str
    proposed: bool
    subject_uuid: UUID | None
    waits: bool

    @property
    def self_open(self) -> bool:
        """May its learner still release it alone?"""
        return self.state == Hold.State.HELD and timezone.now() < self.self_until


@dataclass(frozen=True, slots=True)
class TryFacts:
    """One try as it was judged, with the pictures that are still kept."""

    number: int
    passed: bool
    reasons: tuple[str, ...]
    scores: tuple[tuple[str, float], ...]
    flags: tuple[str, ...]
    model: str
    demo_grade: bool
    begun_at: datetime
    judged_at: datetime | None
    pictures: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What somebody decided, and why."""

    by_name: str
    outcome: str
    standing: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoldFile:
    """All that speaks of one hold; the learner reads the same account, without pictures and figures.

    why_not: why nothing can be decided by who looks (own, took_part, or empty: it is over).
    """

    row: DeskRow
    learner_id: int
    from_at: datetime
    until_at: datetime
    way: str
    appeal_words: str
    tries: tuple[TryFacts, ...]
    enrolled: tuple[UUID, ...]
    decisions: tuple[DecisionFacts, ...]
    proposed: bool
    appeal_waits: bool
    can_propose: bool
    can_second: bool
    can_decide: bool
    can_uphold: bool
    why_not: str
    next_uuid: UUID | None


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Two accounts that look alike, with the pictures of their enrolment."""

    uuid: UUID
    first_name: str
    second_name: str
    score: float
    demo_grade: bool
    opened_at: datetime
    pictures: tuple[tuple[UUID, ...], tuple[UUID, ...]]


def desk_rows(asked: DeskFilter, *, limit: int = 100) -> tuple[DeskRow, ...]:
    """Return the holds that match: those with an answer due first, then the oldest. One query.

    Held time that its learner may still release alone waits as well, behind what was appealed against.
    """
    return tuple(_row(hold) for hold in _matching(asked)[:limit])


def desk_counts() -> dict[str, int]:
    """Return how many holds each list of the desk has."""
    return {show: _matching(DeskFilter(show)).count() for show in ("waiting", "appealed", "proposed", "decided")}


def _matching(asked: DeskFilter) -> Any:
    last = HoldDecision.objects.filter(hold=OuterRef("pk")).order_by("-pk")
    proposed = Exists(last.filter(standing=HoldDecision.Standing.PROPOSED, pk__in=_latest_decisions()))
    rows = Hold.objects.select_related("learner", "session").annotate(proposed=proposed)
    if asked.reason:
        rows = rows.filter(reason=asked.reason)
    held = Q(state=Hold.State.HELD)
    answered = Exists(HoldDecision.objects.filter(hold=OuterRef("pk"), at__gte=OuterRef("appealed_at")))
    against = Q(state=Hold.State.REFUSED, appealed_at__gt=F("ended_at")) & ~answered
    rows = rows.annotate(against=Case(When(against, then=True), default=False, output_field=BooleanField()))
    wanted = {
        "waiting": held | against | Q(proposed=True),
        "appealed": (held | against) & Q(appealed_at__isnull=False),
        "proposed": Q(proposed=True),
        "decided": Q(decisions__isnull=False) & ~held,
    }.get(asked.show, held)
    return rows.filter(wanted).distinct().order_by(F("answer_due").asc(nulls_last=True), "held_at", "pk")


def _latest_decisions() -> Any:
    return HoldDecision.objects.order_by("hold_id", "-pk").distinct("hold_id").values("pk")


def hold_file(hold_uuid: UUID, viewer_id: int) -> HoldFile | None:
    """Return one hold with its tries, pictures and decisions, as this reviewer may act on it. Eight queries."""
    hold = (
        _matching(DeskFilter("all")).model.objects.select_related("learner", "session").filter(uuid=hold_uuid).first()
    )
    if hold is None:
        return None
    decisions = list(hold.decisions.select_related("by").order_by("pk"))
    proposed = bool(decisions) and decisions[-1].standing == HoldDecision.Standing.PROPOSED
    hold.proposed, hold.against = proposed, appeal_waits(hold)
    deciders = {one.by_id for one in decisions if one.standing in ("final", "proposed")}
    own = hold.learner_id == viewer_id
    following = _matching(DeskFilter("waiting")).exclude(pk=hold.pk).values_list("uuid", flat=True).first()
    return HoldFile(
        row=_row(hold),
        learner_id=hold.learner_id,
        from_at=hold.from_at,
        until_at=hold.until_at,
        way=hold.way,
        appeal_words=hold.appeal_words,
        tries=_tries(hold),
        enrolled=_enrolled(hold.learner_id),
        decisions=tuple(DecisionFacts(one.by.name, one.outcome, one.standing, one.reason, one.at) for one in decisions),
        proposed=proposed,
        appeal_waits=hold.against or (hold.state == Hold.State.HELD and hold.appealed_at is not None),
        can_decide=not own and hold.state == Hold.State.HELD,
        can_propose=not own and hold.state == Hold.State.REFUSED and not proposed,
        can_uphold=not own and hold.state == Hold.State.REFUSED and viewer_id not in deciders and hold.against,
        can_second=not own and proposed and viewer_id not in deciders,
        why_not="own" if own else "took_part" if proposed and viewer_id in deciders else "",
        next_uuid=following,
    )


def appeal_waits(hold: Hold) -> bool:
    """Say whether a refusal was appealed against, and nobody has answered yet: neither by a proposal nor by another no."""
    if hold.state != Hold.State.REFUSED or hold.appealed_at is None or hold.ended_at is None:
        return False
    return hold.appealed_at > hold.ended_at and not hold.decisions.filter(at__gte=hold.appealed_at).exists()


def cases(*, limit: int = 50) -> tuple[CaseCard, ...]:
    """Return the pairs that nobody has looked at yet, the most alike first. One query a person for the pictures."""
    rows = (
        ReviewCase.objects.filter(closed_at__isnull=True).select_related("first", "second").order_by("-score")[:limit]
    )
    return tuple(
        CaseCard(
            uuid=row.uuid,
            first_name=row.first.name,
            second_name=row.second.name,
            score=row.score,
            demo_grade=row.demo_grade,
            opened_at=row.opened_at,
            pictures=(_enrolled(row.first_id), _enrolled(row.second_id)),
        )
        for row in rows
    )


def _row(hold: Hold) -> DeskRow:
    return DeskRow(
        uuid=hold.uuid,
        learner_name=hold.learner.name,
        purpose=hold.session.purpose,
        reason=hold.reason,
        length_ms=int((hold.until_at - hold.from_at).total_seconds() * 1000),
        held_at=hold.held_at,
        self_until=hold.self_until,
        appealed=hold.appealed_at is not None,
        answer_due=hold.answer_due,
        state=hold.state,
        proposed=bool(getattr(hold, "proposed", False)),
        subject_uuid=hold.subject_uuid,
        waits=hold.state == Hold.State.HELD or bool(getattr(hold, "against", False)),
    )


def _tries(hold: Hold) -> tuple[TryFacts, ...]:
    of_hold = Q(check_asked__releases=hold) | Q(check_asked_id=hold.check_asked_id or 0)
    rows = FaceTry.objects.filter(of_hold).prefetch_related("pictures").order_by("begun_at")
    return tuple(
        TryFacts(
            number=number,
            passed=row.passed,
            reasons=tuple(row.reasons),
            scores=tuple(sorted((name, float(value)) for name, value in row.scores.items())),
            flags=tuple(row.flags),
            model=row.model_name,
            demo_grade=sight.is_demo_grade(row.model_name),
            begun_at=row.begun_at,
            judged_at=row.judged_at,
            pictures=tuple(picture.uuid for picture in sorted(row.pictures.all(), key=lambda one: one.number)),
        )
        for number, row in enumerate(rows, 1)
    )


def _enrolled(learner_id: int) -> tuple[UUID, ...]:
    rows = FacePicture.objects.filter(learner_id=learner_id, template__isnull=False).order_by("pk")
    return tuple(rows.values_list("uuid", flat=True))
