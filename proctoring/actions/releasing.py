"""The ways by which a learner releases held time, equal in rank: another try or action, a phone's camera, a code, a person."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from analytics.learning_log.actions import append
from proctoring.actions import stretches
from proctoring.actions.sessions import ask, end_check
from proctoring.models import FaceCheck, FaceSession, HandOver, Hold
from proctoring.policy import policy_of

if TYPE_CHECKING:
    from lms.accounts.models import User

# Ways that are shown by a check of the face; the others are shown elsewhere, and told here.
BY_FACE = frozenset({Hold.Way.AGAIN, Hold.Way.OTHER_ACTION, Hold.Way.HAND_OVER, Hold.Way.MAKE_UP})
BY_WORD = frozenset({Hold.Way.PHONE, Hold.Way.SUPERVISOR})


class HoldClosed(Exception):
    """The hold is another person's, is over, or its time for the learner's own ways has run out."""


@dataclass(frozen=True, slots=True)
class Way:
    """A fresh way to a phone's camera. token: stands in the QR code and nowhere else."""

    token: str
    expires_at: datetime


@transaction.atomic
def ask_to_release(*, hold_uuid: UUID, learner_id: int, way: str, at: datetime) -> FaceCheck:
    """Ask for a check by which held time is released; one that waits for this session already is taken.

    Raises HoldClosed.
    """
    held = _own(hold_uuid, learner_id, at)
    if way not in BY_FACE:
        raise HoldClosed(way)
    session = stretches.locked(held.session_id)
    waiting = session.checks.filter(state=FaceCheck.State.ASKED).first()
    if waiting is not None and waiting.deadline_at > at:
        return waiting
    if waiting is not None:
        end_check(session, waiting, FaceCheck.State.MISSED, at)
    return ask(session, at, releases=held, way=way)


@transaction.atomic
def release_by_word(*, hold_uuid: UUID, learner_id: int, way: str, by: "User", at: datetime) -> Hold:
    """Release held time because it was shown elsewhere: by code and questions, or by a supervisor (`by`).

    A check that waits is proved with it. Raises HoldClosed.
    """
    if way not in BY_WORD:
        raise HoldClosed(way)
    held = _own(hold_uuid, learner_id, at)
    session = stretches.locked(held.session_id)
    _prove_waiting(session, at)
    for each in stretches.waiting_of(session):
        if at < each.self_until:
            stretches.release(each, way, at, by)
    return held


@transaction.atomic
def prove_check(*, check_uuid: UUID, learner_id: int, way: str, by: "User", at: datetime) -> None:
    """Answer a check that waits in another way than by a face: it counts like one that was passed. Raises HoldClosed."""
    found = FaceCheck.objects.filter(uuid=check_uuid, session__learner_id=learner_id).first()
    if found is None or way not in BY_WORD:
        raise HoldClosed(check_uuid)
    session = stretches.locked(found.session_id)
    if not _prove_waiting(session, at):
        raise HoldClosed(check_uuid)
    for held in stretches.waiting_of(session):
        if at < held.self_until:
            stretches.release(held, way, at, by)
    stretches.confirm(session, at, "passed")


def _prove_waiting(session: FaceSession, at: datetime) -> bool:
    waiting = session.checks.filter(state=FaceCheck.State.ASKED).first()
    if waiting is None:
        return False
    end_check(session, waiting, FaceCheck.State.PROVED, at)
    return True


@transaction.atomic
def appeal(*, hold_uuid: UUID, learner_id: int, words: str, answer_due: date, at: datetime) -> Hold:
    """Ask a person to look; the learner goes on at once, and this stretch waits for the answer. Twice changes nothing.

    Also open against a refusal. answer_due: the last day for the answer, counted in working days by the caller.
    Raises HoldClosed.
    """
    held = Hold.objects.select_for_update().filter(uuid=hold_uuid, learner_id=learner_id).first()
    if held is None or held.state == Hold.State.RELEASED:
        raise HoldClosed(hold_uuid)
    refused_since = held.ended_at if held.state == Hold.State.REFUSED else None
    if held.appealed_at is not None and not (refused_since and held.appealed_at < refused_since):
        return held
    held.appealed_at, held.answer_due, held.appeal_words = at, answer_due, words[:500]
    held.went_on_at = held.went_on_at or at
    held.save(update_fields=["appealed_at", "answer_due", "appeal_words", "went_on_at"])
    append(
        kind="proctoring.hold_appealed",
        actor_id=learner_id,
        learner_id=learner_id,
        subject=str(held.subject_uuid) if held.subject_uuid else "",
        happened_at=at,
        payload={"hold_uuid": str(held.uuid), "answer_due": answer_due.isoformat()},
    )
    return held


@transaction.atomic
def hand_over(*, check_uuid: UUID, learner_id: int, at: datetime) -> Way:
    """Make a one-use way to a phone's camera for a check that waits; an earlier one that nobody used is void.

    Raises HoldClosed.
    """
    check = FaceCheck.objects.filter(
        uuid=check_uuid, session__learner_id=learner_id, state=FaceCheck.State.ASKED
    ).first()
    if check is None or check.deadline_at <= at:
        raise HoldClosed(check_uuid)
    check.hand_overs.filter(used_at__isnull=True).update(expires_at=at)
    expires_at = at + timedelta(milliseconds=policy_of(check.session.policy_id).hand_over_ms)
    token = secrets.token_urlsafe(24)
    HandOver.objects.create(check_asked=check, token_digest=_digest(token), made_at=at, expires_at=expires_at)
    # Finding the phone takes its time; the way is open no longer than that.
    FaceCheck.objects.filter(pk=check.pk).update(deadline_at=max(check.deadline_at, expires_at))
    return Way(token, expires_at)


@transaction.atomic
def take_over(*, token: str, at: datetime) -> FaceCheck:
    """Use a way to a phone's camera, once: the check for which it was made. Raises HoldClosed for any other token."""
    changed = HandOver.objects.filter(token_digest=_digest(token), used_at__isnull=True, expires_at__gt=at).update(
        used_at=at
    )
    found = HandOver.objects.select_related("check_asked__session").filter(token_digest=_digest(token)).first()
    if not changed or found is None or found.check_asked.state != FaceCheck.State.ASKED:
        raise HoldClosed("token")
    policy = policy_of(found.check_asked.session.policy_id)
    deadline = max(found.check_asked.deadline_at, at + timedelta(milliseconds=policy.answer_ms))
    FaceCheck.objects.filter(pk=found.check_asked_id).update(deadline_at=deadline, way=Hold.Way.HAND_OVER)
    return found.check_asked


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _own(hold_uuid: UUID, learner_id: int, at: datetime) -> Hold:
    held = Hold.objects.select_related("session").filter(uuid=hold_uuid, learner_id=learner_id).first()
    if held is None or held.state != Hold.State.HELD or at >= held.self_until:
        raise HoldClosed(hold_uuid)
    return held
