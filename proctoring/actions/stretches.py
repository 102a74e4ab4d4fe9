"""Deciding about wall time: confirmed, held, released, refused. Each writes what the sum of hours is made from.

The caller holds the lock of the session (`locked`) and its transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from analytics.domain.record import utc_text
from analytics.learning_log.actions import append
from proctoring.models import FaceCheck, FaceSession, Hold
from proctoring.policy import policy_of

if TYPE_CHECKING:
    from lms.accounts.models import User


def locked(session_id: int) -> FaceSession:
    """Return a session under its lock: whatever decides about its time takes turns."""
    return FaceSession.objects.select_for_update().get(pk=session_id)


def confirm(session: FaceSession, until: datetime, because: str) -> None:
    """Confirm the time from what was last decided until then."""
    if session.purpose == FaceSession.Purpose.ENROLMENT or until <= session.settled_until:
        return
    _file(
        "proctoring.time_confirmed",
        session,
        until,
        {**_stretch(session.settled_until, until), **named(session), "because": because},
    )
    _settle(session, until)


def hold(session: FaceSession, until: datetime, reason: str, check: FaceCheck | None = None) -> Hold | None:
    """Hold the time from what was last decided until then; None where no time had passed."""
    if session.purpose == FaceSession.Purpose.ENROLMENT or until <= session.settled_until:
        return None
    held = Hold.objects.create(
        session=session,
        learner_id=session.learner_id,
        subject_uuid=session.subject_uuid,
        check_asked=check,
        reason=reason,
        from_at=session.settled_until,
        until_at=until,
        held_at=until,
        self_until=until + timedelta(hours=policy_of(session.policy_id).self_hours),
    )
    _file("proctoring.time_held", session, until, {**_of(held), "reason": reason})
    _settle(session, until)
    return held


def release(held: Hold, way: str, at: datetime, by: "User | None") -> bool:
    """Release held time; say whether it was held. by: who showed or decided it; None for the learner's own check."""
    changed = Hold.objects.filter(pk=held.pk, state=Hold.State.HELD).update(
        state=Hold.State.RELEASED, way=way, ended_at=at, went_on_at=held.went_on_at or at
    )
    if changed:
        actor = by.pk if by else held.learner_id
        _file("proctoring.time_released", held.session, at, {**_of(held), "way": way}, actor)
    return bool(changed)


def refuse(held: Hold, at: datetime, by: "User") -> bool:
    """Refuse held time; say whether it was held."""
    changed = Hold.objects.filter(pk=held.pk, state=Hold.State.HELD).update(state=Hold.State.REFUSED, ended_at=at)
    if changed:
        _file("proctoring.time_refused", held.session, at, _of(held), by.pk)
    return bool(changed)


def waiting_of(session: FaceSession) -> list[Hold]:
    """Return the held time of a session, the earliest first."""
    return list(session.holds.filter(state=Hold.State.HELD).order_by("from_at", "pk").select_related("session"))


def named(session: FaceSession) -> dict[str, str]:
    """Return how a record names a session."""
    return {
        "session_uuid": str(session.uuid),
        "counterpart_uuid": str(session.counterpart_uuid) if session.counterpart_uuid else "",
    }


def _settle(session: FaceSession, until: datetime) -> None:
    session.settled_until = until
    FaceSession.objects.filter(pk=session.pk).update(settled_until=until)


def _of(held: Hold) -> dict[str, str]:
    return {"hold_uuid": str(held.uuid), **named(held.session), **_stretch(held.from_at, held.until_at)}


def _stretch(from_at: datetime, until_at: datetime) -> dict[str, str]:
    return {"from_at": utc_text(from_at), "until_at": utc_text(until_at)}


def _file(
    kind: str, session: FaceSession, at: datetime, payload: Mapping[str, str], actor_id: int | None = None
) -> None:
    append(
        kind=kind,
        actor_id=actor_id,
        learner_id=session.learner_id,
        subject=str(session.subject_uuid) if session.subject_uuid else "",
        happened_at=at,
        payload=dict(payload),
    )
