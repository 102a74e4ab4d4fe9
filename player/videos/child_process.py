"""Runs a confined program to its end, and kills it and its children if it takes too long or is no longer wanted."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from player.videos.confined import Confinement

_STDERR_KEPT_BYTES = 8192
_TICK_SECONDS = 0.5
_LAUNCHER = Path(__file__).with_name("confined.py")
# What programs need to start at all. Nothing of ours lies here.
SYSTEM_PATHS = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/dev/null",
    "/dev/urandom",
    "/sys/devices/system/cpu",
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one program may use. wall_seconds: after that its whole group is killed."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    readable: tuple[str, ...]
    writable: tuple[str, ...] = ()
    nice: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended. exit_code: negative = the signal that killed it. errors: the tail of its standard error."""

    exit_code: int
    seconds: float
    timed_out: bool
    errors: str


@dataclass(slots=True)
class _Output:
    """Bytes of one pipe: whole lines go to `on_line`, the last kilobytes are kept."""

    on_line: Callable[[str], None] | None = None
    kept: bytearray = field(default_factory=bytearray)
    _rest: bytes = b""

    def take(self, chunk: bytes) -> None:
        self.kept += chunk
        del self.kept[:-_STDERR_KEPT_BYTES]
        if self.on_line is not None:
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            self._rest = self._rest[-_STDERR_KEPT_BYTES:]
            for line in lines:
                self.on_line(line.decode("utf-8", "replace").strip())


def run_confined(
    command: Sequence[str],
    allowance: Allowance,
    *,
    folder: Path,
    on_line: Callable[[str], None] | None = None,
    on_tick: Callable[[], None] | None = None,
) -> Ended:
    """Run a program in `folder` and return how it ended.

    on_line: each line of its standard output. on_tick: about twice a second; what it raises ends the program and is
    passed on.
    """
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 — no shell; the program is ours to choose, and the file's name is made by us
        _launch(command, allowance),
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        },  # no secret of ours reaches a program that reads strangers' files
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    errors = _Output()
    try:
        _watched(process, _Output(on_line), errors, on_tick, until=started + allowance.wall_seconds)
        timed_out = False
    except subprocess.TimeoutExpired:
        timed_out = True
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        exit_code = process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    return Ended(exit_code, time.monotonic() - started, timed_out, errors.kept.decode("utf-8", "replace"))


def _launch(command: Sequence[str], allowance: Allowance) -> list[str]:
    confinement = Confinement(
        parent=os.getpid(),
        memory_bytes=allowance.memory_bytes,
        cpu_seconds=allowance.cpu_seconds,
        file_bytes=allowance.file_bytes,
        nice=allowance.nice,
        readable=[*SYSTEM_PATHS, *allowance.readable],
        writable=list(allowance.writable),
    )
    return [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(confinement), *command]


def _watched(
    process: subprocess.Popen[bytes],
    output: _Output,
    errors: _Output,
    on_tick: Callable[[], None] | None,
    *,
    until: float,
) -> None:
    """Read both pipes until they close and the program has ended. Raises TimeoutExpired at `until` (monotonic)."""
    with selectors.DefaultSelector() as selector:
        _watch(selector, process.stdout, output)
        _watch(selector, process.stderr, errors)
        tick_at = time.monotonic() + _TICK_SECONDS
        while selector.get_map():
            now = time.monotonic()
            if now > until:
                raise subprocess.TimeoutExpired(process.args, now)
            if on_tick is not None and now >= tick_at:
                tick_at = now + _TICK_SECONDS
                on_tick()
            _read_what_is_there(selector)
    # A program may close its pipes and live on.
    process.wait(timeout=max(0.1, until - time.monotonic()))


def _read_what_is_there(selector: selectors.BaseSelector) -> None:
    for key, _ in selector.select(timeout=_TICK_SECONDS):
        chunk = os.read(key.fd, 65536)
        if chunk:
            key.data.take(chunk)
        else:
            selector.unregister(key.fileobj)


def _watch(selector: selectors.BaseSelector, pipe: IO[bytes] | None, output: _Output) -> None:
    if pipe is None:
        raise RuntimeError("started without pipes")
    selector.register(pipe, selectors.EVENT_READ, output)
