"""A command with a Postgres and a Redis of its own: `python -m infra.embedded exec -- pytest`."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.embedded import kernel
from infra.embedded.console import Silent
from infra.embedded.folder import DataFolder
from infra.embedded.front import Stop, run_guarded
from infra.embedded.servers import Servers
from infra.embedded.trouble import Trouble


def execute(command: list[str], *, data: Path | None, fast_disk: bool) -> int:
    """Run the command with DATABASE_URL and REDIS_URL set; return its exit code. Servers already named are used."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["PATH"] = path
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        try:
            os.execvp(command[0], command)  # noqa: S606 — the caller's own command
        except OSError as error:
            raise Trouble(f"{command[0]} could not be started: {error.strerror}.") from None
    folder = DataFolder(data or Path(tempfile.mkdtemp(prefix="zhuxue-exec-")))
    folder.claim()  # before the fork: guard and supervisor hold it together

    def clean_up() -> None:
        folder.remove_socket_folder()
        if data is None:
            shutil.rmtree(folder.path, ignore_errors=True)

    return run_guarded(lambda: with_servers(command, folder, fast_disk=fast_disk), clean_up)


def with_servers(command: list[str], folder: DataFolder, *, fast_disk: bool) -> int:
    servers = Servers(folder, fast_disk=fast_disk)
    try:
        servers.start(Silent())
        urls = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "LMS_EMBEDDED": "yes"}
        return run(command, {**os.environ, **urls})
    finally:
        servers.stop()


def run(command: list[str], env: dict[str, str]) -> int:
    """Run it to its end; asked to stop, ask it too and wait for it a while. Return 128 + n for an end by signal n."""
    parent = os.getpid()
    try:
        running = subprocess.Popen(
            command,
            env=env,
            preexec_fn=lambda: kernel.die_with_parent(signal.SIGKILL, parent),  # noqa: PLW1509 — see process.py
        )
    except OSError as error:
        raise Trouble(f"{command[0]} could not be started: {error.strerror}.") from None
    try:
        code = running.wait()
    except Stop:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        raise
    return 128 - code if code < 0 else code
