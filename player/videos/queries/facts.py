"""What others may know of a video before they play it; and, for this room's own pages, the list of uploads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator

from player.domain.source import Refusal
from player.videos import media_store, policy, reasons
from player.videos.models import State, Video


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A video as others see it. duration_ms, width and height are 0 and poster_url is empty until it is ready.

    state: a value of `models.State`; state_label and failure_sentence are for people, in the reader's language.
    """

    id: int
    uuid: UUID
    title: str
    state: str
    state_label: str
    progress_percent: int
    failure_sentence: str
    is_ready: bool
    may_be_retried: bool
    duration_ms: int
    width: int
    height: int
    poster_url: str


def video_facts(video_id: int) -> VideoFacts | None:
    """Return the facts of one video, or None if there is none. One query."""
    return videos_by_id([video_id]).get(video_id)


def videos_by_id(video_ids: Iterable[int]) -> dict[int, VideoFacts]:
    """Return the facts of those that exist. One query."""
    return {video.pk: facts_of(video) for video in Video.objects.filter(pk__in=set(video_ids))}


def refusal_sentence(refusal: Refusal) -> str:
    """Return why a file was refused, for the person who brought it, in the reader's language."""
    return reasons.sentence(refusal.value, policy.limits())


def facts_of(video: Video) -> VideoFacts:
    """Return the facts of a row that is loaded already. No query."""
    ready = video.state == State.READY
    return VideoFacts(
        id=video.pk,
        uuid=video.uuid,
        title=video.title,
        state=video.state,
        state_label=str(State(video.state).label),
        progress_percent=video.progress_percent,
        failure_sentence=reasons.sentence(video.failure_code, policy.limits()),
        is_ready=ready,
        may_be_retried=video.state == State.FAILED and bool(video.source),
        duration_ms=video.duration_ms or 0,
        width=video.width or 0,
        height=video.height or 0,
        poster_url=media_store.url(video.folder, media_store.POSTER) if ready else "",
    )


def videos_titled(titles: Iterable[str]) -> dict[str, VideoFacts]:
    """Return by title the newest video of each of these titles, whatever its state. One query."""
    return {video.title: facts_of(video) for video in Video.objects.filter(title__in=set(titles)).order_by("pk")}


def ready_videos() -> tuple[VideoFacts, ...]:
    """Return the videos that a lesson may use, newest first."""
    return tuple(facts_of(video) for video in Video.objects.filter(state=State.READY))


@dataclass(frozen=True, slots=True)
class Upload:
    """A line of the editor's list. is_moving: it is worth asking again how far it is."""

    facts: VideoFacts
    is_moving: bool
    source_bytes: int
    uploaded_at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class UploadPage:
    """One page of the editor's list. number and pages count from 1."""

    uploads: tuple[Upload, ...]
    number: int
    pages: int


def upload_page(words: str, number: str | int | None, *, per_page: int = 20) -> UploadPage:
    """Return a page of the uploads whose title contains the words, newest first. Two queries.

    number: as it came in the address; what is no page gives the first, what is beyond the last gives the last.
    """
    videos = Video.objects.filter(title__icontains=words).select_related("uploaded_by")
    page = Paginator(videos, per_page).get_page(number)
    return UploadPage(tuple(map(_upload, page.object_list)), page.number, page.paginator.num_pages)


def uploads_by_id(video_ids: Iterable[int]) -> tuple[Upload, ...]:
    """Return those that exist. One query."""
    return tuple(map(_upload, Video.objects.filter(pk__in=set(video_ids)).select_related("uploaded_by")))


def _upload(video: Video) -> Upload:
    return Upload(
        facts=facts_of(video),
        is_moving=video.state in {State.UPLOADED, State.PROBING, State.TRANSCODING},
        source_bytes=video.source_bytes,
        uploaded_at=video.uploaded_at,
        uploaded_by=str(video.uploaded_by or ""),
    )
