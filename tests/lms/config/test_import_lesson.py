"""`manage.py import_lesson`: a film becomes a lesson of a draft; what cannot is refused with a sentence and leaves nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from content.models import CourseEdition, Lesson
from player.videos.models import Video
from tests.content.shelf import Shelf, draft_edition, fill_shelf
from tests.media import clips
from tests.player.videos.conftest import folders

__all__ = ["folders"]  # a fixture: files go into a folder of the test
pytestmark = [pytest.mark.media, pytest.mark.django_db]


@pytest.fixture
def shelf() -> Shelf:
    return fill_shelf()


def run(file: Path, course: str) -> str:
    said = StringIO()
    call_command("import_lesson", str(file), course=course, title="拉结筋", stdout=said)
    return said.getvalue()


def test_a_film_becomes_a_lesson_of_a_new_draft(shelf: Shelf, tmp_path: Path) -> None:
    film = clips.film(tmp_path / "film.mp4", seconds=3, size="640x360", rate="10")
    assert "草稿版次已加入课时“拉结筋”" in run(film, "site_civil-04")
    lesson = Lesson.objects.get(title="拉结筋")
    assert lesson.edition.course_id == shelf.courses["site_civil-04"].pk
    assert lesson.edition.published_at is None


def test_a_second_film_joins_the_draft_that_is_there(shelf: Shelf, tmp_path: Path) -> None:
    draft = draft_edition(shelf.courses["site_civil-04"])
    film = clips.film(tmp_path / "film.mp4", seconds=3, size="640x360", rate="10")
    run(film, "site_civil-04")
    assert CourseEdition.objects.count() == 1
    assert [lesson.title for lesson in Lesson.objects.filter(edition=draft)][-1] == "拉结筋"


@pytest.mark.parametrize(
    ("name", "course", "words"),
    [
        ("film.mp4", "nope", "没有代码为 nope 的课程"),
        ("missing.mp4", "site_civil-04", "读不到文件"),
        ("film.mp4", "site_civil-04", "不是可识别的视频文件"),
    ],
)
def test_what_cannot_become_a_lesson_is_refused_with_a_sentence(
    shelf: Shelf, tmp_path: Path, name: str, course: str, words: str
) -> None:
    (tmp_path / "film.mp4").write_text("#EXTM3U\n", encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        run(tmp_path / name, course)
    assert not Video.objects.exists()
    assert not CourseEdition.objects.exists()
