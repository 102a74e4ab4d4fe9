"""The player's modules without a page, by `node --test` with the Node that the Playwright wheel carries."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
MODULES = ROOT / "player" / "static" / "player"
VENDOR = ROOT / "lms" / "static" / "vendor"
LONGEST_MODULE = 200  # lines


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The modules beside their tests, where `../vendor/` is as it is served, in a folder that says that they are modules."""
    root = tmp_path_factory.mktemp("player_js")
    (root / "package.json").write_text(json.dumps({"type": "module"}))
    folder = root / "player"
    folder.mkdir()
    for module in MODULES.glob("*.js"):
        shutil.copy(module, folder)
    (root / "vendor").mkdir()
    for library in VENDOR.glob("*.js"):
        shutil.copy(library, root / "vendor")
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


def imported(module: Path) -> set[Path]:
    """A module and all that it imports, and what those import."""
    text = module.read_text(encoding="utf-8") if module.parent == MODULES else ""
    found = {module}
    for name in re.findall(r'^(?:import|export) [^;]*?"(\.[^"]+)";', text, re.MULTILINE):
        found |= imported(VENDOR / name.rpartition("/")[2] if "/vendor/" in name else MODULES / name[2:])
    return found


def test_all_modules_of_the_player_are_asked_for_at_once() -> None:
    page = (ROOT / "player" / "templates" / "player" / "_player_modules.html").read_text(encoding="utf-8")
    listed = re.findall(r"static '([^']+)'", page)
    needed = {f"{module.parent.name}/{module.name}" for module in imported(MODULES / "player.js")}
    assert set(listed) == needed
    assert len(listed) == len(needed)
