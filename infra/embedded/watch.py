"""Watching over the running house: what dies is named, its last words shown, and it is started again."""

import os
import time
from dataclasses import dataclass
from itertools import count

from infra.embedded import kernel
from infra.embedded.cluster import Cluster
from infra.embedded.process import indent
from infra.embedded.trouble import Trouble

LOOK_SECONDS = 0.2
LOOKS_PER_BURIAL = 50
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
STABLE_SECONDS = 60  # having run so long, it starts again with the shortest pause


@dataclass(slots=True)
class Patient:
    """A process that has died: when to try again, and how long to wait after that."""

    pause: float = FIRST_PAUSE_SECONDS
    due_at: float | None = None


class Watch:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        # Servers first: the application needs them.
        self._names = [server.name for server in cluster.servers.running] + list(cluster.application)
        self._patients = {name: Patient() for name in self._names}

    def until_stopped(self) -> None:
        """Look again and again; left by the exception Stop alone."""
        for turn in count():
            self.look()
            if turn % LOOKS_PER_BURIAL == 0:
                self.bury_adopted()
            time.sleep(LOOK_SECONDS)

    def bury_adopted(self) -> None:
        """Let go of the orphans that came to us and have ended; our own processes are waited for by their names."""
        ours = {self._cluster.process(name).pid for name in self._names}
        for pid in kernel.children_of(os.getpid()) - ours:
            os.waitpid(pid, os.WNOHANG)

    def look(self) -> None:
        now = time.monotonic()
        for name in self._names:
            process, patient = self._cluster.process(name), self._patients[name]
            if process.runs:
                if now - process.started_at > STABLE_SECONDS:
                    patient.pause = FIRST_PAUSE_SECONDS
            elif patient.due_at is None:
                self._announce(name, patient.pause)
                patient.due_at = now + patient.pause
                patient.pause = min(patient.pause * 2, LONGEST_PAUSE_SECONDS)
            elif now >= patient.due_at:
                patient.due_at = None
                self._restart(name)

    def _announce(self, name: str, pause: float) -> None:
        process = self._cluster.process(name)
        say = self._cluster.console.say
        say(f"{name} {process.how_it_ended()}; it is started again in {pause:.1f} s. The end of {process.program.log}:")
        say(indent(process.last_lines()))

    def _restart(self, name: str) -> None:
        try:
            self._cluster.restart(name)
        except Trouble as trouble:
            self._cluster.console.say(str(trouble))
        else:
            self._cluster.console.say(f"{name} was started again.")
