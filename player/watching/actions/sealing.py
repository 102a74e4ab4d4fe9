"""Sealing: a chunk that runs becomes a row that never changes, and a record in the learning log."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from analytics.domain.record import utc_text
from analytics.learning_log.actions import Draft, append_many
from player.domain.chunk import Chunk
from player.domain.spans import total_ms
from player.videos.queries import videos_by_id
from player.watching.clock import from_ms
from player.watching.models import WatchChunk


@dataclass(frozen=True, slots=True)
class Ripe:
    """A chunk that is complete, and whose it is."""

    session_id: int
    session_uuid: UUID
    learner_id: int
    subject_uuid: UUID
    video_id: int
    chunk: Chunk


def seal(ripe: Sequence[Ripe]) -> None:
    """Write the chunks and append a record for each that brought something new, in the transaction of the caller's
    deed.

    The caller has locked the sessions and clears their running chunk in the same transaction.
    """
    if not ripe:
        return
    WatchChunk.objects.bulk_create([_row(one) for one in ripe])
    news = [one for one in ripe if one.chunk.counted]
    if not news:
        return
    videos = videos_by_id({one.video_id for one in news})
    append_many([_draft(one, videos[one.video_id].uuid) for one in news])


def _row(one: Ripe) -> WatchChunk:
    return WatchChunk(
        session_id=one.session_id,
        learner_id=one.learner_id,
        subject_uuid=one.subject_uuid,
        wall=(from_ms(one.chunk.from_ms), from_ms(one.chunk.until_ms)),
        watched=one.chunk.watched,
        counted=one.chunk.counted,
        watched_ms=total_ms(one.chunk.watched),
        counted_ms=one.chunk.counted_ms,
        beats=one.chunk.beats,
    )


def _draft(one: Ripe, video_uuid: UUID) -> Draft:
    return Draft(
        kind="player.span_watched",
        actor_id=one.learner_id,
        learner_id=one.learner_id,
        subject=str(one.subject_uuid),
        happened_at=from_ms(one.chunk.until_ms),
        payload={
            "session_uuid": str(one.session_uuid),
            "subject_uuid": str(one.subject_uuid),
            "video_uuid": str(video_uuid),
            "spans": [[span.start_ms, span.end_ms] for span in one.chunk.counted],
            "counted_ms": one.chunk.counted_ms,
            "wall_from": utc_text(from_ms(one.chunk.from_ms)),
            "wall_until": utc_text(from_ms(one.chunk.until_ms)),
            "beats": one.chunk.beats,
        },
    )
