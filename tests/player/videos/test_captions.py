"""Captions and chapters beside a video: who may write them, which version counts, and what is logged."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from lms.accounts.models import User
from player.domain.chapters import Chapter, ChaptersRefused, TypedChapter
from player.domain.ladder import Size
from player.domain.webvtt import CaptionsRefused, TypedCue
from player.videos import actions, captions
from player.videos.captions_models import CaptionVersion, Language
from player.videos.chapters import chapters_of
from player.videos.log_kinds import LANGUAGES
from player.videos.models import State, Video
from tests.player.videos.conftest import NOON, logged

pytestmark = pytest.mark.django_db
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n立杆底部与扫地杆\n"
ROWS = (TypedChapter("0:30", "架体"), TypedChapter("0", "立杆"))


def save(video: Video, text: str = VTT, *, language: str = "zh-Hans", over: int | None = None) -> CaptionVersion:
    return actions.save_captions(video_id=video.pk, language=language, source=text, over=over, by=None, at=NOON)


def test_captions_are_kept_by_version_and_logged(ready_video: Video, captioner: User) -> None:
    first = actions.save_captions(
        video_id=ready_video.pk, language="en", source=VTT.encode(), over=0, by=captioner, at=NOON
    )
    second = save(ready_video, VTT.replace("立杆", "横杆"), language="en", over=1)
    assert (first.number, second.number, second.cue_count) == (1, 2, 1)
    assert first.token != second.token
    newest, oldest = captions.versions_of(ready_video.pk, "en")
    assert (newest.number, newest.saved_by, oldest.saved_by) == (2, "", str(captioner))
    assert captions.version_text(ready_video.pk, "en", 1).startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n立杆")
    payloads = logged("player.captions_saved", ready_video)
    assert [payload["version"] for payload in payloads] == [1, 2]
    assert payloads[1]["text_sha256"] == hashlib.sha256(second.text.encode()).hexdigest()


def test_the_same_text_again_is_no_new_version(ready_video: Video) -> None:
    assert save(ready_video).pk == save(ready_video, "WEBVTT\n\nNOTE x\n\n" + VTT.split("\n\n", 1)[1]).pk
    assert len(logged("player.captions_saved", ready_video)) == 1


def test_tracks_are_the_newest_of_each_language_and_the_first_is_the_default(
    ready_video: Video, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert captions.tracks_of(ready_video.pk) == ()
    english = save(ready_video, language="en")
    save(ready_video, language="zh-Hans")
    chinese = save(ready_video, VTT.replace("立杆", "横杆"), language="zh-Hans")
    with django_assert_num_queries(1):
        tracks = captions.tracks_of(ready_video.pk)
    assert tracks == (
        captions.Track("zh-Hans", "简体中文", f"/watch/captions/{chinese.token}.vtt", is_default=True),
        captions.Track("en", "English", f"/watch/captions/{english.token}.vtt", is_default=False),
    )
    actions.remove_captions(video_id=ready_video.pk, language="zh-Hans", over=2, by=None, at=NOON)
    assert [(track.language, track.is_default) for track in captions.tracks_of(ready_video.pk)] == [("en", True)]


def test_removed_captions_are_no_longer_served_and_can_be_taken_up_again(ready_video: Video) -> None:
    old = save(ready_video)
    new = save(ready_video, VTT.replace("立杆", "横杆"))
    assert captions.caption_file(old.token) == captions.CaptionFile("zh-Hans", old.text)
    removed = actions.remove_captions(video_id=ready_video.pk, language="zh-Hans", over=None, by=None, at=NOON)
    assert removed is not None
    assert [captions.caption_file(row.token) for row in (old, new, removed)] == [None] * 3
    assert captions.newest_versions(ready_video.pk) == ()
    assert logged("player.captions_removed", ready_video)[0]["version"] == 3
    again = save(ready_video, captions.version_text(ready_video.pk, "zh-Hans", 1), over=3)
    assert (again.number, again.text) == (4, old.text)
    assert captions.caption_file(old.token) is not None


def test_nothing_is_removed_where_nothing_was(ready_video: Video) -> None:
    assert actions.remove_captions(video_id=ready_video.pk, language="en", over=None, by=None, at=NOON) is None
    assert not CaptionVersion.objects.exists()


def test_whoever_saves_over_a_newer_version_is_told(ready_video: Video) -> None:
    save(ready_video, over=0)
    with pytest.raises(actions.ChangedMeanwhile) as changed:
        save(ready_video, VTT.replace("立杆", "横杆"), over=0)
    assert changed.value.newest == 1
    with pytest.raises(actions.ChangedMeanwhile):
        actions.remove_captions(video_id=ready_video.pk, language="zh-Hans", over=7, by=None, at=NOON)
    assert CaptionVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told(ready_video: Video) -> None:
    barrier = Barrier(2)

    def write(sign: str) -> int:
        try:
            barrier.wait(10)
            return save(ready_video, VTT.replace("立杆", sign), over=0).number
        except actions.ChangedMeanwhile as changed:
            return -changed.newest
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, "甲乙")) == [-1, 1]


def test_only_editors_write(ready_video: Video, reader: User, outsider: User) -> None:
    for person in (reader, outsider):
        with pytest.raises(actions.MayNotEdit):
            actions.save_captions(video_id=ready_video.pk, language="en", source=VTT, over=None, by=person, at=NOON)
        with pytest.raises(actions.MayNotEdit):
            actions.remove_captions(video_id=ready_video.pk, language="en", over=None, by=person, at=NOON)
        with pytest.raises(actions.MayNotEdit):
            actions.save_chapters(video_id=ready_video.pk, rows=ROWS, by=person, at=NOON)
    assert not CaptionVersion.objects.exists()
    assert chapters_of(ready_video.pk) == ()


def test_what_cannot_be_saved_leaves_nothing(ready_video: Video) -> None:
    with pytest.raises(actions.UnknownLanguage):
        save(ready_video, language="tlh")
    with pytest.raises(CaptionsRefused):
        save(ready_video, VTT.replace("00:02", "09:02"))
    with pytest.raises(CaptionsRefused):
        actions.save_captions(
            video_id=ready_video.pk, language="en", source=[TypedCue("x", "y", "z")], over=None, by=None, at=NOON
        )
    with pytest.raises(ChaptersRefused):
        actions.save_chapters(video_id=ready_video.pk, rows=[TypedChapter("9:00", "尾")], by=None, at=NOON)
    for missing in (10**9, -1):
        with pytest.raises(actions.NoSuchVideo):
            actions.save_captions(video_id=missing, language="en", source=VTT, over=None, by=None, at=NOON)
        with pytest.raises(actions.NoSuchVideo):
            actions.save_chapters(video_id=missing, rows=ROWS, by=None, at=NOON)
    waiting = Video.objects.create(title="高支模", uploaded_at=NOON)
    with pytest.raises(actions.NoLengthYet):
        save(waiting)
    with pytest.raises(actions.NoLengthYet):
        actions.save_chapters(video_id=waiting.pk, rows=ROWS, by=None, at=NOON)
    assert not CaptionVersion.objects.exists()


def test_chapters_are_replaced_as_a_whole_and_logged_once(
    ready_video: Video, captioner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        saved = actions.save_chapters(video_id=ready_video.pk, rows=ROWS, by=captioner, at=NOON)
    with django_assert_num_queries(1):
        assert chapters_of(ready_video.pk) == saved == (Chapter(0, "立杆"), Chapter(30_000, "架体"))
    [payload] = logged("player.chapters_saved", ready_video)
    assert (payload["starts_ms"], payload["titles"]) == ([0, 30_000], ["立杆", "架体"])
    actions.save_chapters(video_id=ready_video.pk, rows=[TypedChapter("0:01", "只此一章")], by=None, at=NOON)
    assert chapters_of(ready_video.pk) == (Chapter(1_000, "只此一章"),)
    actions.save_chapters(video_id=ready_video.pk, rows=[], by=None, at=NOON)
    assert chapters_of(ready_video.pk) == ()
    assert len(logged("player.chapters_saved", ready_video)) == 3


def test_a_new_run_of_the_video_keeps_them(ready_video: Video) -> None:
    save(ready_video)
    actions.save_chapters(video_id=ready_video.pk, rows=ROWS, by=None, at=NOON)
    Video.objects.filter(pk=ready_video.pk).update(state=State.UPLOADED)
    claim = actions.claim_video(video_id=ready_video.pk, at=NOON)
    assert claim is not None
    actions.publish_video(
        claim, size=Size(640, 360), duration_ms=90_000, master_key=bytes(32), renditions=[], at=NOON + timedelta(1)
    )
    assert len(captions.tracks_of(ready_video.pk)) == 1
    assert len(chapters_of(ready_video.pk)) == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"number": 1}, "caption_same_version_twice"),
        ({"number": 0}, "caption_version_below_1"),
        ({"language": "tlh"}, "caption_unknown_language"),
        ({"cue_count": 0}, "caption_count_without_text"),
        ({"text": ""}, "caption_count_without_text"),
    ],
)
def test_the_database_refuses(change: dict[str, object], constraint: str, ready_video: Video) -> None:
    save(ready_video)
    row = {"video": ready_video, "language": "zh-Hans", "number": 2, "text": "x", "cue_count": 1, "saved_at": NOON}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CaptionVersion.objects.create(**{**row, **change})


def test_the_log_has_words_for_every_language() -> None:
    assert set(LANGUAGES) == set(Language.values)
