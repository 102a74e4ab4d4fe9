"""Files come in, or are turned away before anything is stored."""

import hashlib
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from pytest_django import Settings

from lms.accounts.models import User
from player.domain.source import Refusal
from player.videos import actions
from player.videos.models import State, Video
from tests.player.videos.conftest import FILM_LIKE, NOON, files_below, logged

pytestmark = pytest.mark.django_db


def test_an_upload_is_kept_privately_under_a_name_of_ours_and_logged(editor: User, tmp_path: Path) -> None:
    file = ContentFile(FILM_LIKE, name="../../etc/高支模.mp4")
    video = actions.upload_video(title="高支模", file=file, by=editor, at=NOON)
    assert (video.state, video.source_bytes, video.uploaded_by) == (State.UPLOADED, len(FILM_LIKE), editor)
    (kept,) = files_below(tmp_path / "private")
    assert kept.startswith(f"videos/{video.uuid}/")
    assert "高支模" not in kept
    assert not (tmp_path / "media").exists(), "nothing readable is ever where files are served"
    digest = hashlib.sha256(FILM_LIKE).hexdigest()
    expected = {"video_uuid": str(video.uuid), "source_bytes": len(FILM_LIKE), "source_sha256": digest}
    assert logged("player.video_uploaded", video) == [expected]


def test_a_large_upload_is_moved_not_read_into_memory(editor: User, tmp_path: Path) -> None:
    file = TemporaryUploadedFile("film.mp4", "video/mp4", len(FILM_LIKE), None)
    file.write(FILM_LIKE)
    file.seek(0)
    before = os.stat(file.temporary_file_path())
    video = actions.upload_video(title="高支模", file=file, by=editor, at=NOON)
    file.close()
    after = os.stat(tmp_path / "private" / str(video.source.name))
    if before.st_dev == after.st_dev:
        assert before.st_ino == after.st_ino


REFUSED = [
    (b"", Refusal.EMPTY),
    (b"#EXTM3U\n#EXTINF:4,\n/etc/passwd\n", Refusal.NOT_VIDEO),
    (b"PK\x03\x04 a zip", Refusal.NOT_VIDEO),
    (FILM_LIKE + bytes(2000), Refusal.TOO_LARGE),
]


@pytest.mark.parametrize(("data", "refusal"), REFUSED, ids=[case[1].value for case in REFUSED[:2]] + ["zip", "large"])
def test_a_refused_file_leaves_nothing(data: bytes, refusal: Refusal, tmp_path: Path, settings: Settings) -> None:
    settings.VIDEO_MAX_UPLOAD_BYTES = 1024
    with pytest.raises(actions.UploadRefused) as refused:
        actions.upload_video(title="高支模", file=ContentFile(data, name="a.mp4"), by=None, at=NOON)
    assert refused.value.refusal is refusal
    assert not Video.objects.exists()
    assert files_below(tmp_path) == set()


def test_who_is_no_editor_cannot_upload_or_retry(outsider: User, reader: User, tmp_path: Path) -> None:
    for person in (outsider, reader):
        with pytest.raises(actions.MayNotUpload):
            actions.upload_video(title="高支模", file=ContentFile(FILM_LIKE, name="a.mp4"), by=person, at=NOON)
        with pytest.raises(actions.MayNotUpload):
            actions.retry_video(video_id=1, by=person, at=NOON)
    assert files_below(tmp_path) == set()


def test_when_the_row_cannot_be_written_the_file_goes_too(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="too long"):
        actions.upload_video(title="高" * 201, file=ContentFile(FILM_LIKE, name="a.mp4"), by=None, at=NOON)
    assert files_below(tmp_path) == set()


def test_a_file_of_this_machine_is_copied(tmp_path: Path) -> None:
    original = tmp_path / "lesson.mp4"
    original.write_bytes(FILM_LIKE)
    video = actions.import_video(original, title="高支模", by=None, at=NOON)
    with video.source.open() as kept:
        assert kept.read() == FILM_LIKE
    assert original.exists()


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        actions.import_video(tmp_path / "none.mp4", title="高支模", by=None, at=NOON)
