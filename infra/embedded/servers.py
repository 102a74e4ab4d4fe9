"""The two servers that the application stands on: the embedded ones, or those of DATABASE_URL and REDIS_URL."""

import os
import shutil
from pathlib import Path
from typing import Protocol

from infra.embedded import account
from infra.embedded.console import Console
from infra.embedded.folder import DataFolder
from infra.embedded.postgres import Postgres
from infra.embedded.process import Process
from infra.embedded.redis import Redis
from infra.embedded.trouble import Trouble


class Server(Protocol):
    process: Process | None

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Servers:
    """Postgres and Redis for one data folder. `ours`: embedded even when the environment names others."""

    def __init__(self, folder: DataFolder, *, ours: bool = False, fast_disk: bool = False) -> None:
        self._folder = folder
        self._fast_disk = fast_disk
        self._sockets: Path | None = None
        self.database_url = "" if ours else os.environ.get("DATABASE_URL", "")
        self.redis_url = "" if ours else os.environ.get("REDIS_URL", "")
        self.running: list[Server] = []

    def start(self, console: Console) -> None:
        """Start what the environment does not name, Postgres first."""
        who = None
        if not (self.database_url and self.redis_url):
            who = account.for_servers()
            self._sockets = self._folder.make_socket_folder(who)
        with console.step("Postgres 18"):
            if self.database_url:
                console.detail("the server of DATABASE_URL is used")
            else:
                made = (self._folder.postgres / "PG_VERSION").exists()
                console.detail("the database is taken up again" if made else "a new database is made")
                self.database_url = self._start(
                    Postgres(self._folder, self._socket_folder(), who, fast_disk=self._fast_disk)
                )
        with console.step("Redis"):
            if self.redis_url:
                console.detail("the server of REDIS_URL is used")
            else:
                self.redis_url = self._start(Redis(self._folder, self._socket_folder(), who))

    def stop(self) -> None:
        for server in reversed(self.running):
            server.stop()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._folder.remove_socket_folder()

    @property
    def embedded_postgres(self) -> Postgres | None:
        return next((server for server in self.running if isinstance(server, Postgres)), None)

    def get(self, name: str) -> Server:
        for server in self.running:
            if server.name == name:
                return server
        raise Trouble(f"{name} is not a server of ours: it cannot be restarted or killed from here.")

    def _start(self, server: Server) -> str:
        self.running.append(server)
        server.start()
        return server.url

    def _socket_folder(self) -> Path:
        assert self._sockets is not None  # noqa: S101 — made above whenever a server is ours
        return self._sockets
