"""Sealing: a chunk that runs becomes a row that never changes, and a record in the learning log."""

from collections.abc import Collection
from uuid import UUID

from analytics.domain.record import utc_text
from analytics.learning_log.actions import Draft, append_many
from player.domain.chunk import Chunk
from player.domain.spans import total_ms
from player.videos.queries import video_uuid
from player.watching.actions.sittings import Sitting
from player.watching.clock import from_ms
from player.watching.models import WatchChunk


def seal(sittings: Collection[Sitting]) -> None:
    """Write the complete chunks and append a record for each that brought something new, in the transaction of the
    caller's deed.

    The caller has locked the sessions and clears their running chunk in the same transaction.
    """
    ripe = [(sitting, chunk) for sitting in sittings for chunk in sitting.sealed]
    if not ripe:
        return
    WatchChunk.objects.bulk_create([_row(sitting, chunk) for sitting, chunk in ripe])
    news = [(sitting, chunk) for sitting, chunk in ripe if chunk.counted]
    if not news:
        return
    append_many([_draft(sitting, chunk, video_uuid(sitting.video_id)) for sitting, chunk in news])


def _row(sitting: Sitting, chunk: Chunk) -> WatchChunk:
    return WatchChunk(
        session_id=sitting.id,
        learner_id=sitting.learner_id,
        subject_uuid=sitting.subject_uuid,
        wall=(from_ms(chunk.from_ms), from_ms(chunk.until_ms)),
        watched=chunk.watched,
        counted=chunk.counted,
        watched_ms=total_ms(chunk.watched),
        counted_ms=chunk.counted_ms,
        beats=chunk.beats,
    )


def _draft(sitting: Sitting, chunk: Chunk, video_uuid: UUID) -> Draft:
    return Draft(
        kind="player.span_watched",
        actor_id=sitting.learner_id,
        learner_id=sitting.learner_id,
        subject=str(sitting.subject_uuid),
        happened_at=from_ms(chunk.until_ms),
        payload={
            "session_uuid": str(sitting.uuid),
            "subject_uuid": str(sitting.subject_uuid),
            "video_uuid": str(video_uuid),
            "spans": [[span.start_ms, span.end_ms] for span in chunk.counted],
            "counted_ms": chunk.counted_ms,
            "wall_from": utc_text(from_ms(chunk.from_ms)),
            "wall_until": utc_text(from_ms(chunk.until_ms)),
            "beats": chunk.beats,
            "length_ms": sitting.state.duration_ms,
            "covered_ms": sitting.ground.counted_ms,
        },
    )
