"""Captions of the demo's films: written once, and never over what an editor has written since."""

from datetime import UTC, datetime

import pytest

from lms.config.demo import captions, data
from lms.config.demo.courses import video_title
from player.videos.actions import save_captions
from player.videos.captions import tracks_of, versions_of
from player.videos.chapters import chapters_of
from player.videos.models import State, Video
from player.videos.queries import VideoFacts, videos_titled

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FILM = next(film for film in data.films() if data.english_slides(film))


@pytest.fixture
def films() -> dict[str, VideoFacts]:
    """A captioned film that is ready to be watched, without its files; and one that is not."""
    for title, state in ((video_title(FILM), State.READY), ("别的视频", State.UPLOADED)):
        Video.objects.create(
            title=title,
            state=state,
            uploaded_at=AT,
            published_at=AT,
            folder="f" * 32,
            master_key_encrypted=b"sealed",
            duration_ms=FILM.seconds * 1000,
        )
    return videos_titled([video_title(FILM), "别的视频"])


def test_a_film_gets_captions_in_two_languages_and_chapters(films: dict[str, VideoFacts]) -> None:
    assert captions.write_captions(films, AT) == 1
    video_id = films[video_title(FILM)].id
    assert [track.language for track in tracks_of(video_id)] == ["zh-Hans", "en"]
    assert [chapter.title for chapter in chapters_of(video_id)] == [slide.heading for slide in FILM.slides]


def test_loading_again_leaves_what_an_editor_has_written(films: dict[str, VideoFacts]) -> None:
    captions.write_captions(films, AT)
    video_id = films[video_title(FILM)].id
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n改过了\n"
    save_captions(video_id=video_id, language="zh-Hans", source=text, over=1, by=None, at=AT)
    assert captions.write_captions(films, AT) == 0
    assert [version.number for version in versions_of(video_id, "zh-Hans")] == [2, 1]
    assert [version.number for version in versions_of(video_id, "en")] == [1]
