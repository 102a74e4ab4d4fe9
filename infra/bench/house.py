"""The servers that rows measure: embedded Postgres and Redis on a real disk, gunicorn and Daphne as in production.

One house serves all rows of a run. Each row gets a database of its own, copied from one that was migrated once.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from infra.embedded import kernel, probes, programs
from infra.embedded.cluster import Cluster
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

SETTINGS = "infra.bench.product.settings"
READY_SECONDS = 60


class House:
    """Postgres, Redis and whatever a row starts on them. Traffic goes to 127.0.0.1 alone."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder = folder / f"house-{_digest_of_migrations()}"
        self._say = say
        self._cluster = Cluster(data=self._folder)
        self._started: list[Process] = []
        self._made: list[str] = []

    def start(self) -> None:
        """Start the servers; the first time for these migrations, make the database that rows copy."""
        for old in self._folder.parent.glob("house-*"):
            if old != self._folder:
                shutil.rmtree(old, ignore_errors=True)
        self._say("starting Postgres and Redis, migrating")
        self._cluster.__enter__()
        self._clear_databases()

    def stop(self) -> None:
        self.stop_processes()
        self._clear_databases()
        self._cluster.stop()

    def stop_processes(self) -> None:
        """End what the last row has started."""
        while self._started:
            self._started.pop().stop()

    def fresh_database(self, name: str, *, migrated: bool = True) -> str:
        """Make a database, with the product's tables or (for a peer) with none; return its address.

        One of the same name is replaced.
        """
        name, template = f"bench_{name}", "zhuxue" if migrated else "template0"
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            connection.execute(made)
        return self._database(name)

    def settings_of_postgres(self) -> dict[str, str]:
        names = (
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_sync_method",
            "shared_buffers",
        )
        with psycopg.connect(self._cluster.servers.database_url) as connection:
            rows = connection.execute("SELECT name, setting, unit FROM pg_settings WHERE name = ANY(%s)", [list(names)])
            return {name: setting + (f" × {unit}" if unit else "") for name, setting, unit in rows.fetchall()}

    def env(self, database_url: str, **more: str) -> dict[str, str]:
        """What the product's processes are told: the settings of an installation, but for HTTPS and our views beside it."""
        return {
            **self._cluster.env,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "LMS_DEMO": "no",
            "LMS_HTTPS": "no",
            "LMS_LOG_LEVEL": "WARNING",
            **more,
        }

    def gunicorn(self, env: Mapping[str, str]) -> "Web":
        """Start HTTP as the runbook says. Workers are not recycled, which would be the noise of another Django starting."""
        port = programs.free_port()
        command = (sys.executable, "-m", "gunicorn", "-c", "infra/gunicorn.conf.py", "--max-requests", "0")
        told = {**env, "LMS_HTTP_BIND": f"{programs.HOST}:{port}"}
        return self._serve("gunicorn", command, told, port, lambda: probes.http_answers(programs.HOST, port))

    def daphne(self, env: Mapping[str, str]) -> "Web":
        """Start sockets as the runbook says, on a port instead of a file; `/bench/echo` is there beside the product's."""
        port = programs.free_port()
        address = ("-b", programs.HOST, "-p", str(port))
        command = (
            sys.executable,
            *programs.SOCKETS,
            *address,
            "--proxy-headers",
            "infra.bench.product.asgi:application",
        )
        return self._serve("daphne", command, env, port, lambda: probes.socket_answers(programs.HOST, port))

    def faces(self, env: Mapping[str, str], *, processes: int) -> Process:
        """Start the workers that look at faces, as the runbook says."""
        command = (sys.executable, "-m", "celery", "-A", "lms.config.celery", "worker", "-Q", "faces", "-c", str(processes),
                   "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat")  # fmt: skip
        log = self._folder / "logs" / "faces.log"
        process = Process(Program(name="faces", command=command, log=log, env=env, cwd=programs.ROOT))
        self._started.append(process)
        process.start()
        return process

    def processor_seconds(self) -> float:
        """Return what Postgres, Redis and all that was started have used of the processors until now."""
        servers = [server.process for server in self._cluster.servers.running]
        roots = [one.pid for one in (*servers, *self._started) if one is not None]
        family = {pid for root in roots for pid in (root, *kernel.family_of(root))}
        return sum(kernel.processor_seconds_of(pid) for pid in family)

    def run_inside(self, module: str, env: Mapping[str, str], **asked: object) -> Any:
        """Run `infra.bench.product.<module>` to its end; return what it gave back. Its other lines are shown."""
        return self._run(("-m", f"infra.bench.product.{module}", json.dumps(asked)), env, module)

    def _run(self, arguments: Sequence[str], env: Mapping[str, str], name: str) -> Any:
        log = self._folder / "logs" / f"{name}.log"
        parent = os.getpid()
        with (
            log.open("a", encoding="utf-8") as errors,
            subprocess.Popen(
                [sys.executable, *arguments],
                cwd=programs.ROOT,
                env=dict(env),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                preexec_fn=lambda: kernel.die_with_parent(signal.SIGKILL, parent),  # noqa: PLW1509 — see embedded.process
            ) as running,
        ):
            given = None
            for line in running.stdout or ():
                if line.startswith("RESULT "):
                    given = json.loads(line.removeprefix("RESULT "))
                else:
                    self._say(line.rstrip("\n"))
        if running.returncode != 0 or given is None:
            raise Trouble(f"{name} ended with code {running.returncode}; its log is {log}")
        return given

    def _serve(
        self, name: str, command: tuple[str, ...], env: Mapping[str, str], port: int, answers: Callable[[], bool]
    ) -> "Web":
        log = self._folder / "logs" / f"{name}.log"
        process = Process(Program(name=name, command=command, log=log, env=env, cwd=programs.ROOT))
        self._started.append(process)
        process.start()
        web = Web(process, port, answers)
        web.wait_ready()
        return web

    def _database(self, name: str) -> str:
        return self._cluster.servers.database_url.replace("/zhuxue?", f"/{name}?")

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self._database("postgres"), autocommit=True)

    def _clear_databases(self) -> None:
        with self._admin() as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'").fetchall()
            for (name,) in found:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Web:
    """A web process on a port of 127.0.0.1."""

    def __init__(self, process: Process, port: int, answers: Callable[[], bool]) -> None:
        self.process, self.port, self.answers = process, port, answers

    @property
    def family(self) -> set[int]:
        """The process and all it has started."""
        return {self.process.pid, *kernel.family_of(self.process.pid)}

    def wait_ready(self) -> None:
        """Wait until it answers. Raises Trouble when it does not stay, or stays silent."""
        end = time.monotonic() + READY_SECONDS
        while not self.answers():
            if not self.process.runs:
                raise self.process.dead()
            if time.monotonic() > end:
                name, log = self.process.name, self.process.program.log
                raise Trouble(f"{name} did not answer within {READY_SECONDS} s; its log is {log}")
            time.sleep(0.1)


def _digest_of_migrations() -> str:
    """Name the tables by what made them: another branch's database is not taken for ours."""
    digest = hashlib.sha256()
    for path in sorted(programs.ROOT.glob("*/**/migrations/*.py")):
        if ".venv" not in path.parts and "var" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
