"""One check: beginning a try, moving a deadline that we have eaten up ourselves, recording what was judged."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from analytics.learning_log.actions import append
from proctoring import sight
from proctoring.actions import stretches
from proctoring.actions.sessions import end_check
from proctoring.face_store import keep_picture
from proctoring.models import Consent, FaceCheck, FaceSession, FaceTemplate, FaceTry, Hold
from proctoring.policy import policy_of

NONCE_BYTES = 16
# From the last frame to the verdict there is a detector's queue: nobody runs out of time in it.
JUDGING = timedelta(seconds=30)
KEPT_FRAMES = 4


class CheckRefused(Exception):
    """A try cannot begin; `code` says why: over, no_consent, not_enrolled, no_tries, busy."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# For each try that may be judged: reloads and broken lines, but not as many as there are challenges to wait for.
MOST_BEGUN = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged of a try. scores: figures without unit; fingerprint: to know the sequence again."""

    passed: bool
    reasons: tuple[str, ...]
    scores: Mapping[str, float]
    frames: int
    model: tuple[str, str]
    fingerprint: bytes | None
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try: state of its check, tries that are left, whether the way on is free."""

    passed: bool
    reasons: tuple[str, ...]
    check_state: str
    tries_left: int


@transaction.atomic
def begin_try(*, check_uuid: UUID, learner_id: int, flags: list[str], at: datetime, still: bool = False) -> FaceTry:
    """Set a fresh challenge for a check that waits. A try that was begun and never judged does not count.

    still: no coloured light, whatever the policy says; in its place as many actions as a challenge ever has.
    Raises CheckRefused.
    """
    check = _own_check(check_uuid, learner_id)
    session = stretches.locked(check.session_id)
    check.refresh_from_db()
    if check.state != FaceCheck.State.ASKED or check.deadline_at <= at:
        raise CheckRefused("over")
    if not Consent.objects.filter(learner_id=learner_id, withdrawn_at__isnull=True).exists():
        raise CheckRefused("no_consent")
    enrolling = session.purpose == FaceSession.Purpose.ENROLMENT
    if not enrolling and not FaceTemplate.objects.filter(learner_id=learner_id).exists():
        raise CheckRefused("not_enrolled")
    policy = policy_of(session.policy_id)
    number = check.all_tries.count() + 1
    if not enrolling and (check.tries >= policy.most_tries or number > MOST_BEGUN * policy.most_tries):
        raise CheckRefused("no_tries")
    earlier = check.all_tries.order_by("-number").values_list("challenge", flat=True).first()
    challenge = sight.draw(
        secrets.token_bytes(32),
        least=policy.most_actions if policy.lights and still else policy.least_actions,
        most=policy.most_actions,
        unlike=earlier,
        lights=policy.lights and not still,
    )
    ends_at = at + timedelta(milliseconds=sight.length_ms(challenge))
    made = FaceTry.objects.create(
        check_asked=check,
        number=number,
        nonce=secrets.token_hex(NONCE_BYTES),
        challenge=challenge,
        begun_at=at,
        ends_at=ends_at,
        flags=flags,
    )
    FaceCheck.objects.filter(pk=check.pk).update(deadline_at=max(check.deadline_at, ends_at + JUDGING))
    return made


@transaction.atomic
def give_time(*, nonce: str, milliseconds: int) -> None:
    """Move the deadline of a try and its check by time that our own queue took."""
    found = FaceTry.objects.select_related("check_asked").filter(nonce=nonce, judged_at__isnull=True).first()
    if found is None:
        return
    more = timedelta(milliseconds=milliseconds)
    FaceTry.objects.filter(pk=found.pk).update(ends_at=found.ends_at + more)
    FaceCheck.objects.filter(pk=found.check_asked_id, state=FaceCheck.State.ASKED).update(
        deadline_at=found.check_asked.deadline_at + more
    )


@transaction.atomic
def record_try(*, nonce: str, judged: Judged, at: datetime) -> Outcome | None:
    """Write the verdict of a try, and what follows from it for its check. Once: a second verdict is not taken.

    None where there is no such try, or it was judged before.
    """
    found = FaceTry.objects.select_related("check_asked").filter(nonce=nonce).first()
    if found is None:
        return None
    session = stretches.locked(found.check_asked.session_id)
    check = FaceCheck.objects.get(pk=found.check_asked_id)
    changed = FaceTry.objects.filter(pk=found.pk, judged_at__isnull=True).update(
        judged_at=at,
        passed=judged.passed,
        reasons=list(judged.reasons),
        scores={name: round(value, 6) for name, value in judged.scores.items()},
        frames=judged.frames,
        model_name=judged.model[0],
        model_version=judged.model[1],
        fingerprint=judged.fingerprint,
    )
    if not changed:
        return None
    check.tries += 1
    FaceCheck.objects.filter(pk=check.pk).update(tries=check.tries)
    _keep(session, found, judged, at)
    _file(session, check, found, judged, at)
    return _follow_up(session, check, found, judged, at)


