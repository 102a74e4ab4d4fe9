"""Where a person and a session stand. Frozen values; nothing of a face is ever in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from proctoring import plans
from proctoring.domain.policy import Policy
from proctoring.models import (
    Consent,
    FaceCheck,
    FaceSession,
    FaceTemplate,
    Hold,
    HoldDecision,
    PresencePolicyInForce,
)
from proctoring.policy import policy_in_force, policy_of


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """What a person may know of what is kept: that there are templates, not what they are.

    withdrawn_at: when the last consent was taken back, where none is in force.
    """

    consent_version: str
    given_at: datetime | None
    withdrawn_at: datetime | None
    lightings: tuple[str, ...]
    enrolled_at: datetime | None

    @property
    def agreed(self) -> bool:
        return self.given_at is not None

    @property
    def can_check(self) -> bool:
        return self.agreed and bool(self.lightings)


@dataclass(frozen=True, slots=True)
class CheckTicket:
    """What the socket of a check needs to know. lights: the screen may shine in colours while a try begins."""

    check_uuid: UUID
    session_uuid: UUID
    learner_id: int
    purpose: str
    state: str
    lighting: str
    deadline_at: datetime
    tries_left: int
    lights: bool


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Held time, for its learner: when, why, until when the own ways are open, and what became of it.

    answered: a person has answered its appeal; a proposal that waits for a second one is no answer. lights: as in CheckTicket.
    """

    uuid: UUID
    session_uuid: UUID
    counterpart_uuid: UUID | None
    subject_uuid: UUID | None
    reason: str
    from_at: datetime
    until_at: datetime
    held_at: datetime
    self_until: datetime
    state: str
    way: str
    went_on: bool
    appealed_at: datetime | None
    answer_due: date | None
    appeal_days: int
    ended_at: datetime | None
    answered: bool
    lights: bool

    @property
    def may_appeal(self) -> bool:
        """May a person be asked to look? Once while it waits, and once more after a refusal."""
        if self.state == Hold.State.REFUSED and self.ended_at is not None:
            return self.appealed_at is None or self.appealed_at < self.ended_at
        return self.is_held and self.appealed_at is None

    @property
    def appeal_waits(self) -> bool:
        """Was a person asked to look, and has nobody answered yet?"""
        return self.appealed_at is not None and not self.answered and self.state != Hold.State.RELEASED

    @property
    def is_held(self) -> bool:
        return self.state == Hold.State.HELD

    @property
    def self_open(self) -> bool:
        """May the learner still release it alone?"""
        return self.is_held and timezone.now() < self.self_until


@dataclass(frozen=True, slots=True)
class PresenceTerms:
    """What presence will ask of a learner: between so many checks, by these numbers."""

    least: int
    most: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class SessionStanding:
    """Where a session stands, for its page. on_phone: a phone has taken over the check that waits."""

    session_uuid: UUID
    planned: int
    asked: int
    length_ms: int
    check: CheckTicket | None
    held: tuple[HoldFacts, ...]
    must_answer: bool
    on_phone: bool


def person_standing(learner_id: int) -> PersonStanding:
    """Return whether a person has agreed and enrolled. Two queries."""
    last = Consent.objects.filter(learner_id=learner_id).order_by(F("withdrawn_at").desc(nulls_first=True)).first()
    consent = last if last is not None and last.withdrawn_at is None else None
    rows = list(
        FaceTemplate.objects.filter(learner_id=learner_id).order_by("made_at").values_list("lighting", "made_at")
    )
    return PersonStanding(
        consent_version=consent.version if consent else "",
        given_at=consent.given_at if consent else None,
        withdrawn_at=last.withdrawn_at if last else None,
        lightings=tuple(sorted({lighting for lighting, _made in rows}, reverse=True)),
        enrolled_at=rows[-1][1] if rows else None,
    )


def presence_required(codes: Iterable[str]) -> bool:
    """Say whether any of these rule sets asks for presence. One query."""
    return PresencePolicyInForce.objects.filter(code__in=set(codes), policy__numbers__required=True).exists()


def presence_terms(codes: Iterable[str], left_ms: int) -> PresenceTerms | None:
    """Return what so much media will bring under these rule sets; None where they never ask. One query."""
    policy = policy_in_force(codes)
    if not policy.required:
        return None
    end_ms = left_ms - policy.quiet_end_ms
    few = 0 if end_ms < policy.first_until_ms else 1 + (end_ms - policy.first_until_ms) // policy.every_until_ms
    many = 0 if end_ms < policy.first_from_ms else 1 + (end_ms - policy.first_from_ms) // policy.every_from_ms
    return PresenceTerms(few, many, policy)


def standing(session_uuid: UUID, learner_id: int) -> SessionStanding | None:
    """Return where a session of this learner stands; None for another's, or none. Six queries; one more while a check waits.

    check: also one that an earlier page of the same subject was asked for and that has time left. A page that is loaded
    anew, or a second one, shows it; else it would run out unseen and hold the time.
    """
    session = FaceSession.objects.filter(uuid=session_uuid, learner_id=learner_id).first()
    if session is None:
        return None
    waiting = _waiting(session)
    held = tuple(_hold(row) for row in _holds(session=session, state=Hold.State.HELD))
    return SessionStanding(
        session_uuid=session.uuid,
        planned=len(plans.plan_of(session)),
        asked=session.checks.filter(due_ms__gt=0).count(),
        length_ms=session.length_ms,
        check=_ticket(waiting) if waiting else None,
        held=held,
        must_answer=any(not one.went_on for one in held),
        on_phone=waiting is not None and _taken_over(waiting),
    )


