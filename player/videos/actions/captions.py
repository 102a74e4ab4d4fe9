"""An editor writes captions and chapters beside a video. They belong to the video, whatever becomes of its streams."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.domain.record import Payload
from analytics.learning_log import actions as log
from player.domain import chapters, webvtt
from player.videos.captions_models import CaptionVersion, Chapter, Language
from player.videos.models import Video

if TYPE_CHECKING:
    from lms.accounts.models import User  # a type hint is not a dependency: persons live a floor above


class MayNotEdit(Exception):
    """The person is no editor of videos."""


class NoSuchVideo(LookupError):
    """There is no video with this number."""


class NoLengthYet(Exception):
    """The video has never been ready, so that nobody can say whether a position lies inside it."""


class UnknownLanguage(ValueError):
    """Captions are not kept in this language."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved a version since; nothing was saved. `newest`: the number of theirs."""

    def __init__(self, newest: int) -> None:
        super().__init__(newest)
        self.newest = newest


def save_captions(
    *, video_id: int, language: str, source: webvtt.Source, over: int | None, by: "User | None", at: datetime
) -> CaptionVersion:
    """Make what was uploaded or written the newest captions of a video in a language. by=None is the system.

    over: the number of the version that the editor had before them, 0 = none; None = whatever is there.
    The same text again is no new version: the newest one is returned.
    Raises MayNotEdit, NoSuchVideo, UnknownLanguage, NoLengthYet, ChangedMeanwhile, and `webvtt.CaptionsRefused`.
    """
    _demand(by)
    if language not in Language.values:
        raise UnknownLanguage(language)
    cues = webvtt.read(source, length_ms=_length_ms(video_id))
    return _add_version(video_id, language, webvtt.write(cues), len(cues), over=over, by=by, at=at)


def remove_captions(
    *, video_id: int, language: str, over: int | None, by: "User | None", at: datetime
) -> CaptionVersion | None:
    """Take a video's captions in a language away; the versions stay and can be taken up again. None: there are none.

    over: as for `save_captions`. Raises MayNotEdit, NoSuchVideo, ChangedMeanwhile.
    """
    _demand(by)
    if not CaptionVersion.objects.filter(video_id=video_id, language=language).exists():
        return None
    return _add_version(video_id, language, "", 0, over=over, by=by, at=at)


@transaction.atomic
def save_chapters(
    *, video_id: int, rows: Sequence[chapters.TypedChapter], by: "User | None", at: datetime
) -> tuple[chapters.Chapter, ...]:
    """Replace all chapters of a video by these, and return them in order; none takes them away. by=None is the system.

    The same chapters again change nothing.
    Raises MayNotEdit, NoSuchVideo, NoLengthYet, and `chapters.ChaptersRefused`.
    """
    _demand(by)
    video = _locked(video_id)
    wanted = chapters.read(rows, length_ms=_length_ms(video_id))
    standing = Chapter.objects.filter(video=video).order_by("start_ms").values_list("start_ms", "title")
    if [(each.start_ms, each.title) for each in wanted] == list(standing):
        return wanted
    Chapter.objects.filter(video=video).delete()
    Chapter.objects.bulk_create(Chapter(video=video, start_ms=each.start_ms, title=each.title) for each in wanted)
    log.append(
        kind="player.chapters_saved",
        actor_id=None if by is None else by.pk,
        happened_at=at,
        subject=str(video.uuid),
        payload={
            "video_uuid": str(video.uuid),
            "chapter_count": len(wanted),
            "starts_ms": [each.start_ms for each in wanted],
            "titles": [each.title for each in wanted],
        },
    )
    return wanted


@transaction.atomic
def _add_version(
    video_id: int, language: str, text: str, cue_count: int, *, over: int | None, by: "User | None", at: datetime
) -> CaptionVersion:
    video = _locked(video_id)
    newest = CaptionVersion.objects.filter(video=video, language=language).order_by("-number").first()
    number = newest.number if newest else 0
    if newest is not None and newest.text == text:
        return newest
    if over is not None and over != number:
        raise ChangedMeanwhile(number)
    version = CaptionVersion.objects.create(
        video=video,
        language=language,
        number=number + 1,
        text=text,
        cue_count=cue_count,
        saved_by=by,
        saved_at=at,
    )
    facts: dict[str, Payload] = {
        "video_uuid": str(video.uuid),
        "language": language,
        "version": version.number,
    }
    if text:
        facts |= {"cue_count": cue_count, "text_sha256": hashlib.sha256(text.encode()).hexdigest()}
    log.append(
        kind="player.captions_saved" if text else "player.captions_removed",
        actor_id=None if by is None else by.pk,
        happened_at=at,
        subject=str(video.uuid),
        payload=facts,
    )
    return version


def _demand(by: "User | None") -> None:
    if by is not None and not by.has_perm("player.change_video"):
        raise MayNotEdit


def _locked(video_id: int) -> Video:
    """Return the video, held: of two who save at once, the second sees what the first has saved. Raises NoSuchVideo."""
    video = Video.objects.select_for_update(no_key=True).filter(pk=video_id).first()
    if video is None:
        raise NoSuchVideo(video_id)
    return video


def _length_ms(video_id: int) -> int:
    """Return the length of the streams, those of an earlier run included. Raises NoSuchVideo, NoLengthYet."""
    found = Video.objects.filter(pk=video_id).values_list("duration_ms", flat=True)
    if not found:
        raise NoSuchVideo(video_id)
    if found[0] is None:
        raise NoLengthYet(video_id)
    return found[0]
