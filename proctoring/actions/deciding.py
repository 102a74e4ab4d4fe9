"""A reviewer decides held time, with a reason; who reverses a refusal needs a second reviewer."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from analytics.learning_log.actions import append, commit_words
from proctoring import person_keys
from proctoring.actions import stretches
from proctoring.face_store import open_picture
from proctoring.models import FacePicture, FaceSession, Hold, HoldDecision, PictureView, ReviewCase
from proctoring.queries.desk import appeal_waits
from proctoring.signals import hold_decided

if TYPE_CHECKING:
    from lms.accounts.models import User

Outcome, Standing = HoldDecision.Outcome, HoldDecision.Standing


class DecisionRefused(ValueError):
    """The decision cannot be taken; `code`: no_reason, own_hold, over, same_person, nothing_proposed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def decide_hold(*, hold_uuid: UUID, outcome: str, reason: str, by: "User", at: datetime) -> HoldDecision:
    """Decide a hold. Raises PermissionDenied, DecisionRefused.

    Cases: held → released or refused, final. Refused and now to be released → a proposal, which another reviewer must
    second. Refused, appealed against and still to be refused → final again, by somebody who did not refuse it before.
    Released is over: what a person has got is not taken back here.
    """
    held = _locked(hold_uuid, by)
    if outcome not in Outcome.values:
        raise DecisionRefused("over")
    if not reason.strip():
        raise DecisionRefused("no_reason")
    if held.state == Hold.State.HELD:
        decision = _write(held, outcome, Standing.FINAL, reason, by=by, at=at)
        _carry_out(held, outcome, by, at)
        _tell(held, outcome, reason, at)
        return decision
    if held.state == Hold.State.REFUSED and outcome == Outcome.RELEASE and proposal_of(held) is None:
        return _write(held, outcome, Standing.PROPOSED, reason, by=by, at=at)
    if outcome == Outcome.REFUSE and appeal_waits(held):
        if held.decisions.filter(by=by).exists():
            raise DecisionRefused("same_person")
        decision = _write(held, outcome, Standing.FINAL, reason, by=by, at=at)
        _tell(held, outcome, reason, at)
        return decision
    raise DecisionRefused("over")


@transaction.atomic
def second_reversal(*, hold_uuid: UUID, agrees: bool, reason: str, by: "User", at: datetime) -> HoldDecision:
    """Answer a colleague's proposal to reverse a refusal. Raises PermissionDenied, DecisionRefused."""
    held = _locked(hold_uuid, by)
    proposed = proposal_of(held)
    if proposed is None:
        raise DecisionRefused("nothing_proposed")
    first = held.decisions.filter(standing=Standing.FINAL).order_by("-pk").first()
    if by.pk in {proposed.by_id, first.by_id if first else None}:
        raise DecisionRefused("same_person")
    if not reason.strip():
        raise DecisionRefused("no_reason")
    decision = _write(held, Outcome.RELEASE, Standing.SECONDED if agrees else Standing.DECLINED, reason, by=by, at=at)
    if agrees:
        Hold.objects.filter(pk=held.pk).update(state=Hold.State.HELD, ended_at=None)
        stretches.release(held, Hold.Way.REVIEWER, at, by)
    _tell(held, Outcome.RELEASE if agrees else Outcome.REFUSE, reason, at)
    return decision


def proposal_of(held: Hold) -> HoldDecision | None:
    """Return the proposal to reverse that nobody has answered yet."""
    last = held.decisions.order_by("-pk").first()
    return last if last is not None and last.standing == Standing.PROPOSED else None


@transaction.atomic
def look_at_picture(*, picture_uuid: UUID, by: "User", at: datetime) -> bytes | None:
    """Return a kept frame to a reviewer, and write down that he saw it; None for one that is gone. Raises PermissionDenied."""
    _demand(by)
    picture = FacePicture.objects.filter(uuid=picture_uuid).first()
    if picture is None:
        return None
    if picture.learner_id == by.pk:
        raise PermissionDenied
    try:
        jpeg = open_picture(picture)
    except (person_keys.Erased, person_keys.DoesNotOpen):
        return None
    PictureView.objects.create(viewer=by, learner_id=picture.learner_id, picture_uuid=picture.uuid, seen_at=at)
    append(
        kind="proctoring.picture_seen",
        actor_id=by.pk,
        learner_id=picture.learner_id,
        happened_at=at,
        payload={"picture_uuid": str(picture.uuid)},
    )
    return jpeg


@transaction.atomic
def close_case(*, case_uuid: UUID, finding: str, note: str, by: "User", at: datetime) -> None:
    """Write what a person found of two accounts that look alike. It changes neither account. Raises as decide_hold."""
    _demand(by)
    if finding not in ReviewCase.Finding.values or not note.strip():
        raise DecisionRefused("no_reason")
    case = ReviewCase.objects.select_for_update().filter(uuid=case_uuid, closed_at__isnull=True).first()
    if case is None:
        raise DecisionRefused("over")
    if by.pk in (case.first_id, case.second_id):
        raise DecisionRefused("own_hold")
    case.closed_at, case.closed_by, case.finding, case.note = at, by, finding, note[:500]
    case.save(update_fields=["closed_at", "closed_by", "finding", "note"])
    append(
        kind="proctoring.case_closed",
        actor_id=by.pk,
        learner_id=case.first_id,
        happened_at=at,
        payload={"case_uuid": str(case.uuid), "finding": finding},
    )


def _locked(hold_uuid: UUID, by: "User") -> Hold:
    _demand(by)
    held = Hold.objects.select_for_update(of=("self",)).select_related("session").filter(uuid=hold_uuid).first()
    if held is None:
        raise DecisionRefused("over")
    if held.learner_id == by.pk:
        raise DecisionRefused("own_hold")
    return held


def _demand(by: "User") -> None:
    if not by.has_perm("proctoring.decide_hold"):
        raise PermissionDenied


def _write(held: Hold, outcome: str, standing: str, reason: str, *, by: "User", at: datetime) -> HoldDecision:
    decision = HoldDecision.objects.create(
        hold=held, by=by, outcome=outcome, standing=standing, reason=reason.strip()[:500], at=at
    )
    append(
        kind="proctoring.hold_decided",
        actor_id=by.pk,
        learner_id=held.learner_id,
        subject=str(held.subject_uuid) if held.subject_uuid else "",
        happened_at=at,
        payload={
            "hold_uuid": str(held.uuid),
            "outcome": str(outcome),
            "standing": str(standing),
            "reason_commitment": commit_words(kind="reason", text=reason.strip()),
        },
    )
    return decision


def _tell(held: Hold, outcome: str, reason: str, at: datetime) -> None:
    hold_decided.send(
        sender=Hold,
        hold_uuid=held.uuid,
        learner_id=held.learner_id,
        subject_uuid=held.subject_uuid,
        outcome=str(outcome),
        reason=reason.strip()[:500],
        appealed=held.appealed_at is not None,
        at=at,
    )


def _carry_out(held: Hold, outcome: str, by: "User", at: datetime) -> None:
    stretches.locked(FaceSession.objects.values_list("pk", flat=True).get(pk=held.session_id))
    if outcome == Outcome.RELEASE:
        stretches.release(held, Hold.Way.REVIEWER, at, by)
    else:
        stretches.refuse(held, at, by)
