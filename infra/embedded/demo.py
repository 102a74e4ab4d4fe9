"""`make demo`: from an empty data folder to a house that answers, and back to nothing at Ctrl-C."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from infra.embedded import programs
from infra.embedded.cluster import Cluster
from infra.embedded.console import Console
from infra.embedded.front import Stop, run_guarded
from infra.embedded.trouble import Trouble
from infra.embedded.watch import Watch

STEPS = 9
INSTALLED = programs.ROOT / ".venv" / "installed.json"  # written by setup
READY_SECONDS = 180


def demo(*, data: Path, port: int) -> int:
    """Run the demo until somebody stops it; return the exit code."""
    console = Console(STEPS)
    cluster = Cluster(data=data, port=port, own_servers=False, corner=False, console=console)
    with console.step("Checking the port, the disk and the data folder"):
        programs.check_port(port)
        cluster.folder.claim()  # before the fork: guard and supervisor hold it together
        cluster.folder.check_space()
        console.detail(f"data in {data}")
    return run_guarded(lambda: supervise(cluster), cluster.folder.remove_socket_folder)


def supervise(cluster: Cluster) -> int:
    console = cluster.console
    started = time.monotonic()
    try:
        accounts = start(cluster)
        console.say(f"\nREADY {cluster.url}/  (after {time.monotonic() - started:.0f} s; Ctrl-C stops it)\n")
        for line in accounts:
            console.say(line)
        Watch(cluster).until_stopped()
    except Stop as stop:
        console.say(f"\nStopping ({stop}) …")
    finally:
        began = time.monotonic()
        cluster.stop()
        console.detail(f"all stopped in {time.monotonic() - began:.1f} s")
    return 0


def start(cluster: Cluster) -> list[str]:
    """Start everything and wait until it answers; return what is to be said of the accounts."""
    console = cluster.console
    cluster.start_servers()
    static = begin_static(cluster)  # meanwhile: it needs no table
    with console.step("Tables"):
        migrate(cluster)
    with console.step("Static files"):
        static()
    with console.step("Demo data"):
        cluster.manage("load_demo", on_line=console.detail)
    with console.step("Web, worker, beat and the log's sequencer"):
        cluster.start_application()
        # Each takes seconds to load the application: they do so together.
        round_trip = cluster.begin("celery_round_trip", "--timeout", str(READY_SECONDS))
        accounts = cluster.begin("demo_accounts")
    with console.step("Waiting until HTTP and a WebSocket answer"):
        try:
            cluster.wait_ready(READY_SECONDS)
        except TimeoutError as error:
            raise Trouble(str(error)) from None
    with console.step("Waiting until a task has gone to the worker and back"):
        round_trip.finish(console.detail)
    return accounts.finish()


def migrate(cluster: Cluster) -> None:
    """Bring the tables up to date. Our own database remembers by which code it was: loading the application takes long."""
    now = state_of(INSTALLED, "**/*.py")
    ours = cluster.servers.embedded_postgres
    if ours and ours.remark == now:
        cluster.console.detail("unchanged")
        return
    applied = 0

    def count(line: str) -> None:
        nonlocal applied
        if line.strip().startswith("Applying"):
            applied += 1
            cluster.console.progress(f"{applied} migrations applied")

    cluster.manage("migrate", "--noinput", on_line=count)
    if ours:
        ours.remark = now
    cluster.console.detail(f"{applied} migrations applied, none is left")


def begin_static(cluster: Cluster) -> Callable[[], None]:
    """Start to collect them, unless none has changed since the last time; return what finishes it.

    Hashing all of Wagtail's takes seconds.
    """
    stamp = cluster.folder.run / "static"
    now = state_of(INSTALLED, "**/static/**/*")
    manifest = cluster.folder.path / "static" / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == now:
        return lambda: cluster.console.detail("unchanged")
    stamp.unlink(missing_ok=True)
    command = cluster.begin("collectstatic", "--noinput", "--verbosity", "0")

    def finish() -> None:
        command.finish()
        stamp.write_text(now, encoding="ascii")

    return finish


def state_of(installed: Path, pattern: str) -> str:
    """Return a digest that changes with the files of ours that match, and with the installed packages."""
    digest = hashlib.sha256(installed.read_bytes() if installed.exists() else b"")
    for top in ("lms", "content", "player", "proctoring", "analytics"):
        for path in sorted((programs.ROOT / top).glob(pattern)):
            facts = path.stat()
            digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
