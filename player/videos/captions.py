"""What others may know of a video's captions: the tracks for the player; and, for the editors, the versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from player.videos.captions_models import CaptionVersion, Language


@dataclass(frozen=True, slots=True)
class Track:
    """Captions that a learner may choose. label: the language by its own name. At most one is the default."""

    language: str
    label: str
    url: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """Captions as they are served under their token; the text never changes."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version as the editors see it. url is empty for one that says that the captions were removed."""

    language: str
    label: str
    number: int
    cue_count: int
    saved_at: datetime
    saved_by: str
    url: str

    @property
    def is_removed(self) -> bool:
        return self.cue_count == 0


def tracks_of(video_id: int) -> tuple[Track, ...]:
    """Return the newest captions in each language, in the order of `Language`; the first is the default. One query."""
    rows = sorted((row for row in _newest(video_id) if row.cue_count), key=_by_language)
    return tuple(
        Track(row.language, Language(row.language).label, _url(row), is_default=place == 0)
        for place, row in enumerate(rows)
    )


def caption_file(token: str) -> CaptionFile | None:
    """Return the captions of that name, or None: unknown, or since removed by an editor. At most two queries.

    An older version is still served: a page that is open names it.
    """
    row = CaptionVersion.objects.filter(token=token).first()
    if row is None:
        return None
    newest = CaptionVersion.objects.filter(video_id=row.video_id, language=row.language).order_by("-number")
    is_removed = newest.values_list("cue_count", flat=True)[0] == 0
    return None if is_removed else CaptionFile(row.language, row.text)


def newest_versions(video_id: int) -> tuple[Version, ...]:
    """Return the captions that count, in the order of `Language`, without those removed. One query."""
    rows = _newest(video_id).select_related("saved_by")
    return _versions(row for row in sorted(rows, key=_by_language) if row.cue_count)


def versions_of(video_id: int, language: str) -> tuple[Version, ...]:
    """Return all versions in one language, newest first. One query."""
    rows = CaptionVersion.objects.filter(video_id=video_id, language=language).defer("text")
    return _versions(rows.select_related("saved_by").order_by("-number"))


def version_text(video_id: int, language: str, number: int) -> str:
    """Return the WebVTT text of a version; empty for one that is not there, or says that they were removed."""
    rows = CaptionVersion.objects.filter(video_id=video_id, language=language, number=number)
    return rows.values_list("text", flat=True).first() or ""


def _newest(video_id: int) -> QuerySet[CaptionVersion]:
    rows = CaptionVersion.objects.filter(video_id=video_id).order_by("language", "-number").distinct("language")
    return rows.defer("text")


def _by_language(row: CaptionVersion) -> int:
    return Language.values.index(row.language)


def _url(row: CaptionVersion) -> str:
    return reverse("player:captions", args=[row.token])


def _versions(rows: Iterable[CaptionVersion]) -> tuple[Version, ...]:
    return tuple(
        Version(
            language=row.language,
            label=Language(row.language).label,
            number=row.number,
            cue_count=row.cue_count,
            saved_at=row.saved_at,
            saved_by=str(row.saved_by or ""),
            url=_url(row) if row.cue_count else "",
        )
        for row in rows
    )
