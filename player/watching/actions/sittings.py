"""A locked session while its beats are judged, and the few statements that read and write many of them at once."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection

from player.domain.chunk import Chunk
from player.domain.heartbeat import Standing, State
from player.domain.spans import Span, Spans, merge
from player.watching.clock import to_ms
from player.watching.fields import from_literal, to_literal
from player.watching.models import CloseReason

# In order of id, so that two batches that share sessions wait for each other and never in a ring.
LOCK = """
SELECT id, uuid, learner_id, subject_uuid, video_id, coverage_id, duration_ms, close_reason, closed_at, last_reply,
       heard_at_ms, last_seq, anchor_ms, counting, owed_ms, bank_ms, late_ms, late_until_ms,
       chunk_from_ms, chunk_until_ms, chunk_watched::text, chunk_counted::text, chunk_beats
FROM player_watchsession WHERE uuid = ANY(%s) ORDER BY id FOR UPDATE
"""
# A statement of its own: a join above could show what stood before another batch committed. Locked as well, because the
# last beat of a session that was just closed may meet the first one of its successor.
READ_COVERAGE = """
SELECT id, counted_ms, coalesce(upper(spans), 0)
FROM player_coverage WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
# `fresh` is what was not covered yet: the database subtracts, merges and counts in one step.
COVER = """
WITH news AS (
    SELECT c.id, v.position_ms, v.spans::int4multirange - c.spans AS fresh
    FROM json_to_recordset(%s) AS v(id bigint, spans text, position_ms integer) JOIN player_coverage c ON c.id = v.id
), written AS (
    UPDATE player_coverage c
    SET spans = c.spans + news.fresh,
        counted_ms = c.counted_ms + (SELECT coalesce(sum(upper(s) - lower(s)), 0) FROM unnest(news.fresh) AS s),
        position_ms = news.position_ms
    FROM news WHERE c.id = news.id
)
SELECT id, fresh::text FROM news
"""
REMEMBER = """
UPDATE player_watchsession s
SET last_seq = v.last_seq, last_reply = v.last_reply, heard_at_ms = v.heard_at_ms, anchor_ms = v.anchor_ms,
    counting = v.counting, owed_ms = v.owed_ms, bank_ms = v.bank_ms, late_ms = v.late_ms,
    late_until_ms = v.late_until_ms, chunk_from_ms = v.chunk_from_ms, chunk_until_ms = v.chunk_until_ms,
    chunk_watched = v.chunk_watched::int4multirange, chunk_counted = v.chunk_counted::int4multirange,
    chunk_beats = v.chunk_beats
FROM json_to_recordset(%s) AS v(
    id bigint, last_seq integer, last_reply text, heard_at_ms bigint, anchor_ms integer, counting boolean,
    owed_ms integer, bank_ms integer, late_ms integer, late_until_ms bigint, chunk_from_ms bigint,
    chunk_until_ms bigint, chunk_watched text, chunk_counted text, chunk_beats integer)
WHERE s.id = v.id
"""


_REMEMBERED = (
    "last_seq",
    "heard_at_ms",
    "anchor_ms",
    "counting",
    "owed_ms",
    "bank_ms",
    "late_ms",
    "late_until_ms",
)


@dataclass(slots=True)
class Sitting:
    """A locked session. `fresh`: media that its beats proved, not covered before; `sealed`: chunks now complete.

    moved: a beat was taken, so the position is worth keeping; changed: the row must be written.
    """

    id: int
    uuid: UUID
    learner_id: int
    subject_uuid: UUID
    video_id: int
    coverage_id: int
    last_reply: str
    state: State
    chunk: Chunk | None
    counted_ms: int = 0
    furthest_ms: int = 0
    fresh: Spans = ()
    moved: bool = False
    changed: bool = False
    proved: list[Span] = field(default_factory=list)
    sealed: list[Chunk] = field(default_factory=list)


def lock(uuids: Collection[UUID]) -> dict[UUID, Sitting]:
    """Return the sessions that exist, locked until the transaction ends, with the coverage of their subjects."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(uuids)])
        sittings = [_sitting(row) for row in cursor.fetchall()]
        cursor.execute(READ_COVERAGE, [[sitting.coverage_id for sitting in sittings]])
        covered = {id_: (counted_ms, furthest_ms) for id_, counted_ms, furthest_ms in cursor.fetchall()}
    for sitting in sittings:
        sitting.counted_ms, sitting.furthest_ms = covered[sitting.coverage_id]
        sitting.state = replace(sitting.state, furthest_ms=sitting.furthest_ms)
    return {sitting.uuid: sitting for sitting in sittings}


def _sitting(row: Sequence[Any]) -> Sitting:
    id_, uuid, learner_id, subject_uuid, video_id, coverage_id, duration_ms, close_reason, closed_at, last_reply = row[
        :10
    ]
    heard_at_ms, last_seq, anchor_ms, counting, owed_ms, bank_ms, late_ms, late_until_ms = row[10:18]
    from_ms, until_ms, watched, counted, beats = row[18:]
    state = State(
        duration_ms=duration_ms,
        heard_at_ms=heard_at_ms,
        standing=_standing(close_reason),
        closed_at_ms=to_ms(closed_at) if closed_at else 0,
        last_seq=last_seq,
        anchor_ms=anchor_ms,
        counting=counting,
        owed_ms=owed_ms,
        bank_ms=bank_ms,
        late_ms=late_ms,
        late_until_ms=late_until_ms,
    )
    chunk = None
    if from_ms is not None:
        chunk = Chunk(from_ms, until_ms, from_literal(watched), from_literal(counted), beats)
    return Sitting(id_, uuid, learner_id, subject_uuid, video_id, coverage_id, last_reply, state, chunk)


def _standing(close_reason: str) -> Standing:
    if not close_reason:
        return Standing.OPEN
    return Standing.TAKEN_OVER if close_reason == CloseReason.TAKEN_OVER else Standing.CLOSED


def cover(sittings: Iterable[Sitting]) -> None:
    """Merge what was proved into the coverage, and learn what of it is new."""
    by_coverage = {sitting.coverage_id: sitting for sitting in sittings}
    if not by_coverage:
        return
    news = [
        {
            "id": sitting.coverage_id,
            "spans": to_literal(merge(sitting.proved)),
            "position_ms": min(sitting.state.anchor_ms or 0, sitting.state.furthest_ms),
        }
        for sitting in by_coverage.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(COVER, [json.dumps(news)])
        for coverage_id, fresh in cursor.fetchall():
            by_coverage[coverage_id].fresh = from_literal(fresh)


def remember(sittings: Collection[Sitting]) -> None:
    """Write back what the beats changed: one statement."""
    if not sittings:
        return
    rows = [
        {
            "id": sitting.id,
            "last_reply": sitting.last_reply,
            **{name: getattr(sitting.state, name) for name in _REMEMBERED},
            "chunk_from_ms": sitting.chunk.from_ms if sitting.chunk else None,
            "chunk_until_ms": sitting.chunk.until_ms if sitting.chunk else None,
            "chunk_watched": to_literal(sitting.chunk.watched if sitting.chunk else ()),
            "chunk_counted": to_literal(sitting.chunk.counted if sitting.chunk else ()),
            "chunk_beats": sitting.chunk.beats if sitting.chunk else 0,
        }
        for sitting in sittings
    ]
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [json.dumps(rows)])
