"""A locked session while its beats are judged, and the few statements that read and write many of them at once."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from player.domain.chain import first_mac
from player.domain.chunk import Chunk, Stretch
from player.domain.heartbeat import State
from player.domain.policy import Policy
from player.domain.possession import Possession, Question
from player.domain.reasons import Reason, Standing
from player.domain.spans import Span, Spans, furthest_ms, merge, total_ms
from player.watching.beat_keys import beat_key
from player.watching.clock import to_ms
from player.watching.fields import from_literal, to_literal
from player.watching.models import CloseReason
from player.watching.policy import policy_of

# In order of id, so that two batches that share sessions wait for each other and never in a ring.
LOCK = """
SELECT id, uuid, learner_id, subject_uuid, video_id, coverage_id, policy_id, duration_ms, native, close_reason, closed_at,
       last_reply, heard_at_ms, last_seq, last_mac, anchor_ms, counting, shut, leaving, stopped, owed_ms, stepped_ms,
       bank_ms, late_ms, late_until_ms, opened::text, pending, proved, question_nonce, question_segment,
       question_age_ms, proof_failures, proofs_passed, day, day_counted_ms,
       chunk_from_ms, chunk_until_ms, chunk_watched::text, chunk_counted::text, chunk_beats
FROM player_watchsession WHERE uuid = ANY(%s) ORDER BY id FOR UPDATE
"""
# A statement of its own: a join above could show what stood before another batch committed. Locked as well, because the
# last beat of a session that was just closed may meet the first one of its successor.
READ_COVERAGE = """
SELECT id, counted_ms, spans::text
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
_COLUMNS = {
    "last_seq": "integer",
    "last_mac": "text",
    "last_reply": "text",
    "heard_at_ms": "bigint",
    "anchor_ms": "integer",
    "counting": "boolean",
    "shut": "text",
    "leaving": "boolean",
    "stopped": "boolean",
    "owed_ms": "integer",
    "stepped_ms": "integer",
    "bank_ms": "integer",
    "late_ms": "integer",
    "late_until_ms": "bigint",
    "pending": "text",
    "proved": "boolean",
    "question_nonce": "text",
    "question_segment": "integer",
    "question_age_ms": "integer",
    "proof_failures": "integer",
    "proofs_passed": "integer",
    "day": "date",
    "day_counted_ms": "integer",
    "chunk_from_ms": "bigint",
    "chunk_until_ms": "bigint",
    "chunk_watched": "int4multirange",
    "chunk_counted": "int4multirange",
    "chunk_beats": "integer",
}
REMEMBER = f"""
UPDATE player_watchsession s
SET {", ".join(f"{name} = v.{name}" for name in _COLUMNS)}
FROM json_to_recordset(%s) AS v(id bigint, {", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())})
WHERE s.id = v.id
"""  # noqa: S608 — the names stand above


@dataclass(slots=True)
class Ground:
    """What one learner has covered of one subject, shared by his sittings: a page that is loaded anew has two for a moment.

    covered: before these beats; fresh: what they proved, not covered before, as far as no beat has taken it yet.
    """

    coverage_id: int
    counted_ms: int
    covered: Spans
    fresh: Spans = ()


@dataclass(slots=True)
class Sitting:
    """A locked session. proved: media that its beats let count now; sealed: chunks now complete.

    pending: what was earned and waits for a proof. moved: a beat was taken, so the position is worth keeping; changed:
    the row must be written. refusals: reason, media claimed, when (Unix, ms).
    """

    id: int
    uuid: UUID
    learner_id: int
    subject_uuid: UUID
    video_id: int
    native: bool
    policy: Policy
    last_reply: str
    state: State
    possession: Possession
    proofs_passed: int
    opened: Spans
    pending: list[Stretch]
    day: date | None
    day_counted_ms: int
    chunk: Chunk | None
    ground: Ground
    moved: bool = False
    changed: bool = False
    proved: list[Span] = field(default_factory=list)
    sealed: list[Chunk] = field(default_factory=list)
    refusals: list[tuple[Reason, Span | None, int]] = field(default_factory=list)

    @property
    def pending_ms(self) -> int:
        """Return how much media waits for a proof; some of it may have been counted before."""
        return total_ms(stretch.watched for stretch in self.pending) if self.pending else 0


