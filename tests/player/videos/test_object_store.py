"""Files in a store without folders and paths: what is asked of it, and that a film goes all the way through it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage, Storage, storages
from pytest_django import Settings

from player.videos import actions, media_store, queries
from player.videos.models import State, Video
from tests.media import clips
from tests.player.videos.conftest import files_below

Take = Callable[[Path | bytes], Video]
PUBLIC = "https://media.learn.example/"


class Store(InMemoryStorage):
    """Stands for an object store: no paths, addresses elsewhere; keeps what each object is said to be."""

    kinds: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {}

    def _save(self, name: str, content: Any) -> str:
        self.kinds[name] = getattr(content, "content_type", "")
        saved: str = super()._save(name, content)  # type: ignore[misc]  # left out of the stubs
        return saved


@pytest.fixture(autouse=True)
def in_a_store(settings: Settings, folders: None, monkeypatch: pytest.MonkeyPatch) -> None:
    store = {"BACKEND": f"{__name__}.Store", "OPTIONS": {"base_url": PUBLIC}}
    settings.STORAGES = {**settings.STORAGES, "videos": store, "private": store}
    settings.VIDEO_STORAGE = "videos"
    monkeypatch.setattr(Video._meta.get_field("source"), "storage", storages["private"])


def names_in(store: Storage, path: str = "") -> set[str]:
    """Return the names of all files below."""
    folders, files = store.listdir(path)
    inside = (names_in(store, f"{path}{folder}/") for folder in folders)
    return {f"{path}{name}" for name in files}.union(*inside)


def test_each_object_is_said_to_be_what_it_is() -> None:
    media_store.write("f", media_store.segment_name("slides", 3), b"sealed")
    media_store.write("f", media_store.POSTER, b"picture")
    store = storages["videos"]
    assert isinstance(store, Store)
    assert store.kinds == {"videos/f/slides/00003.ts": "video/mp2t", "videos/f/poster.jpg": "image/jpeg"}
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
    assert names_in(storages["videos"]) == {"videos/g/360/00000.ts", "videos/g/poster.jpg"}


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
    assert names_in(storages["videos"]) == {f"videos/{video.folder}/{name}" for name in expected}
    assert f"{PUBLIC}videos/{video.folder}/360/00000.ts" in queries.media_playlist(video.pk, "360")
    assert queries.plain_segment(video.pk, "slides", 1)[0] == 0x47
    assert names_in(storages["private"]) == {str(video.source.name)}


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
