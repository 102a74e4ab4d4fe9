"""Releasing a key: to the session that holds the lease, in step with what is counted, and never without a trace."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from player.domain.pacing import may_release, span_of_stretch
from player.domain.spans import Span, Spans
from player.videos.queries import NoSuchStretch, stretch_key, stretch_starts_ms
from player.watching.fields import from_literal
from player.watching.policy import policy_of
from player.watching.queries import NoSuchSession, NotYourSession, SessionOver

FIND = """
SELECT s.id, s.learner_id, s.close_reason, s.video_id, s.policy_id, s.duration_ms,
       coalesce(upper(c.spans), 0), s.opened::text
FROM player_watchsession s JOIN player_coverage c ON c.id = s.coverage_id WHERE s.uuid = %s
"""
# One statement, so that a session which is closed meanwhile gets neither the media nor the row.
RELEASE = """
WITH opened AS (
    UPDATE player_watchsession SET opened = opened + int4multirange(int4range(%s, %s))
    WHERE id = %s AND closed_at IS NULL RETURNING id
), written AS (
    INSERT INTO player_keyrelease (session_id, stretch, released_at) SELECT id, %s, %s FROM opened ON CONFLICT DO NOTHING
)
SELECT count(*) FROM opened
"""


class TooEarly(PermissionError):
    """The stretch begins too far ahead of what is counted: wait and ask again."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A session as the key server sees it."""

    id: int
    video_id: int
    policy_id: int
    duration_ms: int
    furthest_ms: int
    opened: Spans


def release_key(*, session_uuid: UUID, learner_id: int | None, stretch: int, at: datetime) -> bytes:
    """Return the 16-byte key of a stretch, and remember that this session has it. Asked again, it is given again.

    Two statements the first time, one after that.
    Raises NoSuchSession, NotYourSession, SessionOver, TooEarly; NoSuchStretch and VideoNotReady of player.videos.
    """
    found = _find(session_uuid, learner_id)
    starts_ms = stretch_starts_ms(found.video_id)
    if not 0 <= stretch < len(starts_ms):
        raise NoSuchStretch(found.video_id, stretch)
    look_ahead_ms = policy_of(found.policy_id).look_ahead_ms
    span = span_of_stretch(starts_ms, stretch, found.duration_ms)
    if not any(opened.start_ms <= span.start_ms and span.end_ms <= opened.end_ms for opened in found.opened):
        if not may_release(starts_ms, stretch, furthest_ms=found.furthest_ms, look_ahead_ms=look_ahead_ms):
            raise TooEarly(stretch)
        _note(found.id, stretch, span, at)
    return stretch_key(found.video_id, stretch)


def _find(session_uuid: UUID, learner_id: int | None) -> _Found:
    with connection.cursor() as cursor:
        cursor.execute(FIND, [session_uuid])
        row = cursor.fetchone()
    if row is None:
        raise NoSuchSession(session_uuid)
    id_, owner_id, close_reason, video_id, policy_id, duration_ms, furthest_ms, opened = row
    if learner_id is None or owner_id != learner_id:
        raise NotYourSession(session_uuid)
    if close_reason:
        raise SessionOver(close_reason)
    return _Found(id_, video_id, policy_id, duration_ms, furthest_ms, from_literal(opened))


def _note(session_id: int, stretch: int, span: Span, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [span.start_ms, span.end_ms, session_id, stretch, at])
        (opened,) = cursor.fetchone()
    if not opened:
        raise SessionOver("closed")
