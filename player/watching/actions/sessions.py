"""Opening a session, which takes the learner's lease, and closing one, which seals what it earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import connection, transaction

from analytics.learning_log.actions import Draft, append, append_many
from player.domain.chunk import Chunk
from player.videos.queries import video_facts
from player.watching import notices
from player.watching.actions.sealing import Ripe, seal
from player.watching.clock import to_ms
from player.watching.models import CloseReason, WatchSession
from player.watching.policy import POLICY, SWEEP_GRACE_MS

SWEEP_AT_ONCE = 500

# One statement, so that of sixteen racing openings each is alone for a moment; the row stays locked until the commit.
TAKE_LEASE = """
INSERT INTO player_watchlease (learner_id, session_id, token, taken_at) VALUES (%s, %s, 1, %s)
ON CONFLICT (learner_id) DO UPDATE
    SET session_id = excluded.session_id, token = player_watchlease.token + 1, taken_at = excluded.taken_at
RETURNING token
"""
ENSURE_COVERAGE = """
INSERT INTO player_coverage (learner_id, subject_uuid, duration_ms, spans, counted_ms, position_ms)
VALUES (%s, %s, %s, '{}', 0, 0)
ON CONFLICT (learner_id, subject_uuid) DO UPDATE
    SET duration_ms = greatest(player_coverage.duration_ms, excluded.duration_ms)
RETURNING id
"""


class NothingToWatch(LookupError):
    """There is no such video, or it is not ready."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was just opened: the ticket for the player."""

    uuid: UUID
    learner_id: int
    video_id: int
    subject_uuid: UUID
    duration_ms: int
    opened_at: datetime


@transaction.atomic
def open_session(*, learner_id: int, video_id: int, subject_uuid: UUID, at: datetime) -> OpenSession:
    """Open a session and give it the learner's lease: from here on it is the only one of this learner that earns.

    The caller has checked that the person may learn. A session that was open elsewhere, on whatever device or lesson,
    is sealed and closed in the same transaction, and its page is told on commit: the newest always wins.

    Raises NothingToWatch.
    """
    video = video_facts(video_id)
    if video is None or not video.is_ready:
        raise NothingToWatch(video_id)
    uuid = uuid4()
    token = _take_lease(learner_id, uuid, at)
    former = WatchSession.objects.select_for_update().filter(learner_id=learner_id, token=token - 1).first()
    if former and former.closed_at is None:
        _close([former], CloseReason.TAKEN_OVER, at)
        transaction.on_commit(partial(notices.session_taken_over, former.uuid))
    WatchSession.objects.create(
        uuid=uuid,
        learner_id=learner_id,
        video_id=video_id,
        subject_uuid=subject_uuid,
        coverage_id=_coverage_id(learner_id, subject_uuid, video.duration_ms),
        duration_ms=video.duration_ms,
        token=token,
        opened_at=at,
        # Server time that the former session has used up is not given out again, even if two hosts' clocks differ.
        heard_at_ms=max(to_ms(at), former.heard_at_ms if former else 0),
    )
    append(
        kind="player.session_opened",
        actor_id=learner_id,
        learner_id=learner_id,
        subject=str(subject_uuid),
        happened_at=at,
        payload={
            "session_uuid": str(uuid),
            "subject_uuid": str(subject_uuid),
            "video_uuid": str(video.uuid),
            "token": token,
        },
    )
    return OpenSession(uuid, learner_id, video_id, subject_uuid, video.duration_ms, at)


@transaction.atomic
def close_session(*, session_uuid: UUID, learner_id: int, at: datetime) -> bool:
    """Seal and close a session that its learner has left; say whether it was open and his."""
    session = (
        WatchSession.objects.select_for_update()
        .filter(uuid=session_uuid, learner_id=learner_id, closed_at__isnull=True)
        .first()
    )
    if session is None:
        return False
    _close([session], CloseReason.LEFT, at)
    return True


@transaction.atomic(durable=True)
def seal_stale(at: datetime) -> int:
    """Seal and close sessions that were not heard for longer than they stay resumable; return how many.

    At most 500 a call, those that no beat holds at the moment: the sweep comes again.
    """
    silent_since_ms = to_ms(at) - POLICY.resumable_ms - SWEEP_GRACE_MS
    stale = list(
        WatchSession.objects.select_for_update(skip_locked=True)
        .filter(closed_at__isnull=True, heard_at_ms__lt=silent_since_ms)
        .order_by("pk")[:SWEEP_AT_ONCE]
    )
    _close(stale, CloseReason.UNHEARD, at)
    return len(stale)


def running_chunk(session: WatchSession) -> Chunk | None:
    """Return the chunk that is not sealed yet, None when nothing was watched since the last one."""
    if session.chunk_from_ms is None or session.chunk_until_ms is None:
        return None
    return Chunk(
        session.chunk_from_ms,
        session.chunk_until_ms,
        tuple(session.chunk_watched),
        tuple(session.chunk_counted),
        session.chunk_beats,
    )


def _take_lease(learner_id: int, session_uuid: UUID, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_LEASE, [learner_id, session_uuid, at])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _coverage_id(learner_id: int, subject_uuid: UUID, duration_ms: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ENSURE_COVERAGE, [learner_id, subject_uuid, duration_ms])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _close(sessions: Sequence[WatchSession], reason: CloseReason, at: datetime) -> None:
    """Seal and close sessions whose rows the caller has locked."""
    if not sessions:
        return
    ripe = [
        Ripe(session.pk, session.uuid, session.learner_id, session.subject_uuid, session.video_id, chunk)
        for session in sessions
        if (chunk := running_chunk(session))
    ]
    seal(ripe)
    WatchSession.objects.filter(pk__in=[session.pk for session in sessions]).update(
        closed_at=at,
        close_reason=reason,
        chunk_from_ms=None,
        chunk_until_ms=None,
        chunk_watched=(),
        chunk_counted=(),
        chunk_beats=0,
    )
    append_many(
        Draft(
            kind="player.session_closed",
            actor_id=None if reason is CloseReason.UNHEARD else session.learner_id,
            learner_id=session.learner_id,
            subject=str(session.subject_uuid),
            happened_at=at,
            payload={
                "session_uuid": str(session.uuid),
                "subject_uuid": str(session.subject_uuid),
                "reason": str(reason.value),
            },
        )
        for session in sessions
    )
