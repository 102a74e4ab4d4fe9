"""What beats earned, turned into chunks: counted now, kept until a proof comes, or refused with its reason."""

import json
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection

from player.domain.chunk import LONGEST_MS, Stretch, add
from player.domain.reasons import Reason, Standing
from player.domain.spans import Span, Spans, merge, with_span
from player.watching.actions.sittings import Sitting
from player.watching.clock import from_ms
from player.watching.fields import to_literal
from player.watching.policy import ZONE

# One row a session and reason: a second refusal for the same reason only widens it.
REFUSE = """
INSERT INTO player_watchrefusal AS r (session_id, learner_id, subject_uuid, reason, spans, beats, first_at, last_at)
SELECT v.session_id, v.learner_id, v.subject_uuid, v.reason, v.spans::int4multirange, v.beats, v.first_at, v.last_at
FROM json_to_recordset(%s) AS v(session_id bigint, learner_id bigint, subject_uuid uuid, reason text, spans text,
                                beats integer, first_at timestamptz, last_at timestamptz)
ON CONFLICT (session_id, reason) DO UPDATE
    SET spans = r.spans + excluded.spans, beats = r.beats + excluded.beats, last_at = greatest(r.last_at, excluded.last_at)
"""


def hold(sitting: Sitting, stretch: Stretch) -> None:
    """Keep what a beat earned until a proof comes; a stretch that follows the last one without a break becomes one with it."""
    last = sitting.pending[-1] if sitting.pending else None
    if (
        last
        and last.until_ms == stretch.from_ms
        and last.watched.end_ms == stretch.watched.start_ms
        and stretch.until_ms - last.from_ms <= LONGEST_MS
    ):
        whole = Span(last.watched.start_ms, stretch.watched.end_ms)
        sitting.pending[-1] = Stretch(last.from_ms, stretch.until_ms, whole, ())
    else:
        sitting.pending.append(stretch)


def release(sitting: Sitting) -> tuple[Stretch, ...]:
    """Return what waited for a proof, which now counts."""
    released, sitting.pending = tuple(sitting.pending), []
    return released


def refuse_pending(sitting: Sitting, at_ms: int) -> None:
    """Let go of what was never proved, and remember why."""
    for stretch in sitting.pending:
        sitting.refusals.append((Reason.NO_MEDIA_PROOF, stretch.watched, at_ms))
    sitting.pending = []


def may_keep_unproved(sitting: Sitting) -> bool:
    """Say whether a session that ends keeps what still waits: it proved its media before, and failed no question since."""
    return sitting.possession.proved and sitting.possession.failures == 0


def settle(sitting: Sitting, stretches: Iterable[Stretch]) -> Spans:
    """Count stretches into the subject, the day and the running chunk; return what of them was new, merged."""
    ground = sitting.ground
    counted: Spans = ()
    for stretch in stretches:
        ground.covered, new = with_span(ground.covered, stretch.watched)
        whole = Stretch(stretch.from_ms, stretch.until_ms, stretch.watched, new) if new else stretch
        sealed, sitting.chunk = add(sitting.chunk, whole, ZONE)
        sitting.sealed.extend(sealed)
        ground.fresh.extend(new)
        counted = merge([*counted, *new]) if counted else new
    credited_ms = sum([span.end_ms - span.start_ms for span in counted])
    ground.counted_ms += credited_ms
    sitting.day_counted_ms += credited_ms
    return counted


def ends(sitting: Sitting) -> bool:
    """Say whether nothing more can come from this session."""
    return sitting.state.standing is not Standing.OPEN


def write_refusals(sittings: Collection[Sitting]) -> None:
    """Keep what was refused, by session and reason: one statement, none where nothing was."""
    rows: dict[tuple[UUID, Reason], list[tuple[Sitting, Span | None, int]]] = {}
    for sitting in sittings:
        for reason, lost, at_ms in sitting.refusals:
            rows.setdefault((sitting.uuid, reason), []).append((sitting, lost, at_ms))
    if not rows:
        return
    values = [
        {
            "session_id": found[0][0].id,
            "learner_id": found[0][0].learner_id,
            "subject_uuid": str(found[0][0].subject_uuid),
            "reason": reason,
            "spans": to_literal(merge(lost for _, lost, _ in found if lost)),
            "beats": len(found),
            "first_at": from_ms(min(at_ms for *_, at_ms in found)).isoformat(),
            "last_at": from_ms(max(at_ms for *_, at_ms in found)).isoformat(),
        }
        for (_, reason), found in rows.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(REFUSE, [json.dumps(values)])
