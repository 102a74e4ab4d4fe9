"""Opening a face session beside a sitting, and following it: when a check is due, when one has run out, when all is quiet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from analytics.domain.record import utc_text
from analytics.learning_log.actions import append
from proctoring import plans
from proctoring.actions import stretches
from proctoring.domain.policy import Policy
from proctoring.models import FaceCheck, FaceSession, FaceTry, Hold, PresencePolicy
from proctoring.policy import policy_in_force, policy_of, stored

# The last beats of a page that leaves arrive after it was heard of for the last time.
LAST_BEATS = timedelta(seconds=20)
SILENT = timedelta(seconds=60)
# Between a check that is due and the page's next question: nobody is blamed for so much counted media.
SLACK_MS = 45_000


class NoSuchSession(LookupError):
    """There is no face session of this id, or it is another person's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands for its page. check: the one that waits; held: time that waits, the earliest first."""

    session_uuid: UUID
    check: FaceCheck | None
    held: tuple[Hold, ...]
    planned: int
    asked: int
    must_answer: bool


@transaction.atomic
def open_session(
    *,
    learner_id: int,
    purpose: str,
    at: datetime,
    codes: Iterable[str] = (),
    counterpart_uuid: UUID | None = None,
    subject_uuid: UUID | None = None,
    left_ms: int = 0,
    base_ms: int = 0,
    unasked_ms: int = 0,
) -> FaceSession | None:
    """Open a face session under these rule sets; None where they ask for no presence.

    left_ms: media that the sitting can still count, and so the length of the plan; base_ms: what had counted before;
    unasked_ms: see queries.unasked_before. The same counterpart twice gives the same session.
    """
    policy = policy_in_force(codes)
    if not policy.required:
        return None
    return _open(
        learner_id=learner_id,
        purpose=purpose,
        at=at,
        policy=(stored(policy, at), policy),
        counterpart_uuid=counterpart_uuid,
        subject_uuid=subject_uuid,
        left_ms=left_ms,
        base_ms=base_ms,
        unasked_ms=unasked_ms,
    )


@transaction.atomic
def open_enrolment(*, learner_id: int, at: datetime) -> FaceSession:
    """Open the session in which a person enrols; it plans no checks and decides about no time."""
    policy = Policy()
    return _open(
        learner_id=learner_id,
        purpose=FaceSession.Purpose.ENROLMENT,
        at=at,
        policy=(stored(policy, at), policy),
        counterpart_uuid=None,
        subject_uuid=None,
        left_ms=0,
        base_ms=0,
        unasked_ms=0,
    )


def _open(
    *,
    learner_id: int,
    purpose: str,
    at: datetime,
    policy: tuple[int, Policy],
    counterpart_uuid: UUID | None,
    subject_uuid: UUID | None,
    left_ms: int,
    base_ms: int,
    unasked_ms: int,
) -> FaceSession:
    if counterpart_uuid is not None:
        before = FaceSession.objects.filter(counterpart_uuid=counterpart_uuid, learner_id=learner_id).first()
        if before is not None:
            return before
    seed, due_ms = plans.new_plan(policy[1], left_ms, unasked_ms)
    session = FaceSession.objects.create(
        learner_id=learner_id,
        purpose=purpose,
        counterpart_uuid=counterpart_uuid,
        subject_uuid=subject_uuid,
        policy_id=policy[0],
        sealed_seed=plans.sealed(seed),
        plan_digest=plans.commitment(seed, due_ms),
        length_ms=left_ms,
        base_ms=base_ms,
        unasked_ms=unasked_ms,
        opened_at=at,
        heard_at=at,
        settled_until=at,
    )
    if purpose != FaceSession.Purpose.ENROLMENT:
        append(
            kind="proctoring.session_opened",
            actor_id=learner_id,
            learner_id=learner_id,
            subject=str(subject_uuid) if subject_uuid else "",
            happened_at=at,
            payload={
                **stretches.named(session),
                "purpose": purpose,
                "policy": PresencePolicy.objects.values_list("digest", flat=True).get(pk=policy[0]),
                "plan_digest": session.plan_digest,
                "opened_at": utc_text(at),
                "unasked_ms": unasked_ms,
            },
        )
    return session


