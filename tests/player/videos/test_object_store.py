"""Files in a store without folders and paths: what is asked of it, and that a film goes all the way through it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from pytest_django import Settings

from player.videos import actions, media_store, queries
from player.videos.models import State, Video
from tests.media import clips
from tests.player.videos.conftest import files_below

Take = Callable[[Path | bytes], Video]
PUBLIC = "https://media.learn.example/"


class Store(Storage):
    """Stands for an object store: objects by name, no paths, folders only as beginnings of names, addresses elsewhere."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}

    def _save(self, name: str, content: Any) -> str:
        self.objects[name] = content.read()
        self.kinds[name] = getattr(content, "content_type", "")
        return name

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if name not in self.objects:
            raise FileNotFoundError(name)
        return ContentFile(self.objects[name])

    def exists(self, name: str) -> bool:
        return name in self.objects

    def delete(self, name: str) -> None:
        self.objects.pop(name, None)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        below = [name.removeprefix(f"{path}/") for name in self.objects if name.startswith(f"{path}/")]
        return sorted({name.partition("/")[0] for name in below if "/" in name}), [n for n in below if "/" not in n]

    def url(self, name: str | None) -> str:
        return f"{PUBLIC}{name}"


@pytest.fixture(autouse=True)
def in_a_store(settings: Settings, folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = {"BACKEND": f"{__name__}.Store"}
    settings.STORAGES = {**settings.STORAGES, "videos": backend, "private": backend}
    settings.VIDEO_STORAGE = "videos"
    monkeypatch.setattr(Video._meta.get_field("source"), "storage", storages["private"])


def store(alias: str) -> Store:
    found = storages[alias]
    assert isinstance(found, Store)
    return found


def test_each_object_is_said_to_be_what_it_is() -> None:
    media_store.write("f", media_store.segment_name("slides", 3), b"sealed")
    media_store.write("f", media_store.POSTER, b"picture")
    assert store("videos").kinds == {"videos/f/slides/00003.ts": "video/mp2t", "videos/f/poster.jpg": "image/jpeg"}
    assert media_store.url("f", media_store.POSTER) == f"{PUBLIC}videos/f/poster.jpg"
    assert media_store.read("f", media_store.segment_name("slides", 3)) == b"sealed"
    with pytest.raises(FileNotFoundError):
        media_store.read("f", media_store.segment_name("slides", 4))


def test_a_folder_goes_with_all_that_is_in_it_and_no_other() -> None:
    for folder in ("f", "g"):
        media_store.write(folder, media_store.segment_name("360", 0), b"x")
        media_store.write(folder, media_store.POSTER, b"x")
    for folder in ("f", "", "never-was"):
        media_store.remove(folder)
    assert set(store("videos").objects) == {"videos/g/360/00000.ts", "videos/g/poster.jpg"}


@pytest.mark.media
@pytest.mark.django_db
def test_a_film_goes_through_a_store_without_paths(take_in: Take, tmp_path: Path) -> None:
    film = clips.film(tmp_path / "film.mp4", seconds=5, size="640x360", rate="10")
    video = take_in(film)
    assert actions.process_video(video.pk)
    video.refresh_from_db()
    assert video.state == State.READY
    assert files_below(tmp_path / "media") == files_below(tmp_path / "scratch") == set()
    expected = {f"{code}/0000{n}.ts" for code in ("360", "slides") for n in range(2)} | {"poster.jpg", "sheet-01.jpg"}
    assert set(store("videos").objects) == {f"videos/{video.folder}/{name}" for name in expected}
    assert f"{PUBLIC}videos/{video.folder}/360/00000.ts" in queries.media_playlist(video.pk, "360")
    assert queries.plain_segment(video.pk, "slides", 1)[0] == 0x47
    assert set(store("private").objects) == {str(video.source.name)}


@pytest.mark.django_db
def test_a_store_that_is_away_does_not_undo_what_was_done(
    ready_video: Video, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    Video.objects.filter(pk=ready_video.pk).update(state=State.UPLOADED)

    def away(*_args: object) -> None:
        raise ConnectionError("the store is away")

    Video.objects.filter(pk=ready_video.pk).update(draft_folder="left-behind")
    monkeypatch.setattr(Store, "listdir", away)  # the edge: an outage cannot be had otherwise
    with django_capture_on_commit_callbacks(execute=True):
        claim = actions.claim_video(video_id=ready_video.pk, at=ready_video.uploaded_at)
    assert claim is not None
