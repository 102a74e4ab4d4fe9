"""The two servers that the application stands on: the embedded ones, or those of DATABASE_URL and REDIS_URL."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import psycopg
import redis

from infra.embedded import account, scratch
from infra.embedded.console import Console
from infra.embedded.folder import DataFolder
from infra.embedded.postgres import Postgres
from infra.embedded.process import Process
from infra.embedded.redis import Redis
from infra.embedded.trouble import Trouble

ANSWER_SECONDS = 10
OLDEST_POSTGRES = 15


class Server(Protocol):
    process: Process | None

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Servers:
    """Postgres and Redis for one data folder.

    ours: embedded even when the environment names others. corner: of servers that the environment names, a database
    and a number of Redis of our own, removed at the end.
    """

    def __init__(
        self, folder: DataFolder, *, ours: bool = False, corner: bool = False, fast_disk: bool = False
    ) -> None:
        self._folder = folder
        self._fast_disk = fast_disk
        self._sockets: Path | None = None
        self.database_url = "" if ours else os.environ.get("DATABASE_URL", "")
        self.redis_url = "" if ours else os.environ.get("REDIS_URL", "")
        self.running: list[Server] = []
        self._corner = corner
        self._undo: list[Callable[[], None]] = []

    def start(self, console: Console) -> None:
        """Start what the environment does not name, Postgres first."""
        who = None
        if not (self.database_url and self.redis_url):
            who = account.for_servers(self._folder.postgres)
            self._sockets = self._folder.make_socket_folder(who)
        with console.step("Postgres 18"):
            if self.database_url:
                ask_database(self.database_url)
                self._take_corner_of_postgres()
                console.detail("the server of DATABASE_URL is used")
            else:
                made = (self._folder.postgres / "PG_VERSION").exists()
                console.detail("the database is taken up again" if made else "a new database is made")
                self.database_url = self._start(
                    Postgres(self._folder, self._socket_folder(), who, fast_disk=self._fast_disk)
                )
        with console.step("Redis"):
            if self.redis_url:
                ask_redis(self.redis_url)
                self._take_corner_of_redis()
                console.detail("the server of REDIS_URL is used")
            else:
                self.redis_url = self._start(Redis(self._folder, self._socket_folder(), who))

    def stop(self) -> None:
        while self._undo:
            self._undo.pop()()
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

    def _take_corner_of_postgres(self) -> None:
        if self._corner:
            url = self.database_url
            self.database_url = made = scratch.make_database(url)
            self._undo.append(lambda: scratch.drop_database(url, made))

    def _take_corner_of_redis(self) -> None:
        if self._corner:
            self.redis_url = made = scratch.empty_redis(self.redis_url)
            self._undo.append(lambda: scratch.flush_redis(made))

    def _start(self, server: Server) -> str:
        self.running.append(server)
        server.start()
        return server.url

    def _socket_folder(self) -> Path:
        assert self._sockets is not None  # noqa: S101 — made above whenever a server is ours
        return self._sockets


def ask_database(url: str) -> None:
    """Raise Trouble when the operator's server does not answer, or is too old. Its address stays unsaid: it holds a password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise Trouble("The server of DATABASE_URL cannot be used: the address must begin with postgresql://.")
    try:
        with psycopg.connect(url, connect_timeout=ANSWER_SECONDS) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise Trouble(f"The server of DATABASE_URL cannot be used: {first_line(error)}") from None
    if version < OLDEST_POSTGRES:
        raise Trouble(f"The server of DATABASE_URL is Postgres {version}; {OLDEST_POSTGRES} or later is needed.")


def ask_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Trouble(f"The server of REDIS_URL cannot be used: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
