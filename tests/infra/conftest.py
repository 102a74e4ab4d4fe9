"""Running the supervisor as a newcomer does, and finding whatever it leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.embedded import kernel

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Supervisor:
    """Starts `python -m infra.embedded …`, and remembers every process that it has seen below."""

    seen: dict[int, str | None] = field(default_factory=dict)  # process number → when it started
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        servers = {"DATABASE_URL", "REDIS_URL", "LMS_EMBEDDED", "MAKELEVEL"}
        env = {key: value for key, value in os.environ.items() if key not in servers}
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.embedded", *arguments],
            cwd=ROOT,
            env={**env, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def said(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Run it to its end; return its exit code and what it printed."""
        process = self.start(*arguments, **settings)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def family(self) -> set[int]:
        """Return the living processes of those started here, and of all that was ever seen below them."""
        for process in self.started:
            below = kernel.family_of(process.pid) | {process.pid}
            self.seen.update({pid: kernel.started_at(pid) for pid in below if pid not in self.seen})
        return {pid for pid, since in self.seen.items() if kernel.is_alive(pid) and kernel.started_at(pid) == since}

    def names(self) -> set[str]:
        return {kernel.name_of(pid) for pid in self.family()}

    def end(self) -> None:
        for pid in self.family():
            kernel.send(pid, signal.SIGKILL)
        while self.started:
            self.started.pop().communicate()


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.end()
