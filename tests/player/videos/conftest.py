"""Every test of videos writes into folders of its own."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django import Settings

from analytics.domain.record import Payload
from analytics.learning_log import queries as log
from lms.accounts.models import User
from player.domain.stretch_keys import MASTER_KEY_BYTES
from player.videos import actions, key_safe, media_store
from player.videos.models import Rendition, State, Video

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
# Looks like the beginning of a film, so that it may be uploaded; nothing can be decoded from it.
FILM_LIKE = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\x00\x00\x00\x08free" * 20


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VIDEO_SCRATCH_DIR = tmp_path / "scratch"
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    # The field chose its storage when the model was loaded.
    monkeypatch.setattr(Video._meta.get_field("source"), "storage", storages["private"])


@pytest.fixture
def take_in(db: None, tmp_path: Path) -> Callable[[Path | bytes], Video]:
    """Upload a file, or these bytes, on behalf of the system."""

    def upload(what: Path | bytes) -> Video:
        data = what.read_bytes() if isinstance(what, Path) else what
        return actions.upload_video(
            title="高支模的搭设与验收", file=ContentFile(data, name="lesson.mp4"), by=None, at=NOON
        )

    return upload


@pytest.fixture
def ready_video(db: None) -> Video:
    """A video of 27 segments (108 s) in two sizes and as slides, as if it had been published. Its segments do not exist."""
    video = Video.objects.create(title="深基坑支护", uploaded_at=NOON, progress_at=NOON)
    Video.objects.filter(pk=video.pk).update(
        state=State.READY,
        folder=media_store.new_folder(),
        master_key_encrypted=key_safe.seal(bytes(MASTER_KEY_BYTES), video_uuid=video.uuid),
        duration_ms=107_200,
        width=1280,
        height=720,
        published_at=NOON,
        progress_percent=100,
    )
    for code, height, bandwidth in (("slides", 360, 90_000), ("360", 360, 500_000), ("720", 720, 2_000_000)):
        Rendition.objects.create(
            video=video,
            code=code,
            width=height * 16 // 9,
            height=height,
            bandwidth=bandwidth,
            codecs="avc1.64001F,mp4a.40.2",
            segment_ms=[4000] * 26 + [3200],
        )
    video.refresh_from_db()
    return video


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who may see and upload videos in the Wagtail admin, and nothing else."""
    return _person("editor", "access_admin", "view_video", "add_video")


@pytest.fixture
def captioner(db: None) -> User:
    """Somebody who may see videos and change what stands beside them, but not upload."""
    return _person("captioner", "access_admin", "view_video", "change_video")


@pytest.fixture
def reader(db: None) -> User:
    """Somebody who may enter the admin and see videos, but not upload."""
    return _person("reader", "access_admin", "view_video")


@pytest.fixture
def outsider(db: None) -> User:
    """Somebody who may enter the admin for other work."""
    return _person("outsider", "access_admin")


def _person(username: str, *codenames: str) -> User:
    from django.contrib.auth.models import Permission

    person = User.objects.create_user(username=username, name=username, password="only-for-tests")
    person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return User.objects.get(pk=person.pk)


def files_below(folder: Path) -> set[str]:
    """Return the relative names of all files below, but for the lock on the scratch folder's door."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".door"}


def logged(kind: str, video: Video) -> list[Mapping[str, Payload]]:
    """Return the payloads of the records of that kind about a video, oldest first."""
    found = log.records(log.RecordFilter(kinds=(kind,), subjects=(str(video.uuid),)), limit=100)
    return [sealed.record.payload for sealed in reversed(found)]
