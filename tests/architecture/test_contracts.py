"""The import contracts hold, and each of them bites: a planted breach of it is caught by name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, contracts

# contract id → a file of the tree (made if it is missing) and the line that must not stand in it.
BREACHES = [
    ("floors", "analytics/learning_log/planted.py", "from player.videos import queries"),
    ("floors", "player/watching/planted.py", "from content import queries"),
    ("floors", "content/domain/planted.py", "import lms.accounts.roles"),
    ("rooms-lms", "lms/accounts/planted.py", "from lms.enrolment import queries"),
    ("rooms-lms", "lms/enrolment/planted.py", "from lms.classroom import actions"),
    ("rooms-lms", "lms/credit/planted.py", "from lms.config import env"),
    ("rooms-lms", "lms/helpers/__init__.py", ""),
    ("rooms-player", "player/videos/planted.py", "from player.watching import queries"),
    ("rooms-player", "player/domain/planted.py", "import player.videos"),
    ("rooms-player", "player/helpers/__init__.py", ""),
    ("rooms-analytics", "analytics/learning_log/planted.py", "from analytics.audit import queries"),
    ("rooms-analytics", "analytics/helpers/__init__.py", ""),
    ("kinds", "analytics/audit/queries.py", "from analytics.audit import actions"),
    ("kinds", "lms/enrolment/actions.py", "from lms.enrolment import tasks"),
    ("kinds", "content/models/planted.py", "from content import wagtail_hooks"),
    ("pure-domain", "analytics/domain/planted.py", "from django.db import models"),
    ("pure-domain", "player/domain/planted.py", "import celery"),
    ("pure-domain", "lms/accounts/domain/planted.py", "from lms.accounts.models import User"),
    ("front-doors", "lms/classroom/planted.py", "from player.watching.models import WatchSession"),
    ("front-doors", "analytics/audit/planted.py", "from analytics.learning_log.models import LogRecord"),
    ("front-doors", "lms/credit/planted.py", "from content import tasks"),
    ("floors", "proctoring/planted.py", "from player.watching import queries"),
    ("floors", "player/watching/planted.py", "from proctoring import queries"),
    ("front-doors", "lms/credit/planted.py", "from proctoring.models import Hold"),
    ("only-vision", "proctoring/planted.py", "import mediapipe"),
    ("only-ffmpeg-gateway", "player/videos/planted.py", "import ffmpeg"),
    ("only-av-readers", "content/planted.py", "import av"),
]


def lint(tree: Path, cache: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a tree, for one contract."""
    program = str(Path(sys.executable).with_name("lint-imports"))
    command = [program, "--cache-dir", str(cache), "--contract", contract]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files of the tree, where they may be spoilt."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=_all_but_python)
    return copy


@pytest.mark.parametrize("contract", [contract["id"] for contract in contracts()])
def test_each_contract_is_kept(contract: str, tmp_path: Path) -> None:
    done = lint(ROOT, tmp_path, contract)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES, ids=[f"{b[0]}: {b[1]}" for b in BREACHES])
def test_a_planted_breach_is_caught(copied: Path, contract: str, file: str, line: str) -> None:
    target = copied / file
    before = target.read_text(encoding="utf-8") if target.exists() else None
    target.parent.mkdir(exist_ok=True)
    needed = _stand_ins(copied, line)
    target.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        done = lint(copied, copied / ".cache", contract)
    finally:
        if before is not None:
            target.write_text(before, encoding="utf-8")
        elif target.name == "__init__.py":
            shutil.rmtree(target.parent)
        else:
            target.unlink()
        for stand_in in needed:
            stand_in.unlink()
    name = next(each["name"] for each in contracts() if each["id"] == contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{name} BROKEN" in " ".join(done.stdout.split())
    assert ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__") in done.stdout


def test_a_type_hint_is_no_dependency(copied: Path) -> None:
    target = copied / "analytics" / "audit" / "hinted.py"
    hint = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lms.accounts.models import User\n"
    target.write_text(hint, encoding="utf-8")
    try:
        done = lint(copied, copied / ".cache", "floors")
    finally:
        target.unlink()
    assert done.returncode == 0, done.stdout


def test_every_contract_has_a_planted_breach() -> None:
    assert {contract["id"] for contract in contracts()} == {breach[0] for breach in BREACHES}


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())} | {"__pycache__"}


def _stand_ins(tree: Path, line: str) -> list[Path]:
    """Make the module that a breach imports when its room has none yet: an import of nothing is no breach."""
    if not line.startswith("from ") or line.split()[1].partition(".")[0] not in PACKAGES:
        return []
    _, module, _, name = line.split()
    made = tree.joinpath(*module.split("."), name).with_suffix(".py")
    if not made.parent.is_dir() or made.exists() or made.with_suffix("").is_dir():
        return []
    made.write_text("", encoding="utf-8")
    return [made]
