"""The streams of a ready video: playlists, keys, and where they are cut. Who may have them, the caller knows."""

import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from uuid import UUID

from player.domain import playlist, stretch_keys
from player.domain.ladder import SLIDES, SPRITE_COLUMNS, SPRITE_ROWS
from player.videos import key_safe, media_store
from player.videos.models import Rendition, State, Video

# What is published stays as it is; but an operator may have a video made anew, and no process should need a restart.
_CUTS_KEPT_SECONDS = 60


class VideoNotReady(LookupError):
    """There is no such video, or it cannot be watched (yet)."""


class NoSuchStretch(LookupError):
    """The video ends before that stretch begins."""


class NoSuchSegment(LookupError):
    """The video has no such size, ends before that segment begins, or the store has lost it."""


def multivariant_playlist(video_id: int) -> str:
    """Return the list of sizes as HLS text, the middle size first, since a player starts with what stands first.

    The slides stand last: a player comes to them when its line carries nothing else, or by hand.
    Addresses are relative (`<code>.m3u8`), so the text is the same for every session. Raises VideoNotReady.
    """
    sizes = _ready(video_id)
    slides = [sizes.pop(number) for number, size in enumerate(sizes) if size.code == SLIDES]
    middle = [sizes.pop(len(sizes) // 2)] if sizes else []
    return playlist.multivariant(
        playlist.Variant(code=r.code, width=r.width, height=r.height, bandwidth=r.bandwidth, codecs=r.codecs)
        for r in (*middle, *sizes, *slides)
    )


def media_playlist(video_id: int, code: str) -> str:
    """Return the playlist of one size as HLS text; keys are at `key/<stretch>`, relative. Raises VideoNotReady."""
    rendition = (
        Rendition.objects.select_related("video").filter(video_id=video_id, code=code, video__state=State.READY).first()
    )
    if rendition is None:
        raise VideoNotReady(video_id, code)
    master_key = _master_key(rendition.video)
    folder = rendition.video.folder
    return playlist.media(
        playlist.Segment(
            url=media_store.url(folder, media_store.segment_name(rendition.code, number)),
            duration_ms=duration_ms,
            stretch=stretch_keys.stretch_of(number),
            iv=stretch_keys.segment_iv(master_key, code=rendition.code, segment=number),
        )
        for number, duration_ms in enumerate(rendition.segment_ms)
    )


def rendition_codes(video_id: int) -> tuple[str, ...]:
    """Return the codes of all ways to watch, lightest first: slides, then the sizes.

    No query within a minute of the last. Raises VideoNotReady.
    """
    return _cuts(video_id).codes


def video_uuid(video_id: int) -> UUID:
    """Return the name of a video that is ready. Raises VideoNotReady."""
    return _cuts(video_id).video_uuid


def segment_starts_ms(video_id: int) -> tuple[int, ...]:
    """Return the media time at which each segment begins, the same in all sizes.

    The last may end a little apart. No query within a minute of the last. Raises VideoNotReady.
    """
    return _cuts(video_id).segment_starts


def stretch_starts_ms(video_id: int) -> tuple[int, ...]:
    """Return the media time at which each stretch begins; it ends where the next one begins, the last with the video.

    No query within a minute of the last. Raises VideoNotReady.
    """
    return _cuts(video_id).stretch_starts


def stretch_count(video_id: int) -> int:
    """Return how many keys a video has; they are numbered from 0. Raises VideoNotReady."""
    return len(_cuts(video_id).stretch_starts)


def stretch_key(video_id: int, n: int) -> bytes:
    """Return the 16-byte AES key of the n-th stretch, from 0. Whether the learner may have it, the caller knows.

    One query. Raises VideoNotReady, NoSuchStretch.
    """
    # All sizes are cut alike, so that any of them knows how many stretches there are.
    found = (
        Rendition.objects.filter(video_id=video_id, video__state=State.READY)
        .order_by()
        .values_list("video__uuid", "video__master_key_encrypted", "segment_ms__len")
        .first()
    )
    if found is None:
        raise VideoNotReady(video_id)
    uuid, sealed, segments = found
    if not 0 <= n < stretch_keys.stretch_count(segments):
        raise NoSuchStretch(video_id, n)
    return stretch_keys.stretch_key(key_safe.unseal(bytes(sealed or b""), video_uuid=uuid), n)


def plain_segment(video_id: int, code: str, n: int) -> bytes:
    """Return the n-th segment of one size as its player sees it once decrypted: to check what a player says of it.

    One query, and one reading of the store. Raises NoSuchSegment.
    """
    ready = Rendition.objects.filter(video_id=video_id, code=code, video__state=State.READY)
    found = ready.select_related("video").first()
    if found is None or not 0 <= n < len(found.segment_ms):
        raise NoSuchSegment(video_id, code, n)
    try:
        sealed = media_store.read(found.video.folder, media_store.segment_name(found.code, n))
    except FileNotFoundError:
        raise NoSuchSegment(video_id, code, n) from None
    return stretch_keys.decrypt_segment(_master_key(found.video), code=found.code, segment=n, sealed=sealed)


@dataclass(frozen=True, slots=True)
class SpriteFacts:
    """Thumbnails for a seek bar: number i, from 0, shows the picture at i × interval_ms.

    They fill the sheets row by row; width and height are those of one thumbnail, in pixels. Like the poster they are
    public: whoever has the address sees them.
    """

    interval_ms: int
    count: int
    columns: int
    rows: int
    width: int
    height: int
    urls: tuple[str, ...]


def sprite_of(video_id: int) -> SpriteFacts | None:
    """Return the thumbnails of a ready video, or None if it has none (made before there were any). One query.

    Raises VideoNotReady.
    """
    video = Video.objects.filter(pk=video_id, state=State.READY).first()
    if video is None:
        raise VideoNotReady(video_id)
    if not (video.sprite_interval_ms and video.sprite_count and video.sprite_width and video.sprite_height):
        return None
    sheets = -(-video.sprite_count // (SPRITE_COLUMNS * SPRITE_ROWS))
    return SpriteFacts(
        interval_ms=video.sprite_interval_ms,
        count=video.sprite_count,
        columns=SPRITE_COLUMNS,
        rows=SPRITE_ROWS,
        width=video.sprite_width,
        height=video.sprite_height,
        urls=tuple(media_store.url(video.folder, media_store.sheet_name(n)) for n in range(1, sheets + 1)),
    )


@dataclass(frozen=True, slots=True)
class _Cuts:
    video_uuid: UUID
    codes: tuple[str, ...]
    segment_starts: tuple[int, ...]
    stretch_starts: tuple[int, ...]


def _cuts(video_id: int) -> _Cuts:
    return _cuts_read_in(video_id, int(time.monotonic() // _CUTS_KEPT_SECONDS))


@lru_cache(maxsize=512)
def _cuts_read_in(video_id: int, _minute: int) -> _Cuts:
    sizes = _ready(video_id)
    starts = tuple(accumulate(sizes[0].segment_ms[:-1], initial=0))
    return _Cuts(
        video_uuid=sizes[0].video.uuid,
        codes=tuple(size.code for size in sizes),
        segment_starts=starts,
        stretch_starts=starts[:: stretch_keys.SEGMENTS_PER_STRETCH],
    )


def _ready(video_id: int) -> list[Rendition]:
    """Return all ways to watch, lightest first. Raises VideoNotReady."""
    ready = Rendition.objects.filter(video_id=video_id, video__state=State.READY)
    found = list(ready.select_related("video").order_by("bandwidth"))
    if not found:
        raise VideoNotReady(video_id)
    return found


def _master_key(video: Video) -> bytes:
    if video.master_key_encrypted is None:
        raise VideoNotReady(video.pk)
    return key_safe.unseal(bytes(video.master_key_encrypted), video_uuid=video.uuid)
