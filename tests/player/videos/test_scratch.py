"""Folders for half-done work: always removed, by their owner or, after his death, by the next."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from player.videos.scratch import scratch_folder
from tests.player.videos.conftest import files_below


def root() -> Path:
    return Path(settings.VIDEO_SCRATCH_DIR)


def test_the_folder_goes_with_all_that_is_in_it() -> None:
    with scratch_folder() as folder:
        (folder / "720").mkdir()
        (folder / "720" / "00000.ts").write_bytes(b"readable")
        assert folder.stat().st_mode & 0o077 == 0
    assert files_below(root()) == set()


def test_it_goes_after_an_error_too() -> None:
    with pytest.raises(RuntimeError), scratch_folder() as folder:
        (folder / "x").write_bytes(b"x")
        raise RuntimeError
    assert files_below(root()) == set()


def test_living_neighbours_are_left_alone() -> None:
    with scratch_folder() as first, scratch_folder() as second:
        (first / "x").write_bytes(b"x")
        assert first != second
        assert (first / "x").exists()


def test_what_a_killed_worker_left_is_swept_by_the_next() -> None:
    held = root() / "deadbeef"
    held.mkdir(parents=True)
    (held / "00000.ts").write_bytes(b"readable")
    script = (
        "import fcntl, os, sys, time\n"
        f"fd = os.open({str(held / '.held')!r}, os.O_CREAT | os.O_RDWR)\n"
        "fcntl.flock(fd, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        with scratch_folder():
            assert held.exists(), "its owner lives"
        worker.kill()
        worker.wait()
    with scratch_folder():
        assert not held.exists()