@transaction.atomic
def follow(*, session_uuid: UUID, learner_id: int, counted_ms: int, at: datetime) -> Standing:
    """Hear from a session's page: let a check run out whose time is over, ask for the one that is due, say where it stands.

    counted_ms: what the counterpart has counted of the subject now, by the server's own sum. Raises NoSuchSession.
    """
    found = FaceSession.objects.filter(uuid=session_uuid, learner_id=learner_id).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchSession(session_uuid)
    session = stretches.locked(found)
    session.progress_ms = max(0, counted_ms - session.base_ms)
    FaceSession.objects.filter(pk=session.pk).update(heard_at=at, quiet=False, progress_ms=session.progress_ms)
    _run_out(session, at)
    _ask_if_due(session, at)
    return standing_of(session)


@transaction.atomic
def ask_now(*, session_uuid: UUID, learner_id: int, at: datetime) -> FaceCheck:
    """Ask for a check now, whatever the plan has: a roll-call in a live class, the entry to an exam. One that waits is taken.

    It is none of the plan: the learner is not told of fewer to come. Missed or failed, it holds like any other. Raises
    NoSuchSession.
    """
    found = FaceSession.objects.filter(uuid=session_uuid, learner_id=learner_id).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchSession(session_uuid)
    session = stretches.locked(found)
    _run_out(session, at)
    waiting = session.checks.filter(state=FaceCheck.State.ASKED).first()
    return waiting or ask(session, at)


@transaction.atomic
def settle_silent(*, session_id: int, counted_ms: int, at: datetime) -> bool:
    """Decide about the time of a session that is no longer heard of; say whether it is quiet now.

    Cases: a check waits and has time → not yet; a check ran out → held; one was due for long and the page never asked →
    held; nothing was due → confirmed until shortly after the last sign of life. A later sign of life wakes it.
    """
    session = stretches.locked(session_id)
    if session.quiet or session.heard_at > at - SILENT:
        return session.quiet
    session.progress_ms = max(session.progress_ms, _counted_in(session, counted_ms) - session.base_ms)
    _run_out(session, at)
    if session.checks.filter(state=FaceCheck.State.ASKED).exists():
        return False
    due_ms = _next_due(session)
    last = min(at, session.heard_at + LAST_BEATS)
    if due_ms is not None and session.progress_ms >= due_ms + _slack_ms(session):
        stretches.hold(session, at, "not_asked")
    elif any(held.went_on_at is None for held in stretches.waiting_of(session)):
        stretches.hold(session, last, "went_on")
    else:
        stretches.confirm(session, last, "none_due")
    FaceSession.objects.filter(pk=session.pk).update(quiet=True, progress_ms=session.progress_ms)
    return True


def _counted_in(session: FaceSession, counted_ms: int) -> int:
    """Return what had counted when the next session of its subject began: what counted since is that one's. One query."""
    later = FaceSession.objects.filter(
        learner_id=session.learner_id, purpose=session.purpose, subject_uuid=session.subject_uuid, pk__gt=session.pk
    )
    next_base = later.order_by("pk").values_list("base_ms", flat=True).first()
    return counted_ms if next_base is None else min(counted_ms, next_base)


def standing_of(session: FaceSession) -> Standing:
    """Return where a session stands. Three queries."""
    held = tuple(stretches.waiting_of(session))
    return Standing(
        session_uuid=session.uuid,
        check=session.checks.filter(state=FaceCheck.State.ASKED).first(),
        held=held,
        planned=len(plans.plan_of(session)),
        asked=session.checks.filter(due_ms__gt=0).count(),
        must_answer=any(one.went_on_at is None for one in held),
    )


