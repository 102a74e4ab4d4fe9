"""Node, from PATH or from Playwright's wheel: `python -m infra.node --test tests` runs the tests of our modules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 22  # an older one takes our modules, which have no package.json beside them, for CommonJS


def find() -> Path | None:
    on_path = shutil.which("node")
    if on_path and version_of(Path(on_path)) >= OLDEST:
        return Path(on_path)
    try:
        import playwright
    except ImportError:
        return None
    carried = Path(playwright.__file__).parent / "driver" / "node"
    return carried if carried.exists() else None


def version_of(node: Path) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.removeprefix("v").split(".")[0]
    return int(number) if number.isdigit() else 0


def main() -> int:
    """Run the tests below the folders named after --test; there may be none. Other arguments go to Node as they are."""
    node = find()
    if node is None:
        print("Node was found neither on PATH nor in Playwright's wheel: run make setup-dev.", file=sys.stderr)
        return 1
    arguments = sys.argv[1:]
    if arguments[:1] == ["--test"]:
        files = [path for folder in arguments[1:] for path in sorted(Path(folder).rglob("*.test.*js"))]
        if not files:
            print("no tests of JavaScript")
            return 0
        arguments = ["--test", *map(str, files)]
    return subprocess.run([node, *arguments], check=False, env={**os.environ, "NODE_NO_WARNINGS": "1"}).returncode


if __name__ == "__main__":
    sys.exit(main())