def lock(uuids: Collection[UUID]) -> dict[UUID, Sitting]:
    """Return the sessions that exist, locked until the transaction ends, with the coverage of their subjects."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(uuids)])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(READ_COVERAGE, [[row["coverage_id"] for row in rows]])
        grounds = {row[0]: Ground(row[0], row[1], from_literal(row[2])) for row in cursor.fetchall()}
    return {row["uuid"]: _sitting(row, grounds[row["coverage_id"]]) for row in rows}


def _sitting(row: dict[str, Any], ground: Ground) -> Sitting:
    pending = _pending_from(row["pending"])
    state = State(
        duration_ms=row["duration_ms"],
        heard_at_ms=row["heard_at_ms"],
        furthest_ms=furthest_ms([*ground.covered[-1:], *(stretch.watched for stretch in pending)]),
        standing=_standing(row["close_reason"]),
        closed_at_ms=to_ms(row["closed_at"]) if row["closed_at"] else 0,
        last_seq=row["last_seq"],
        last_mac=bytes.fromhex(row["last_mac"]) or first_mac(beat_key(row["uuid"]), row["uuid"]),
        anchor_ms=row["anchor_ms"],
        counting=row["counting"],
        shut=Reason(row["shut"]) if row["shut"] else None,
        leaving=row["leaving"],
        stopped=row["stopped"],
        owed_ms=row["owed_ms"],
        stepped_ms=row["stepped_ms"],
        bank_ms=row["bank_ms"],
        late_ms=row["late_ms"],
        late_until_ms=row["late_until_ms"],
    )
    question = None
    if row["question_nonce"]:
        question = Question(bytes.fromhex(row["question_nonce"]), row["question_segment"], row["question_age_ms"])
    chunk = None
    if row["chunk_from_ms"] is not None:
        watched, counted = from_literal(row["chunk_watched"]), from_literal(row["chunk_counted"])
        chunk = Chunk(row["chunk_from_ms"], row["chunk_until_ms"], watched, counted, row["chunk_beats"])
    return Sitting(
        id=row["id"],
        uuid=row["uuid"],
        learner_id=row["learner_id"],
        subject_uuid=row["subject_uuid"],
        video_id=row["video_id"],
        native=row["native"],
        policy=policy_of(row["policy_id"]),
        last_reply=row["last_reply"],
        state=state,
        possession=Possession(row["proved"], question, row["proof_failures"], row["stopped"]),
        proofs_passed=row["proofs_passed"],
        opened=from_literal(row["opened"]),
        pending=pending,
        day=row["day"],
        day_counted_ms=row["day_counted_ms"],
        chunk=chunk,
        ground=ground,
    )


def _standing(close_reason: str) -> Standing:
    if not close_reason:
        return Standing.OPEN
    return Standing.TAKEN_OVER if close_reason == CloseReason.TAKEN_OVER else Standing.CLOSED


def cover(sittings: Iterable[Sitting]) -> None:
    """Merge what was proved into the coverage, and learn what of it is new."""
    by_ground: dict[int, list[Sitting]] = defaultdict(list)
    for sitting in sittings:
        by_ground[sitting.ground.coverage_id].append(sitting)
    if not by_ground:
        return
    news = [
        {
            "id": coverage_id,
            "spans": to_literal(merge(span for sitting in group for span in sitting.proved)),
            "position_ms": min(group[-1].state.anchor_ms or 0, group[-1].state.furthest_ms),
        }
        for coverage_id, group in by_ground.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(COVER, [json.dumps(news)])
        for coverage_id, fresh in cursor.fetchall():
            by_ground[coverage_id][0].ground.fresh = from_literal(fresh)


def remember(sittings: Collection[Sitting]) -> None:
    """Write back what the beats changed: one statement."""
    if not sittings:
        return
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [json.dumps([_row(sitting) for sitting in sittings])])


def _row(sitting: Sitting) -> dict[str, object]:
    state, possession, chunk = sitting.state, sitting.possession, sitting.chunk
    question = possession.question
    return {
        "id": sitting.id,
        "last_reply": sitting.last_reply,
        "last_seq": state.last_seq,
        "last_mac": state.last_mac.hex(),
        "heard_at_ms": state.heard_at_ms,
        "anchor_ms": state.anchor_ms,
        "counting": state.counting,
        "shut": state.shut or "",
        "leaving": state.leaving,
        "stopped": possession.stopped,
        "owed_ms": state.owed_ms,
        "stepped_ms": state.stepped_ms,
        "bank_ms": state.bank_ms,
        "late_ms": state.late_ms,
        "late_until_ms": state.late_until_ms,
        "pending": _pending_to(sitting.pending),
        "proved": possession.proved,
        "question_nonce": question.nonce.hex() if question else "",
        "question_segment": question.segment if question else 0,
        "question_age_ms": question.age_ms if question else 0,
        "proof_failures": possession.failures,
        "proofs_passed": sitting.proofs_passed,
        "day": sitting.day.isoformat() if sitting.day else None,
        "day_counted_ms": sitting.day_counted_ms,
        "chunk_from_ms": chunk.from_ms if chunk else None,
        "chunk_until_ms": chunk.until_ms if chunk else None,
        "chunk_watched": to_literal(chunk.watched if chunk else ()),
        "chunk_counted": to_literal(chunk.counted if chunk else ()),
        "chunk_beats": chunk.beats if chunk else 0,
    }


def _pending_from(text: str) -> list[Stretch]:
    rows: Sequence[tuple[int, int, int, int]] = json.loads(text) if text else ()
    return [Stretch(from_ms, until_ms, Span(start_ms, end_ms), ()) for from_ms, until_ms, start_ms, end_ms in rows]


def _pending_to(pending: Iterable[Stretch]) -> str:
    rows = [[one.from_ms, one.until_ms, one.watched.start_ms, one.watched.end_ms] for one in pending]
    return json.dumps(rows, separators=(",", ":")) if rows else ""
