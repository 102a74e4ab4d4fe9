"""A session while its beats are judged, and the two statements that lock and read many of them at once."""

import json
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
from player.domain.spans import Span, Spans, furthest_ms, total_ms
from player.watching.beat_keys import beat_key
from player.watching.clock import to_ms
from player.watching.fields import from_literal, to_literal
from player.watching.models import CloseReason
from player.watching.policy import policy_of

# In order of id, so that two batches that share sessions wait for each other and never in a ring.
LOCK = """
SELECT id, uuid, version, learner_id, subject_uuid, video_id, coverage_id, policy_id, duration_ms, native, close_reason,
       closed_at, last_reply, heard_at_ms, last_seq, last_mac, anchor_ms, counting, shut, leaving, stopped, owed_ms, stepped_ms,
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


@dataclass(slots=True)
class Ground:
    """What one learner has covered of one subject, shared by his sittings: a page that is loaded anew has two for a moment.

    covered, counted_ms: with what these beats have added; fresh: that part, not written yet; stored_ms: without it.
    """

    coverage_id: int
    counted_ms: int
    covered: Spans
    stored_ms: int
    fresh: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Sitting:
    """A session as it is judged: locked, or known from before (`Memory`) and then written only where `version` still holds.

    pending: what was earned and waits for a proof. sealed: chunks now complete. moved: a beat was taken, so the position
    is worth keeping; changed: the row must be written; locked: in this transaction. refusals: reason, media claimed,
    when (Unix, ms).
    seldom_stored: the seldom columns as they stand in the row.
    """

    id: int
    uuid: UUID
    beat_key: bytes
    version: int
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
    opened_text: str
    pending: list[Stretch]
    day: date | None
    day_counted_ms: int
    chunk: Chunk | None
    ground: Ground
    locked: bool = True
    moved: bool = False
    changed: bool = False
    sealed: list[Chunk] = field(default_factory=list)
    refusals: list[tuple[Reason, Span | None, int]] = field(default_factory=list)
    seldom_stored: tuple[Any, ...] = ()

    @property
    def pending_ms(self) -> int:
        """Return how much media waits for a proof; some of it may have been counted before."""
        return total_ms(stretch.watched for stretch in self.pending) if self.pending else 0

    def forget_the_batch(self) -> None:
        """Be as after `lock`, but not locked: nothing is left to be written."""
        self.locked = self.moved = self.changed = False
        self.sealed.clear()
        self.refusals.clear()

    def often(self) -> tuple[Any, ...]:
        """Return what every beat changes, in the order of `writing`'s columns."""
        state, chunk = self.state, self.chunk
        watched = to_literal(chunk.watched) if chunk else "{}"
        new = chunk is None or chunk.counted is chunk.watched
        return (
            state.last_seq,
            state.last_mac.hex(),
            self.last_reply,
            state.heard_at_ms,
            state.anchor_ms,
            state.bank_ms,
            self.day_counted_ms,
            chunk.until_ms if chunk else None,
            watched,
            watched if new or chunk is None else to_literal(chunk.counted),
            chunk.beats if chunk else 0,
        )

    def seldom(self) -> tuple[Any, ...]:
        """Return what few beats change, in the order of `writing`'s columns."""
        state, possession = self.state, self.possession
        question = possession.question
        return (
            state.counting,
            state.shut or "",
            state.leaving,
            possession.stopped,
            state.owed_ms,
            state.stepped_ms,
            state.late_ms,
            state.late_until_ms,
            _pending_to(self.pending) if self.pending else "",
            possession.proved,
            question.nonce.hex() if question else "",
            question.segment if question else 0,
            question.age_ms if question else 0,
            possession.failures,
            self.proofs_passed,
            self.day,
            self.chunk.from_ms if self.chunk else None,
        )


def lock(uuids: Collection[UUID]) -> dict[UUID, Sitting]:
    """Return the sessions that exist, locked until the transaction ends, with the coverage of their subjects."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(uuids)])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(READ_COVERAGE, [[row["coverage_id"] for row in rows]])
        grounds = {row[0]: Ground(row[0], row[1], from_literal(row[2]), row[1]) for row in cursor.fetchall()}
    sittings = {row["uuid"]: _sitting(row, grounds[row["coverage_id"]]) for row in rows}
    for sitting in sittings.values():
        sitting.seldom_stored = sitting.seldom()
    return sittings


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
        beat_key=beat_key(row["uuid"]),
        version=row["version"],
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
        opened_text=row["opened"],
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


def _pending_from(text: str) -> list[Stretch]:
    rows: Sequence[tuple[int, int, int, int]] = json.loads(text) if text else ()
    return [Stretch(from_ms, until_ms, Span(start_ms, end_ms), ()) for from_ms, until_ms, start_ms, end_ms in rows]


def _pending_to(pending: Iterable[Stretch]) -> str:
    rows = [[one.from_ms, one.until_ms, one.watched.start_ms, one.watched.end_ms] for one in pending]
    return json.dumps(rows, separators=(",", ":")) if rows else ""
