"""The data folder of one installation (DATA_DIR): who uses it, what lies where, and the short folder of its sockets."""

import fcntl
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from infra.embedded.account import Account, give
from infra.embedded.trouble import Trouble

LEAST_FREE_BYTES = 2 * 1024**3
LONGEST_SOCKET_FOLDER = 107 - len("/redis/.s.PGSQL.5432.lock")  # bytes; a unix socket's whole path may have 107


@dataclass(slots=True)
class DataFolder:
    """DATA_DIR and its parts. `claim` before use: two supervisors on one folder would ruin it."""

    path: Path
    _lock: int | None = field(default=None, repr=False)

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def claim(self) -> None:
        """Make the folder if need be and keep it for us until we, and the children that we fork, are gone."""
        if self._lock is not None:
            return
        try:
            for folder in (self.path, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except (FileExistsError, NotADirectoryError):
            raise Trouble(f"DATA_DIR={self.path} is not a folder.") from None
        except PermissionError as error:
            raise Trouble(
                f"{error.filename} belongs to another user: choose another folder, DATA_DIR=…, or run as its owner."
            ) from None
        except OSError as error:
            raise Trouble(f"DATA_DIR={self.path} cannot be used: {error.strerror}.") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(self._lock, 100, 0).decode(errors="replace").strip()
            self.release()
            raise Trouble(
                f"{self.path} is in use by another demo ({owner}): stop it first, or choose another folder, DATA_DIR=…."
            ) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"process {os.getpid()}".encode(), 0)

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def check_space(self, least: int = LEAST_FREE_BYTES) -> None:
        free = shutil.disk_usage(self.path).free
        if free < least:
            sizes = f"Only {free / 1024**3:.1f} GB are free at {self.path}, {least / 1024**3:.0f} GB are needed"
            raise Trouble(f"{sizes}: make room, or choose another folder, DATA_DIR=….")

    def make_socket_folder(self, account: Account | None) -> Path:
        """Return a new short folder, closed to others, with room for sockets of ours and of the account.

        What an earlier run left is removed first: it is named in the data folder.
        """
        self.remove_socket_folder()
        for base in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/run"):  # noqa: S108 — made by mkdtemp
            if len(base) + len("/zhuxue-12345678") > LONGEST_SOCKET_FOLDER or not opens_for_all(Path(base), account):
                continue
            try:
                folder = Path(tempfile.mkdtemp(prefix="zhuxue-", dir=base))
            except OSError:
                continue
            (self.run / "sockets").write_text(str(folder), encoding="utf-8")
            if account is not None:
                folder.chmod(0o711)  # the account must pass through; each part below is closed
            return folder
        raise Trouble(
            "No short folder for sockets could be made in /tmp, /var/tmp or /run: set TMPDIR to a writable one."
        )

    def remove_socket_folder(self) -> None:
        note = self.run / "sockets"
        try:
            folder = Path(note.read_text(encoding="utf-8"))
        except OSError:
            return
        if folder.name.startswith("zhuxue-") and folder.is_dir() and folder.stat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


def opens_for_all(folder: Path, account: Account | None) -> bool:
    """Tell whether the account can pass through a folder and its parents. Without an account it is ours, and opens."""
    if account is None:
        return True
    return all(place.exists() and place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def private_part(folder: Path, name: str, account: Account | None) -> Path:
    """Make a sub-folder that only the account (or we, without one) may enter."""
    part = folder / name
    part.mkdir(mode=0o700, exist_ok=True)
    give(part, account)
    return part