def _follow_up(session: FaceSession, check: FaceCheck, one: FaceTry, judged: Judged, at: datetime) -> Outcome:
    policy = policy_of(session.policy_id)
    left = max(0, policy.most_tries - check.tries)
    if check.state == FaceCheck.State.ASKED:
        if judged.passed:
            end_check(session, check, FaceCheck.State.PASSED, at)
        elif session.purpose == FaceSession.Purpose.ENROLMENT or left:
            deadline = at + timedelta(milliseconds=policy.answer_ms)
            FaceCheck.objects.filter(pk=check.pk).update(deadline_at=max(deadline, check.deadline_at))
        else:
            end_check(session, check, FaceCheck.State.FAILED, at)
    elif judged.passed:  # the verdict came after the deadline, by our own load: what was held for it is released
        for held in check.holds.filter(state=Hold.State.HELD).select_related("session"):
            stretches.release(held, Hold.Way.AGAIN, at, None)
    return Outcome(judged.passed, judged.reasons, check.state, left)


@transaction.atomic
def forget_try(*, nonce: str, at: datetime) -> Outcome | None:
    """End a try of which we lost the frames ourselves: it counts for nothing, and another may begin.

    None where nothing is to be forgotten, or that was done as often as there are tries: who floods us gains no more by it.
    """
    found = FaceTry.objects.select_related("check_asked").filter(nonce=nonce).first()
    if found is None:
        return None
    session = stretches.locked(found.check_asked.session_id)
    check, policy = FaceCheck.objects.get(pk=found.check_asked_id), policy_of(session.policy_id)
    if (
        check.state != FaceCheck.State.ASKED
        or check.all_tries.filter(reasons=[FaceTry.LOST]).count() >= policy.most_tries
    ):
        return None
    if not FaceTry.objects.filter(pk=found.pk, judged_at__isnull=True).update(judged_at=at, reasons=[FaceTry.LOST]):
        return None
    deadline = max(check.deadline_at, at + timedelta(milliseconds=policy.answer_ms))
    FaceCheck.objects.filter(pk=check.pk).update(deadline_at=deadline)
    return Outcome(False, (FaceTry.LOST,), check.state, max(0, policy.most_tries - check.tries))


def _keep(session: FaceSession, one: FaceTry, judged: Judged, at: datetime) -> None:
    """Keep a few frames for whoever decides, for as long as the policy says; none without a consent in force."""
    policy = policy_of(session.policy_id)
    if session.purpose == FaceSession.Purpose.ENROLMENT or not policy.picture_days:
        return
    if judged.passed and not policy.keep_passed:
        return
    if not Consent.objects.filter(learner_id=session.learner_id, withdrawn_at__isnull=True).exists():
        return
    step = max(1, len(judged.pictures) // KEPT_FRAMES)
    for number, jpeg in enumerate(judged.pictures[::step][:KEPT_FRAMES], 1):
        expires_at = at + timedelta(days=policy.picture_days)
        keep_picture(session.learner_id, jpeg, at=at, expires_at=expires_at, face_try=one, number=number)


def _file(session: FaceSession, check: FaceCheck, one: FaceTry, judged: Judged, at: datetime) -> None:
    append(
        kind="proctoring.try_judged",
        actor_id=session.learner_id,
        learner_id=session.learner_id,
        subject=str(session.subject_uuid) if session.subject_uuid else "",
        happened_at=at,
        payload={
            "check_uuid": str(check.uuid),
            "try_uuid": str(one.uuid),
            "number": one.number,
            "passed": judged.passed,
            "reasons": list(judged.reasons),
            "scores": {name: round(value * 1000) for name, value in sorted(judged.scores.items())},
            "flags": list(one.flags),
            "model": "/".join(part for part in judged.model if part),
        },
    )


def _own_check(check_uuid: UUID, learner_id: int) -> FaceCheck:
    check = FaceCheck.objects.filter(uuid=check_uuid, session__learner_id=learner_id).first()
    if check is None:
        raise CheckRefused("over")
    return check
