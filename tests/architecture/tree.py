"""The source tree as the tests of architecture see it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "content", "player", "proctoring", "analytics")
# From the ground up: a model may point at its own app and at those before it.
APPS_UPWARDS = (
    "analytics",
    "player",
    "proctoring",
    "content",
    "accounts",
    "notices",
    "organisations",
    "enrolment",
    "classroom",
    "credit",
    "certificates",
    "commerce",
    "reviews",
    "enterprise",
    "exchange",
    "house",
)
NOT_ROOMS = {"domain", "management", "migrations", "static", "templates", "templatetags", "locale"}


def rooms() -> set[str]:
    """Return every room as a dotted name: the folders of lms, player and analytics; content and proctoring."""
    found = {"content", "proctoring"}
    for package in ("lms", "player", "analytics"):
        folders = (ROOT / package).iterdir()
        found |= {
            f"{package}.{folder.name}"
            for folder in folders
            if folder.name not in NOT_ROOMS and (folder / "__init__.py").is_file()
        }
    return found


def python_files(*folders: str) -> Iterator[Path]:
    """Yield the Python files under these folders of the tree, migrations included."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def templates() -> list[Path]:
    """Return every template of ours."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("templates/**/*.html"))


def shown(path: Path) -> str:
    """Return a path as people write it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def pyproject() -> dict[str, Any]:
    """Return the settings of our tools."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contracts() -> list[dict[str, Any]]:
    """Return the import contracts, in order."""
    found: list[dict[str, Any]] = pyproject()["tool"]["importlinter"]["contracts"]
    return found
