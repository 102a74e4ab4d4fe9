"""wrk, for what is faster than Python: Debian's `wrk`."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.bench.rows import NotHere

HOST = "127.0.0.1"
_SCRIPT = """
local paths, at = {%s}, 0
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format('\\nSUMMARY {"requests": %%d, "bytes": %%d, "microseconds": %%d, "errors": %%d}\\n',
        summary.requests, summary.bytes, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


class Failed(RuntimeError):
    """Some requests were not answered as they should be: there is no rate."""


@dataclass(frozen=True, slots=True)
class Wrk:
    """The program, where it lies."""

    program: str

    @classmethod
    def find(cls) -> "Wrk":
        """Raises NotHere."""
        found = shutil.which("wrk")
        if found is None:
            raise NotHere("wrk is not installed: apt-get install wrk")
        return cls(found)

    @property
    def version(self) -> str:
        said = subprocess.run([self.program, "-v"], capture_output=True, text=True, check=False)
        return " ".join((said.stdout or said.stderr).split()[:2])

    def rate(self, port: int, paths: Sequence[str], *, connections: int, seconds: float) -> float:
        """Return answers a second over the paths in turn. Raises Failed when any was not 2xx or 3xx."""
        with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
            script.write(_SCRIPT % ", ".join(f'"{path}"' for path in paths))
        command = [
            self.program,
            "-t",
            "1",
            "-c",
            str(connections),
            "-d",
            f"{max(1, round(seconds))}s",
            "-s",
            script.name,
        ]
        try:
            said = subprocess.run(
                [*command, f"http://{HOST}:{port}"], capture_output=True, text=True, check=True, timeout=seconds + 30
            )
        finally:
            Path(script.name).unlink()
        told = next(line for line in said.stdout.splitlines() if line.startswith("SUMMARY "))
        summary: dict[str, int] = json.loads(told.removeprefix("SUMMARY "))
        if summary["errors"]:
            raise Failed(f"{summary['errors']} of {summary['requests']} requests failed: {said.stdout[-500:]}")
        return summary["requests"] / (summary["microseconds"] / 1_000_000)
