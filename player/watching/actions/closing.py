"""Closing sessions, and sealing those that are not heard of: what they earned reaches the log."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from analytics.domain.record import utc_text
from analytics.learning_log.actions import Draft, append_many
from player.domain.spans import total_ms
from player.watching import notices
from player.watching.actions.sealing import seal
from player.watching.actions.settling import may_keep_unproved, refuse_pending, release, settle, write_refusals
from player.watching.actions.sittings import Sitting, lock
from player.watching.actions.writing import remember
from player.watching.clock import to_ms
from player.watching.models import CloseReason, WatchRefusal, WatchSession
from player.watching.policy import ALIKE, SWEEP_GRACE_MS

SWEEP_AT_ONCE = 500


@transaction.atomic
def close_session(*, session_uuid: UUID, learner_id: int, at: datetime, reason: CloseReason = CloseReason.LEFT) -> bool:
    """Seal and close a session that its learner has left; say whether it was open and his."""
    mine = WatchSession.objects.filter(uuid=session_uuid, learner_id=learner_id, closed_at__isnull=True)
    if not mine.select_for_update().exists():
        return False
    close_locked(tuple(lock({session_uuid}).values()), reason, at)
    return True


def close_of_device(*, learner_id: int, device: str, at: datetime) -> bool:
    """Close the open session of a learner who signs out of that browser; say whether there was one."""
    return _close_in(device, learner_id, CloseReason.SIGNED_OUT, at)


def close_where_locked(*, learner_id: int, device: str, at: datetime) -> bool:
    """Close the open session of a learner whose browser is locked; say whether there was one."""
    return _close_in(device, learner_id, CloseReason.LOCKED, at)


@transaction.atomic
def _close_in(device: str, learner_id: int, reason: CloseReason, at: datetime) -> bool:
    session = WatchSession.objects.filter(learner_id=learner_id, device=device, closed_at__isnull=True).first()
    if session is None or not device:
        return False
    transaction.on_commit(partial(notices.signed_out, session.uuid))
    return close_session(session_uuid=session.uuid, learner_id=learner_id, at=at, reason=reason)


def seal_stale(at: datetime) -> int:
    """Seal what sessions earned that are silent, close those that are over; return how many were worked on.

    At most 500 a call, those that no beat holds at the moment: the sweep comes again.
    """
    return _seal_silent(at) + _close_unheard(at)


@transaction.atomic(durable=True)
def _seal_silent(at: datetime) -> int:
    """Seal the running chunk of sessions unheard for a minute, so that it is in the ledger when the learner looks; they
    stay open, for beats that wait for a network.
    """
    sittings = _unheard_for(ALIKE.silent_ms, at, chunk_from_ms__isnull=False)
    for sitting in sittings:
        _seal_running(sitting)
    remember(sittings)
    seal(sittings)
    return len(sittings)


@transaction.atomic(durable=True)
def _close_unheard(at: datetime) -> int:
    sittings = _unheard_for(ALIKE.resumable_ms, at)
    close_locked(sittings, CloseReason.UNHEARD, at)
    return len(sittings)


def _unheard_for(silence_ms: int, at: datetime, **further: object) -> tuple[Sitting, ...]:
    silent_since_ms = to_ms(at) - silence_ms - SWEEP_GRACE_MS
    stale = (
        WatchSession.objects.select_for_update(skip_locked=True)
        .filter(closed_at__isnull=True, heard_at_ms__lt=silent_since_ms, **further)
        .order_by("pk")[:SWEEP_AT_ONCE]
    )
    uuids = [session.uuid for session in stale]
    return tuple(lock(uuids).values()) if uuids else ()


def close_locked(sittings: Collection[Sitting], reason: CloseReason, at: datetime) -> None:
    """Seal and close sessions that the caller has locked by `sittings.lock`.

    What still waits for a proof is kept where the session had proved its media before, else refused with the reason.
    """
    if not sittings:
        return
    for sitting in sittings:
        if may_keep_unproved(sitting):
            settle(sitting, release(sitting))
        refuse_pending(sitting, to_ms(at))
        _seal_running(sitting)
    remember(sittings)
    write_refusals(sittings)
    seal(sittings)
    ids = [sitting.id for sitting in sittings]
    WatchSession.objects.filter(pk__in=ids).update(closed_at=at, close_reason=reason, question_nonce="")
    append_many([*_closed(sittings, reason, at), *_refused(ids, at)])


def _seal_running(sitting: Sitting) -> None:
    if sitting.chunk:
        sitting.sealed.append(sitting.chunk)
        sitting.chunk = None


def _closed(sittings: Iterable[Sitting], reason: CloseReason, at: datetime) -> list[Draft]:
    return [
        Draft(
            kind="player.session_closed",
            actor_id=None if reason is CloseReason.UNHEARD else sitting.learner_id,
            learner_id=sitting.learner_id,
            subject=str(sitting.subject_uuid),
            happened_at=at,
            payload={
                "session_uuid": str(sitting.uuid),
                "subject_uuid": str(sitting.subject_uuid),
                "reason": str(reason.value),
                "opened": [[span.start_ms, span.end_ms] for span in sitting.opened],
                "proofs_passed": sitting.proofs_passed,
                "last_seq": sitting.state.last_seq,
                "last_mac": sitting.state.last_mac.hex(),
                "length_ms": sitting.state.duration_ms,
                "covered_ms": sitting.ground.counted_ms,
            },
        )
        for sitting in sittings
    ]


def _refused(session_ids: Collection[int], at: datetime) -> list[Draft]:
    """Return a record for each reason for which the sessions were refused time."""
    rows = WatchRefusal.objects.select_related("session").filter(session_id__in=session_ids).order_by("pk")
    return [
        Draft(
            kind="player.watching_refused",
            actor_id=row.learner_id,
            learner_id=row.learner_id,
            subject=str(row.subject_uuid),
            happened_at=at,
            payload={
                "session_uuid": str(row.session.uuid),
                "subject_uuid": str(row.subject_uuid),
                "reason": row.reason,
                "spans": [[span.start_ms, span.end_ms] for span in row.spans],
                "refused_ms": total_ms(row.spans),
                "beats": row.beats,
                "first_at": utc_text(row.first_at),
                "last_at": utc_text(row.last_at),
            },
        )
        for row in rows
    ]
