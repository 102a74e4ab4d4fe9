"""Make the lock files anew from `requirements/*.in`: `python -m infra.lock`.

Hashes for every file, and no address: uv would otherwise write down the registry it was told of.
"""

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
GROUPS = ("uv", "core", "embedded", "dev")  # core first: the others are constrained by it
ADDRESSES = ("://", "--index", "--extra-index", "--find-links", "--trusted-host")


def lock(group: str, *arguments: str) -> None:
    """Resolve a group; `arguments` go to uv, for example --upgrade-package django."""
    hidden = ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    options = ["--generate-hashes", "--python-version", "3.11", "--override", "overrides.txt", *hidden]
    files = [f"{group}.in", "-o", f"{group}.txt"]
    subprocess.run(
        [Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet", *options, *files, *arguments],
        cwd=REQUIREMENTS,
        check=True,
    )


def addresses_in(path: Path) -> list[str]:
    """Return the lines that tell where a package came from: a lock file must hold none."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if any(mark in line for mark in ADDRESSES)]


def main() -> None:
    for group in GROUPS:
        print(f"Locking {group} …", flush=True)
        try:
            lock(group, *sys.argv[1:])
        except subprocess.CalledProcessError:
            sys.exit(f"lock: {group}.in could not be resolved (see above).")
        found = addresses_in(REQUIREMENTS / f"{group}.txt")
        if found:
            sys.exit(f"lock: {group}.txt holds an address: {found[0]}")


if __name__ == "__main__":
    main()
