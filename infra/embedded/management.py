"""Management commands of the application, run as processes of ours: one after the other, or several at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.embedded import kernel
from infra.embedded.process import begin_log, indent, last_lines
from infra.embedded.programs import ROOT
from infra.embedded.trouble import Trouble


class Command:
    """A command that has been started; `finish` waits for it. What it prints is kept in the log, with what it logs."""

    def __init__(self, arguments: tuple[str, ...], log: Path, env: Mapping[str, str]) -> None:
        parent = os.getpid()
        self._title = f"manage.py {' '.join(arguments)}"
        self._path = log
        begin_log(log)
        self._log = log.open("a", encoding="utf-8")
        self._running = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            preexec_fn=lambda: kernel.die_with_parent(signal.SIGKILL, parent),  # noqa: PLW1509 — see process.py
        )

    def finish(self, on_line: Callable[[str], None] | None = None) -> list[str]:
        """Return the lines it printed, which `on_line` sees as they come. Raises Trouble with the end of the log."""
        lines = []
        try:
            for line in self._running.stdout or ():
                lines.append(line.rstrip("\n"))
                self._log.write(line)
                self._log.flush()
                if on_line:
                    on_line(lines[-1])
            self._running.wait()
        finally:
            self.end()
        if self._running.returncode != 0:
            raise Trouble(f"{self._title} failed; the end of {self._path}:\n{indent(last_lines(self._path, 12))}")
        return lines

    def end(self) -> None:
        """End it, with everything it has started, if it still runs."""
        family = kernel.family_of(self._running.pid)
        if self._running.poll() is None:
            family.add(self._running.pid)
        for pid in family:
            kernel.send(pid, signal.SIGKILL)
        self._running.wait()
        if self._running.stdout:
            self._running.stdout.close()
        self._log.close()
