"""What dies in the middle of the work: a worker, of which nothing stays, and the database, of which little is
noticed.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from player.videos import actions
from player.videos.actions import processing
from player.videos.models import State, Video
from tests.media import clips
from tests.player.videos import watcher
from tests.player.videos.conftest import files_below

pytestmark = [pytest.mark.kill, pytest.mark.media, pytest.mark.django_db(transaction=True)]

WORKER = "import django; django.setup()\nfrom player.videos import actions\nactions.process_video({video_id})\n"


def test_the_next_worker_finishes_what_a_killed_one_began(tmp_path: Path) -> None:
    film = clips.film(tmp_path / "film.mp4", seconds=20, rate="25")
    video = actions.import_video(film, title="高支模", by=None, at=timezone.now())
    with worker(video.pk, tmp_path) as killed:
        wait_until_transcoding(video.pk)
        encoders = children_of(killed.pid)
        assert encoders, "ffmpeg is at work"
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    wait_until_gone(encoders)
    assert any(name.endswith(".ts") for name in files_below(tmp_path / "scratch")), "it left readable segments behind"
    assert actions.requeue_stalled(at=timezone.now()) == (), "for a minute it might still be alive"
    assert actions.requeue_stalled(at=timezone.now() + timedelta(seconds=61)) == (video.pk,)
    Video.objects.filter(pk=video.pk).update(source=short_film(tmp_path, video))

    done = actions.process_now(video.pk)

    assert (done.state, done.attempt) == (State.READY, 2)
    assert files_below(tmp_path / "scratch") == set()
    assert {Path(name).parts[1] for name in files_below(tmp_path / "media")} == {done.folder}
    assert watcher.watch(video.pk, "360").frames == 50


def test_a_database_that_drops_the_worker_costs_nothing(tmp_path: Path) -> None:
    film = clips.film(tmp_path / "film.mp4", seconds=3, size="640x360")
    video = actions.import_video(film, title="高支模", by=None, at=timezone.now())
    dropped: list[int] = []

    def drop(percent: int) -> None:
        if not dropped:
            dropped.append(percent)
            with psycopg.connect(database_url()) as other:
                other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processing, "_ROW_EVERY_SECONDS", 0.0)
        done = actions.process_now(video.pk, drop)
    assert dropped
    assert (done.state, done.attempt) == (State.READY, 1)


def worker(video_id: int, data_dir: Path) -> "subprocess.Popen[bytes]":
    """Start a worker of its own on the tests' database and folders."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.config.settings",
        "DATABASE_URL": database_url(),
        "LMS_DATA_DIR": str(data_dir),
    }
    script = WORKER.format(video_id=video_id)
    return subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=Path(__file__).parents[3])


def database_url() -> str:
    known = connection.settings_dict
    place = urlencode({"host": known["HOST"], **({"port": known["PORT"]} if known["PORT"] else {})})
    return f"postgresql://{quote(known['USER'])}:{quote(known['PASSWORD'])}@/{known['NAME']}?{place}"


def short_film(tmp_path: Path, video: Video) -> str:
    """Put a shorter film in the place of the long one, so that the second run is quick; return its name."""
    clips.film(Path(video.source.path), seconds=2, size="640x360", extra=("-f", "mp4"))
    return str(video.source.name)


def wait_until_transcoding(video_id: int) -> None:
    for _ in range(600):
        row = Video.objects.get(pk=video_id)
        if row.state == State.TRANSCODING and row.progress_percent >= 30:
            return
        time.sleep(0.1)
    pytest.fail(f"the worker never came so far: {row.state} {row.progress_percent} %")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def wait_until_gone(pids: list[int]) -> None:
    for _ in range(100):
        if not any(Path(f"/proc/{pid}/exe").exists() for pid in pids):
            return
        time.sleep(0.1)
    pytest.fail("ffmpeg outlived its worker")
