"""The moves of a video from one state to the next. Each is a conditional update, so that of two workers one finds
nothing to change.

uploaded ─claim─► probing ─► transcoding ─publish─► ready
    ▲               │             │
    └──requeue──────┴─────────────┴──fail─► failed ─retry─► uploaded
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from analytics.learning_log import actions as log
from player.domain.ladder import Size
from player.domain.source import Refusal
from player.videos import key_safe, media_store
from player.videos.models import Rendition, State, Video

# A worker shows a sign of life each second; this long without one and it is dead, or cut off from the database.
STALLED_AFTER = timedelta(seconds=60)
# A task that was rung for and never came (Redis restarted). Long, since a full queue is no reason to ring again.
RING_AGAIN_AFTER = timedelta(minutes=10)
MOST_INTERRUPTIONS = 3
_RUNNING = (State.PROBING, State.TRANSCODING)


class ClaimLost(Exception):
    """Another run has taken the video over, or a person removed it: stop, and change nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run's hold on a video. Whoever holds a lower `attempt` has lost it."""

    video_id: int
    video_uuid: UUID
    attempt: int
    draft_folder: str


@dataclass(frozen=True, slots=True)
class Published:
    """One way to watch as it was stored, ready to be listed."""

    code: str
    width: int
    height: int
    bandwidth: int
    codecs: str
    segment_ms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PublishedSprite:
    """The thumbnails as they were stored."""

    interval_ms: int
    count: int
    width: int
    height: int


@transaction.atomic
def claim_video(*, video_id: int, at: datetime, take_over: bool = False) -> Claim | None:
    """Take a waiting video for a new run, or return None if there is nothing to take.

    take_over: takes it from a running worker too; only for a caller who knows that this worker is dead.
    What an earlier run had begun to write is removed.
    """
    takeable = Q(state=State.UPLOADED) | Q(state__in=_RUNNING) if take_over else Q(state=State.UPLOADED)
    video = Video.objects.select_for_update(skip_locked=True).filter(takeable, pk=video_id).first()
    if video is None:
        return None
    draft = media_store.new_folder()
    Video.objects.filter(pk=video_id).update(
        state=State.PROBING, attempt=F("attempt") + 1, progress_percent=0, progress_at=at, draft_folder=draft
    )
    _remove_later(video.draft_folder)
    return Claim(video_id, video.uuid, video.attempt + 1, draft)


def report_progress(claim: Claim, *, state: State, percent: int, at: datetime) -> None:
    """Show how far the run is, which is also its sign of life. Raises ClaimLost."""
    if not _held(claim).update(state=state, progress_percent=percent, progress_at=at):
        raise ClaimLost(claim.video_id)


@transaction.atomic
def publish_video(
    claim: Claim,
    *,
    size: Size,
    duration_ms: int,
    master_key: bytes,
    renditions: Sequence[Published],
    sprite: PublishedSprite | None = None,
    at: datetime,
) -> None:
    """Make the run's folder the video's folder, in one update; the one before it is removed after the commit.

    Raises ClaimLost.
    """
    video = _held(claim).select_for_update().first()
    if video is None:
        raise ClaimLost(claim.video_id)
    Rendition.objects.filter(video=video).delete()
    Rendition.objects.bulk_create(
        Rendition(
            video=video,
            code=r.code,
            width=r.width,
            height=r.height,
            bandwidth=r.bandwidth,
            codecs=r.codecs,
            segment_ms=list(r.segment_ms),
        )
        for r in renditions
    )
    _held(claim).update(
        state=State.READY,
        progress_percent=100,
        progress_at=at,
        published_at=at,
        folder=claim.draft_folder,
        draft_folder="",
        master_key_encrypted=key_safe.seal(master_key, video_uuid=video.uuid),
        duration_ms=duration_ms,
        width=size.width,
        height=size.height,
        sprite_interval_ms=sprite and sprite.interval_ms,
        sprite_count=sprite and sprite.count,
        sprite_width=sprite and sprite.width,
        sprite_height=sprite and sprite.height,
        interruptions=0,
    )
    log.append(
        kind="player.video_published",
        actor_id=None,
        happened_at=at,
        subject=str(video.uuid),
        payload={
            "video_uuid": str(video.uuid),
            "attempt": claim.attempt,
            "duration_ms": duration_ms,
            "heights": sorted({r.height for r in renditions}),
        },
    )
    _remove_later(video.folder)


@transaction.atomic
def fail_video(claim: Claim, *, refusal: Refusal, at: datetime) -> None:
    """End the run with a reason. A file that no retry could help is removed, so that a refused upload costs no room.

    Raises ClaimLost.
    """
    video = _held(claim).select_for_update().first()
    if video is None:
        raise ClaimLost(claim.video_id)
    _fail(video, refusal=refusal, at=at)


@transaction.atomic
def requeue_stalled(*, at: datetime) -> tuple[int, ...]:
    """Return the ids of videos to ring for: those whose worker died, back in the queue, and those nobody rang for.

    A video on which the third worker has died is failed instead: it is what kills them.
    """
    stalled = Video.objects.filter(state__in=_RUNNING, progress_at__lt=at - STALLED_AFTER)
    for video in stalled.filter(interruptions__gte=MOST_INTERRUPTIONS - 1).select_for_update(skip_locked=True):
        _fail(video, refusal=Refusal.INTERRUPTED, at=at)
    back = list(stalled.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Video.objects.filter(pk__in=back).update(
        state=State.UPLOADED, interruptions=F("interruptions") + 1, progress_percent=0, progress_at=at
    )
    unheard_of = Video.objects.filter(state=State.UPLOADED, progress_at__lt=at - RING_AGAIN_AFTER)
    again = list(unheard_of.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Video.objects.filter(pk__in=again).update(progress_at=at)
    return (*back, *again)


def release_claim(claim: Claim, *, at: datetime) -> None:
    """Put the video back into the queue, because this worker has been told to stop; another run will start anew."""
    _held(claim).update(state=State.UPLOADED, progress_percent=0, progress_at=at)


def _held(claim: Claim) -> QuerySet[Video]:
    return Video.objects.filter(pk=claim.video_id, attempt=claim.attempt, state__in=_RUNNING)


def _fail(video: Video, *, refusal: Refusal, at: datetime) -> None:
    keep = refusal.may_pass_later
    Video.objects.filter(pk=video.pk).update(
        state=State.FAILED,
        failure_code=refusal.value,
        progress_at=at,
        draft_folder="",
        source=video.source.name if keep else "",
    )
    log.append(
        kind="player.video_failed",
        actor_id=None,
        happened_at=at,
        subject=str(video.uuid),
        payload={"video_uuid": str(video.uuid), "attempt": video.attempt, "reason": refusal.value},
    )
    _remove_later(video.draft_folder)
    if not keep and video.source:
        _later(partial(video.source.storage.delete, str(video.source.name)))


def _remove_later(folder: str) -> None:
    _later(partial(media_store.remove, folder))


def _later(remove: Callable[[], None]) -> None:
    """Remove something after the commit. Where the store cannot be reached, it stays: that must not undo what was done."""

    def removal() -> None:  # Django tells of a failure by the function's name, and a partial has none
        remove()

    transaction.on_commit(removal, robust=True)