def _slack_ms(session: FaceSession) -> int:
    """Return how long after a due check the page's question may come; of the first, less what earlier sittings were late."""
    if session.checks.filter(due_ms__gt=0).exists():
        return SLACK_MS
    late_ms = session.unasked_ms - policy_of(session.policy_id).first_until_ms
    return SLACK_MS - min(SLACK_MS, max(0, late_ms))


def _next_due(session: FaceSession) -> int | None:
    """Return where the plan has the next check, None after the last."""
    asked = session.checks.filter(due_ms__gt=0).count()
    due = plans.plan_of(session)
    return due[asked] if asked < len(due) else None


def _ask_if_due(session: FaceSession, at: datetime) -> None:
    due_ms = _next_due(session)
    if due_ms is None or session.progress_ms < due_ms:
        return
    if session.checks.filter(state=FaceCheck.State.ASKED).exists():
        return
    ask(session, at, due_ms=due_ms)


def ask(
    session: FaceSession,
    at: datetime,
    *,
    due_ms: int = 0,
    releases: Hold | None = None,
    way: str = "",
    lighting: str = "",
) -> FaceCheck:
    """Ask for a check now. due_ms: where the plan has it; 0: it is none of the plan.

    The caller holds the lock of the session, and none waits.
    """
    number = session.checks.count() + 1
    check = FaceCheck.objects.create(
        session=session,
        number=number,
        due_ms=due_ms,
        lighting=lighting,
        releases=releases,
        way=way,
        asked_at=at,
        deadline_at=at + timedelta(milliseconds=policy_of(session.policy_id).answer_ms),
    )
    if session.purpose != FaceSession.Purpose.ENROLMENT:
        append(
            kind="proctoring.check_asked",
            actor_id=None,
            learner_id=session.learner_id,
            subject=str(session.subject_uuid) if session.subject_uuid else "",
            happened_at=at,
            payload={
                **stretches.named(session),
                "check_uuid": str(check.uuid),
                "number": number,
                "due_ms": due_ms,
                **({"hold_uuid": str(releases.uuid)} if releases else {}),
            },
        )
    return check


def end_check(session: FaceSession, check: FaceCheck, state: str, at: datetime) -> None:
    """Write that a check is over, and what follows for the time: passed confirms, failed and missed hold.

    Passing any check of a session also releases what of it is still held: the person has shown to be there.
    """
    check.state, check.ended_at = state, at
    FaceCheck.objects.filter(pk=check.pk).update(state=state, ended_at=at)
    if session.purpose == FaceSession.Purpose.ENROLMENT:
        return
    append(
        kind="proctoring.check_ended",
        actor_id=None,
        learner_id=session.learner_id,
        subject=str(session.subject_uuid) if session.subject_uuid else "",
        happened_at=at,
        payload={**stretches.named(session), "check_uuid": str(check.uuid), "state": state},
    )
    if state == FaceCheck.State.PASSED:
        for held in stretches.waiting_of(session):
            if at < held.self_until:
                stretches.release(held, check.way or Hold.Way.AGAIN, at, None)
        stretches.confirm(session, at, "passed")
    elif state in (FaceCheck.State.FAILED, FaceCheck.State.MISSED) and check.releases_id is None:
        stretches.hold(session, at, str(state), check)


def _run_out(session: FaceSession, at: datetime) -> None:
    """End the check that waits when its time is over: nobody answered, or no try of it was passed."""
    check = session.checks.filter(state=FaceCheck.State.ASKED, deadline_at__lte=at).first()
    if check is None:
        return
    judged = check.all_tries.filter(judged_at__isnull=False).exclude(reasons=[FaceTry.LOST]).exists()
    end_check(session, check, FaceCheck.State.FAILED if judged else FaceCheck.State.MISSED, at)
