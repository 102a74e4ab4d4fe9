"""Ralph, a learning record store of its own, beside ours: started as its documentation says, with statements in a file.

with Ralph(folder) as ralph:
    ralph.empty(); … POST /xAPI/statements/ on ralph.port with ralph.headers …; ralph.stored()

Its other stores need a server that is not on this machine. Of the file store one line is changed: as released it refuses
to write to a file that is there already, so that a second request would fail.
"""

import json
import os
import subprocess
from base64 import b64encode
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.bench import peers
from infra.bench.house import Web
from infra.embedded import probes, programs
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

PACKAGES = ("ralph-malph[full]",)
PATH = "/xAPI/statements/"
_USER = "bench"
_PASSWORD = "only-for-benches"  # noqa: S105 — of a store that exists for a minute
_SERVE = (
    "import sys, uvicorn; from ralph.backends.data import fs; from ralph.backends.data.base import BaseOperationType;"
    "fs.FSDataBackend.default_operation_type = BaseOperationType.APPEND;"
    "uvicorn.run('ralph.api:app', host=sys.argv[1], port=int(sys.argv[2]), log_level='error')"
)


class Ralph:
    """One installation in a folder of its own, one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._home = folder / "ralph"
        self._file = self._home / "data" / "fs_lrs.jsonl"
        self._process: Process | None = None
        self.port = 0
        self.version = ""

    def __enter__(self) -> Self:
        """Install it if need be, give the bench a password, start its server. Raises NotHere, Trouble."""
        found = peers.environment(self._folder, "ralph", PACKAGES)
        self.version = peers.version(found, "ralph-malph")
        subprocess.run(["rm", "-rf", str(self._home)], check=True)
        self._file.parent.mkdir(parents=True)
        said = ("-u", _USER, "-p", _PASSWORD, "-s", "all", "-M", "mailto:bench@example.com", "-w")
        made = subprocess.run(
            [str(found / "ralph"), "auth", *said], env=self._env(), capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise Trouble(f"ralph auth failed: {made.stderr[-500:]}")
        self.port = programs.free_port()
        command = (str(found / "python"), "-c", _SERVE, programs.HOST, str(self.port))
        log = self._home / "ralph.log"
        self._process = Process(Program(name="ralph", command=command, log=log, env=self._env(), cwd=self._home))
        self._process.start()
        Web(
            self._process, self.port, lambda: probes.http_answers(programs.HOST, self.port, "/__lbheartbeat__")
        ).wait_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.stop()

    @property
    def headers(self) -> dict[str, str]:
        encoded = b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
        return {
            "Authorization": f"Basic {encoded}",
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
        }

    def empty(self) -> None:
        """Forget all statements: before each request it reads the whole file for their ids."""
        self._file.unlink(missing_ok=True)

    def stored(self) -> int:
        """Count the statements in its file, each of which must be JSON."""
        if not self._file.exists():
            return 0
        return sum(1 for line in self._file.read_text(encoding="utf-8").splitlines() if json.loads(line))

    def _env(self) -> dict[str, str]:
        ours = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
        env = {key: value for key, value in os.environ.items() if key not in ours}
        return env | {
            "RALPH_APP_DIR": str(self._home),
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(self._file.parent),
        }
