"""Releasing a key: to the session that holds the lease, in step with what is counted, and never without a trace."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from player.domain.pacing import needed_ms, span_of_stretch
from player.videos.queries import NoSuchStretch, stretch_key, stretch_starts_ms
from player.watching.models import WatchSession
from player.watching.policy import policy_of
from player.watching.queries import NoSuchSession, NotYourSession, SessionOver

# One statement asks, decides and notes, so that a session which is closed meanwhile gets neither the media nor the row,
# and a key costs one way to the database.
RELEASE = """
WITH asking AS (
    SELECT s.id, s.close_reason, s.opened @> int4range(%(start)s, %(end)s) AS has_it,
           coalesce(upper(c.spans), 0) >= %(needed)s AS near
    FROM player_watchsession s JOIN player_coverage c ON c.id = s.coverage_id WHERE s.id = %(session)s
), opened AS (
    UPDATE player_watchsession s SET opened = s.opened + int4multirange(int4range(%(start)s, %(end)s))
    FROM asking WHERE s.id = asking.id AND s.closed_at IS NULL AND asking.near AND NOT asking.has_it RETURNING s.id
), written AS (
    INSERT INTO player_keyrelease (session_id, stretch, released_at)
    SELECT id, %(stretch)s, %(at)s FROM opened ON CONFLICT DO NOTHING
)
SELECT close_reason, has_it OR EXISTS (SELECT FROM opened) FROM asking
"""
KEPT_SECONDS = 60


class TooEarly(PermissionError):
    """The stretch begins too far ahead of what is counted: wait and ask again."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What never changes of a session."""

    id: int
    learner_id: int
    video_id: int
    policy_id: int
    duration_ms: int


def release_key(*, session_uuid: UUID, learner_id: int | None, stretch: int, at: datetime) -> bytes:
    """Return the 16-byte key of a stretch, and remember that this session has it. Asked again, it is given again.

    One statement; one more for a session, and for a key, that this process has not met for a while.
    Raises NoSuchSession, NotYourSession, SessionOver, TooEarly; NoSuchStretch and VideoNotReady of player.videos.
    """
    facts = _facts(session_uuid)
    if learner_id is None or facts.learner_id != learner_id:
        raise NotYourSession(session_uuid)
    starts_ms = stretch_starts_ms(facts.video_id)
    try:
        needed = needed_ms(starts_ms, stretch, look_ahead_ms=policy_of(facts.policy_id).look_ahead_ms)
    except IndexError:
        raise NoSuchStretch(facts.video_id, stretch) from None
    span = span_of_stretch(starts_ms, stretch, facts.duration_ms)
    asked = {"session": facts.id, "start": span.start_ms, "end": span.end_ms, "needed": needed}
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {**asked, "stretch": stretch, "at": at})
        close_reason, has_it = cursor.fetchone()
    if close_reason:
        raise SessionOver(close_reason)
    if not has_it:
        raise TooEarly(stretch)
    return _key(facts.video_id, stretch, int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=50_000)
def _facts(session_uuid: UUID) -> _Facts:
    row = (
        WatchSession.objects.filter(uuid=session_uuid)
        .values_list("pk", "learner_id", "video_id", "policy_id", "duration_ms")
        .first()
    )
    if row is None:
        raise NoSuchSession(session_uuid)
    return _Facts(*row)


@lru_cache(maxsize=16_384)
def _key(video_id: int, stretch: int, _minute: int) -> bytes:
    """Return the key; everybody in a lesson asks for the same ones, so a process remembers them for a minute."""
    return stretch_key(video_id, stretch)
