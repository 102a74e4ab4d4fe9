"""Opening a session, which takes the learner's lease."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from player.videos.queries import video_facts
from player.watching import notices
from player.watching.actions.closing import close_locked
from player.watching.actions.sittings import lock
from player.watching.beat_keys import beat_key
from player.watching.clock import to_ms
from player.watching.models import CloseReason, WatchSession
from player.watching.policy import ALIKE, ZONE, policy_in_force, policy_of

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


class CannotProve(PermissionError):
    """The browser cannot show the bytes of the media, and the rules ask for proofs."""


class LearningElsewhere(PermissionError):
    """The learner is watching in another place at this moment; nothing was changed.

    subject_uuid: what is watched there; heard_ms_ago: when its last beat came.
    """

    def __init__(self, subject_uuid: UUID, heard_ms_ago: int) -> None:
        super().__init__(subject_uuid)
        self.subject_uuid = subject_uuid
        self.heard_ms_ago = heard_ms_ago


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was just opened: the ticket for the player. beat_key: 32 bytes, for its page alone."""

    uuid: UUID
    learner_id: int
    video_id: int
    subject_uuid: UUID
    duration_ms: int
    opened_at: datetime

    @property
    def beat_key(self) -> bytes:
        return beat_key(self.uuid)


@dataclass(frozen=True, slots=True)
class Opener:
    """How a page asks for a session. codes: of the rule sets that the learner is under.

    take_over: also where another session of the learner is in use; former: uuid of a session that this same page had,
    which is replaced without asking. device: a hash that tells the signed-in browser. native: it cannot show the bytes.
    hints: of being driven by a script; written down, and nothing else.
    """

    codes: Collection[str] = ()
    take_over: bool = True
    former: UUID | None = None
    device: str = ""
    native: bool = False
    hints: Collection[str] = ()


ANYHOW = Opener()


@transaction.atomic
def open_session(
    *, learner_id: int, video_id: int, subject_uuid: UUID, at: datetime, opener: Opener = ANYHOW
) -> OpenSession:
    """Open a session and give it the learner's lease: from here on it is the only one of this learner that earns.

    The caller has checked that the person may learn. A session that was open elsewhere, on whatever device or lesson,
    is sealed and closed in the same transaction, and its page is told on commit.

    Raises NothingToWatch, CannotProve; LearningElsewhere where the other session is in use and `opener` does not say
    that the learner was asked.
    """
    video = video_facts(video_id)
    if video is None or not video.is_ready:
        raise NothingToWatch(video_id)
    policy_id = policy_in_force(opener.codes, at)
    policy = policy_of(policy_id)
    asks = policy.question_every_beats > 0
    if opener.native and asks and not policy.allow_native:
        raise CannotProve(learner_id)
    uuid = uuid4()
    token = _take_lease(learner_id, uuid, at)
    former = _former(learner_id, token)
    if former and former.closed_at is None:
        _end(former, opener, at)
        former.refresh_from_db()
    day = timezone.localdate(at, ZONE)
    session = WatchSession.objects.create(
        uuid=uuid,
        learner_id=learner_id,
        video_id=video_id,
        subject_uuid=subject_uuid,
        coverage_id=_coverage_id(learner_id, subject_uuid, video.duration_ms),
        policy_id=policy_id,
        duration_ms=video.duration_ms,
        token=token,
        device=opener.device,
        native=opener.native,
        hints=",".join(opener.hints),
        opened_at=at,
        # Server time that the former session has used up is not given out again, even if two hosts' clocks differ.
        heard_at_ms=max(to_ms(at), former.heard_at_ms if former else 0),
        proved=opener.native or not asks,
        day=day,
        day_counted_ms=_counted_on(former, day),
    )
    _log_opened(session, video.uuid, at)
    return OpenSession(uuid, learner_id, video_id, subject_uuid, video.duration_ms, at)


def _former(learner_id: int, token: int) -> WatchSession | None:
    return WatchSession.objects.select_for_update().filter(learner_id=learner_id, token=token - 1).first()


def _end(former: WatchSession, opener: Opener, at: datetime) -> None:
    """Close the session that the new one replaces. Raises LearningElsewhere where the learner must be asked first."""
    heard_ms_ago = max(0, to_ms(at) - former.heard_at_ms)
    in_use = not former.leaving and heard_ms_ago < ALIKE.silent_ms
    if in_use and not opener.take_over and former.uuid != opener.former:
        raise LearningElsewhere(former.subject_uuid, heard_ms_ago)
    close_locked(tuple(lock({former.uuid}).values()), CloseReason.TAKEN_OVER, at)
    transaction.on_commit(partial(notices.session_taken_over, former.uuid))


def _counted_on(former: WatchSession | None, day: date) -> int:
    """Return what the learner was credited that day before: each session hands its sum to the next."""
    return former.day_counted_ms if former and former.day == day else 0


def _log_opened(session: WatchSession, video_uuid: UUID, at: datetime) -> None:
    append(
        kind="player.session_opened",
        actor_id=session.learner_id,
        learner_id=session.learner_id,
        subject=str(session.subject_uuid),
        happened_at=at,
        payload={
            "session_uuid": str(session.uuid),
            "subject_uuid": str(session.subject_uuid),
            "video_uuid": str(video_uuid),
            "token": session.token,
            "policy": session.policy.digest,
            "native": session.native,
            "length_ms": session.duration_ms,
            **({"device": session.device} if session.device else {}),
            **({"hints": session.hints.split(",")} if session.hints else {}),
        },
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
