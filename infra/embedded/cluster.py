"""The whole house as one object: for the demo, and for tests that need the real processes.

with Cluster(data=tmp_path) as cluster:
    cluster.manage("load_demo")
    cluster.start_application()
    cluster.wait_ready()
    cluster.kill("web"); cluster.restart("web"); cluster.wait_ready()
"""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.embedded import keys, payments, postgres, probes, programs
from infra.embedded.console import Console, Silent
from infra.embedded.folder import DataFolder
from infra.embedded.management import Command
from infra.embedded.process import Process
from infra.embedded.servers import Servers

KILL_SECONDS = 10


class Cluster:
    """Postgres, Redis, the application and simulated payments on one data folder and one port (free, unless given).

    own_servers: embedded ones, whatever the environment names: for tests that kill them. corner: of the operator's
    servers, when the environment names some, a database of our own, removed at the end: for all other tests
    (`own_servers=not operator_named_servers()`). Start and stop it in a thread that lives as long as it does.
    """

    def __init__(
        self,
        *,
        data: Path,
        port: int | None = None,
        own_servers: bool = True,
        corner: bool = True,
        fast_disk: bool = False,
        env: Mapping[str, str] | None = None,
        console: Console | None = None,
    ) -> None:
        self.folder = DataFolder(data)
        self.port = port or programs.free_port()
        self.console = console or Silent()
        self.servers = Servers(self.folder, ours=own_servers, corner=corner, fast_disk=fast_disk)
        self.application: dict[str, Process] = {}
        self._more = dict(env or {})
        self._keys: dict[str, str] = {}
        self._payments: dict[str, str] = {}
        self._commands: list[Command] = []

    @property
    def url(self) -> str:
        return f"http://{programs.HOST}:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What the application's processes are told; valid once the servers run."""
        return programs.environment(
            self.folder,
            port=self.port,
            database_url=self.servers.database_url,
            redis_url=self.servers.redis_url,
            more={**self._keys, **self._payments, **self._more},
        )

    def __enter__(self) -> Self:
        """Start the servers and bring the tables and static files up to date; the application is not started yet."""
        try:
            self.start_servers()
            self.manage("migrate", "--noinput", "--verbosity", "0")
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start_servers(self) -> None:
        self.folder.claim()
        self._keys = keys.environment(self.folder.keys, data_exists=postgres.is_made(self.folder.postgres))
        self._payments = payments.environment(self.folder)
        self.servers.start(self.console)

    def start_application(self, *names: str) -> None:
        """Start the programs of the application, or those named of them; payments only where they are simulated."""
        all_of_them = programs.APPLICATION if self._payments else programs.APPLICATION[1:]
        for name in names or all_of_them:
            process = Process(programs.application(name, self.folder, self.env, self.port))
            self.application[name] = process
            process.start()

    def manage(self, *arguments: str, on_line: Callable[[str], None] | None = None) -> list[str]:
        """Run a management command in the cluster's environment; return the lines it printed. Raises Trouble."""
        return self.begin(*arguments).finish(on_line)

    def begin(self, *arguments: str) -> Command:
        """Start a management command; the caller finishes it. What is unfinished ends with the cluster."""
        command = Command(arguments, self.folder.log(arguments[0]), self.env)
        self._commands.append(command)
        return command

    def process(self, name: str) -> Process:
        if name in self.application:
            return self.application[name]
        process = self.servers.get(name).process
        assert process is not None  # noqa: S101 — a server is listed once it has been started
        return process

    def kill(self, name: str, which: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a process (and to nothing that it has started); after SIGKILL, wait until it is dead."""
        process = self.process(name)
        process.send(which)
        if which == signal.SIGKILL:
            process.wait(KILL_SECONDS)

    def restart(self, name: str) -> None:
        """Start a process again, ended first if it still runs. A server answers when this returns."""
        process = self.process(name)
        if process.runs:
            process.stop()
        else:
            process.end_family()
        if name in self.application:
            process.start()
        else:
            self.servers.get(name).start()

    def wait_ready(self, seconds: float = 60, *, socket: bool = True) -> None:
        """Wait until HTTP and a WebSocket answer. Raises Trouble at once when a process does not stay, TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for process in self.application.values():
                if not process.runs:
                    raise process.dead()
            if probes.http_answers(programs.HOST, self.port) and (
                not socket or probes.socket_answers(programs.HOST, self.port)
            ):
                return
            time.sleep(0.1)
        log = self.folder.log("web")
        raise TimeoutError(f"{self.url} was not ready within {seconds:.0f} s; its log is {log}")

    def stop(self) -> None:
        """Stop everything in the reverse order of its start, in a bounded time. Leaves no process."""
        for command in self._commands:
            command.end()
        for name, process in reversed(self.application.items()):
            self._stop_one(name, process.stop)
        for server in reversed(self.servers.running):
            self._stop_one(server.name, server.stop)
        self.servers.stop()
        self.folder.release()

    def _stop_one(self, name: str, stop: Callable[[], None]) -> None:
        began = time.monotonic()
        stop()
        self.console.detail(f"{name} stopped in {time.monotonic() - began:.1f} s")


def operator_named_servers() -> bool:
    """Tell whether the environment names servers of the operator's, not those of `infra.embedded exec`."""
    named = os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")
    return bool(named) and os.environ.get("LMS_EMBEDDED") != "yes"
