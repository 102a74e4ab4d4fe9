"""Peers: installed from the package index into environments of their own under the bench's folder, never into ours."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.bench.rows import NotHere

LONGEST_INSTALL_SECONDS = 600


def environment(folder: Path, name: str, packages: Sequence[str]) -> Path:
    """Return the `bin` folder of an environment that holds the packages; the first time, make it.

    Raises NotHere when they cannot be had.
    """
    place = folder / "peers" / name
    done = place / "installed"
    wanted = " ".join(packages)
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        try:
            for command in (
                [sys.executable, "-m", "venv", "--clear", str(place)],
                [str(place / "bin" / "pip"), "install", "--quiet", *packages],
            ):
                subprocess.run(command, check=True, timeout=LONGEST_INSTALL_SECONDS, capture_output=True)
        except (subprocess.SubprocessError, OSError) as error:
            said = getattr(error, "stderr", b"") or b""
            last = said.decode(errors="replace").strip().splitlines()[-1:] or [str(error)]
            raise NotHere(f"{name}: {wanted} could not be installed from the package index: {last[0]}") from None
        done.write_text(wanted, encoding="utf-8")
    return place / "bin"


def version(programs: Path, package: str) -> str:
    """Return the version that is installed there."""
    code = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    said = subprocess.run([str(programs / "python"), "-c", code, package], check=True, capture_output=True, text=True)
    return said.stdout.strip()