def unasked_before(learner_id: int, purpose: str) -> tuple[UUID | None, int, int, int] | None:
    """Return of the learner's last session, if no check was asked in it: (subject, base_ms, progress_ms, unasked_ms).

    The caller knows better than progress_ms what has counted of the subject, where the page has not told yet. Two queries.
    """
    last = FaceSession.objects.filter(learner_id=learner_id, purpose=purpose).order_by("-opened_at", "-pk").first()
    if last is None:
        return None
    asked = last.checks.filter(releases=None).exclude(state=FaceCheck.State.WITHDRAWN)
    return None if asked.exists() else (last.subject_uuid, last.base_ms, last.progress_ms, last.unasked_ms)


def latest_session(learner_id: int, subject_uuid: UUID) -> UUID | None:
    """Return the face session that was opened last beside this subject; None for none. One query."""
    rows = FaceSession.objects.filter(learner_id=learner_id, subject_uuid=subject_uuid).order_by("-opened_at", "-pk")
    return rows.values_list("uuid", flat=True).first()


def check_ticket(check_uuid: UUID) -> CheckTicket | None:
    """Return a check by its id, whoever's it is; the caller asks whose. One query."""
    check = FaceCheck.objects.select_related("session").filter(uuid=check_uuid).first()
    return _ticket(check) if check else None


def holds_of(learner_id: int, subject_uuid: UUID | None = None) -> tuple[HoldFacts, ...]:
    """Return what was ever held of a learner, of one subject when it is given; the latest first. One query."""
    wanted = {"learner_id": learner_id} | ({"subject_uuid": subject_uuid} if subject_uuid else {})
    return tuple(_hold(row) for row in _holds(**wanted).order_by("-held_at", "-pk"))


def hold_facts(hold_uuid: UUID, learner_id: int) -> HoldFacts | None:
    """Return one hold of a learner; None for another's, or none. One query."""
    row = _holds(uuid=hold_uuid, learner_id=learner_id).first()
    return _hold(row) if row else None


def awake_sessions(*, silent_since: datetime, limit: int) -> tuple[tuple[int, int, UUID | None, int], ...]:
    """Return sessions that were not heard of since then and are not settled: (id, learner, subject, base_ms). One query."""
    rows = (
        FaceSession.objects.filter(quiet=False, heard_at__lt=silent_since)
        .exclude(purpose=FaceSession.Purpose.ENROLMENT)
        .order_by("heard_at")
    )
    return tuple(rows.values_list("pk", "learner_id", "subject_uuid", "base_ms")[:limit])


def revealed_plan(session_uuid: UUID) -> tuple[str, tuple[int, ...], str] | None:
    """Return the seed (hexadecimal), the plan it gives, and what the log committed to: an auditor draws it again."""
    session = FaceSession.objects.filter(uuid=session_uuid).first()
    if session is None:
        return None
    seed, due_ms = plans.seed_of(session), plans.plan_of(session)
    return seed.hex(), due_ms, plans.commitment(seed, due_ms)


def _waiting(session: FaceSession) -> FaceCheck | None:
    mine = Q(session=session)
    earlier = Q(
        session__learner_id=session.learner_id,
        session__purpose=session.purpose,
        session__subject_uuid=session.subject_uuid,
        deadline_at__gt=timezone.now(),
    )
    waiting = FaceCheck.objects.filter(mine | earlier if session.subject_uuid else mine, state=FaceCheck.State.ASKED)
    return waiting.select_related("session").order_by("-session_id").first()


def _taken_over(check: FaceCheck) -> bool:
    """Was the last way to a phone used? One that was made after it is for another phone."""
    return check.hand_overs.order_by("-pk").values_list("used_at", flat=True).first() is not None


def _holds(**wanted: object) -> QuerySet[Hold]:
    answers = HoldDecision.objects.filter(hold=OuterRef("pk"), at__gte=OuterRef("appealed_at")).exclude(
        standing=HoldDecision.Standing.PROPOSED
    )
    return Hold.objects.filter(**wanted).select_related("session").annotate(answered=Exists(answers))


def _hold(row: Hold) -> HoldFacts:
    policy = policy_of(row.session.policy_id)
    return HoldFacts(
        uuid=row.uuid,
        session_uuid=row.session.uuid,
        counterpart_uuid=row.session.counterpart_uuid,
        subject_uuid=row.subject_uuid,
        reason=row.reason,
        from_at=row.from_at,
        until_at=row.until_at,
        held_at=row.held_at,
        self_until=row.self_until,
        state=row.state,
        way=row.way,
        went_on=row.went_on_at is not None,
        appealed_at=row.appealed_at,
        answer_due=row.answer_due,
        appeal_days=policy.appeal_days,
        ended_at=row.ended_at,
        answered=row.answered,  # type: ignore[attr-defined]  # annotated by _holds
        lights=policy.lights,
    )


def _ticket(check: FaceCheck) -> CheckTicket:
    session = check.session
    policy = policy_of(session.policy_id)
    return CheckTicket(
        check_uuid=check.uuid,
        session_uuid=session.uuid,
        learner_id=session.learner_id,
        purpose=session.purpose,
        state=check.state,
        lighting=check.lighting,
        deadline_at=check.deadline_at,
        tries_left=max(0, policy.most_tries - check.tries),
        lights=policy.lights,
    )
