"""The player's modules without a page, by `node --test` with the Node that the Playwright wheel carries."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
MODULES = Path(__file__).parents[3] / "player" / "static" / "player"
LONGEST_MODULE = 200  # lines


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The modules beside their tests, in a folder that says that they are modules; browsers need no such word."""
    folder = tmp_path_factory.mktemp("player_js")
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    for module in MODULES.glob("*.js"):
        shutil.copy(module, folder)
    shutil.copytree(HERE / "js", folder / "tests")
    return folder


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "js").glob("*.test.js")))
def test_node(copy: Path, name: str) -> None:
    node = str(compute_driver_executable()[0])
    run = subprocess.run(
        [node, "--test", f"tests/{name}"], cwd=copy, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("module", sorted(MODULES.glob("*.js")), ids=lambda module: module.name)
def test_a_module_stays_short(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
