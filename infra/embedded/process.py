"""One supervised process: started with a log of its own, stopped in a bounded time with everything it has started."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.embedded import kernel
from infra.embedded.account import Account
from infra.embedded.trouble import Trouble

MAX_LOG_BYTES = 10 * 1024**2


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to end it.

    stop_signals: sent in turn, each with its seconds of patience; SIGKILL follows.
    orphan_signal: what it gets from the kernel when we are gone.
    """

    name: str
    command: tuple[str | Path, ...]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    account: Account | None = None
    pass_fds: tuple[int, ...] = ()
    stop_signals: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10),)
    orphan_signal: signal.Signals = signal.SIGKILL


@dataclass(slots=True)
class Process:
    """A running program. To be started by a thread that outlives it: the kernel ties it to that thread."""

    program: Program
    started_at: float = 0.0
    _popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._popen.pid

    def start(self) -> None:
        program, parent = self.program, os.getpid()
        who = program.account
        begin_log(program.log)
        with program.log.open("ab") as log:
            self._popen = subprocess.Popen(
                [str(part) for part in program.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=program.cwd,
                env=dict(program.env),
                start_new_session=True,  # a Ctrl-C at the terminal reaches us alone: we stop them in order
                user=who.uid if who else None,
                group=who.gid if who else None,
                extra_groups=() if who else None,
                pass_fds=program.pass_fds,
                # The call runs between fork and exec, after the change of user, and touches nothing but prctl.
                preexec_fn=lambda: kernel.die_with_parent(program.orphan_signal, parent),  # noqa: PLW1509
            )
        self.started_at = time.monotonic()

    def poll(self) -> int | None:
        """Return None while it runs, else its exit code: negative for a signal."""
        return None if self._popen is None else self._popen.poll()

    @property
    def runs(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def send(self, which: signal.Signals) -> None:
        if self.runs:
            kernel.send(self.pid, which)

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; tell whether it has."""
        if self._popen is None:
            return True
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End it as the program asks, then by force, then whatever it has left behind."""
        if self._popen is None:
            return
        family = kernel.family_of(self.pid)
        for which, patience in self.program.stop_signals:
            self.send(which)
            if self.wait(patience):
                break
        self.send(signal.SIGKILL)
        self._popen.wait()
        self.end_family(family)

    def end_family(self, known: set[int] = frozenset()) -> None:  # type: ignore[assignment]  # an empty set that nobody fills
        """Kill what is left of the session, and of the `known` descendants that moved to sessions of their own."""
        for pid in kernel.family_of(self.pid) | {pid for pid in known if kernel.is_alive(pid)}:
            kernel.send(pid, signal.SIGKILL)

    def last_lines(self, count: int = 8) -> str:
        return last_lines(self.program.log, count)

    def how_it_ended(self) -> str:
        code = self.poll()
        if code is None:
            return "still runs"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def dead(self) -> Trouble:
        """Return the sentence, with the end of the log, for a program that did not stay."""
        return Trouble(
            f"{self.name} {self.how_it_ended()}; the end of {self.program.log}:\n{indent(self.last_lines())}"
        )


def begin_log(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


def last_lines(log: Path, count: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 20_000))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return "(nothing)"
    return "\n".join(text.splitlines()[-count:]) or "(nothing)"


def indent(text: str) -> str:
    return "\n".join(f"      | {line}" for line in text.splitlines())
