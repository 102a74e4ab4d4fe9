"""The modules of the editor's pages without a page, by `node --test` with the Node that the Playwright wheel carries."""

import json
import shutil
import subprocess
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
MODULES = Path(__file__).parents[3] / "player" / "static" / "player"


def test_rows_of_captions(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))  # browsers need no such word
    shutil.copy(MODULES / "cues.js", tmp_path)
    shutil.copytree(HERE / "js", tmp_path / "tests")
    node = str(compute_driver_executable()[0])
    run = subprocess.run(
        [node, "--test", "tests/cues.test.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
