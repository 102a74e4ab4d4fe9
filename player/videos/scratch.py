"""Folders for half-done work. Each is held by a lock that dies with its owner, so that what a killed worker left is
told from what a living one uses.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings

_DOOR = ".door"  # held while folders come and go, so that no sweep sees one between its making and its locking
_HELD = ".held"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend an empty folder that only we can read, and remove it with all that is in it, whatever happens.

    Removes first whatever owners that were killed have left.
    """
    root = Path(settings.VIDEO_SCRATCH_DIR)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(root / _DOOR):
        _sweep(root)
        folder = root / uuid4().hex
        folder.mkdir(mode=0o700)
        held = os.open(folder / _HELD, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def free_bytes() -> int:
    """Return how much room is left where the work is done."""
    root = Path(settings.VIDEO_SCRATCH_DIR)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return shutil.disk_usage(root).free


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        held = os.open(folder / _HELD, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(held)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    fd = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
