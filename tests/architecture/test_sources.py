"""Rules of the source text that no linter knows."""

import ast
import hashlib
import importlib
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, parsed, pyproject, python_files, rooms, shown

LONGEST_FILE = 400  # lines
SOURCES = (*PACKAGES, "infra", "tests")
# `content` and `tests` are names that somebody else's distribution may carry as well.
OURS = (*PACKAGES, "infra", "tests")


@pytest.mark.parametrize("package", OURS)
def test_each_package_comes_from_this_tree(package: str) -> None:
    places = [Path(place) for place in importlib.import_module(package).__path__]
    assert places == [ROOT / package]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    suffixes = {".py", ".js", ".css", ".html"}
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    ours = [path for path in files if not {"vendor", "migrations", "node_modules"} & set(path.parts)]
    long = {shown(path): n for path in ours if (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE}
    assert not long


def test_no_file_has_a_name_that_says_nothing() -> None:
    nothing = {"utils.py", "helpers.py", "common.py", "services.py", "managers.py", "base.py", "misc.py"}
    assert not [shown(path) for path in python_files(*PACKAGES, "infra") if path.name in nothing]


def test_each_room_says_what_it_is_for() -> None:
    silent = []
    for room in sorted(rooms()):
        docstring = ast.get_docstring(parsed(ROOT.joinpath(*room.split("."), "__init__.py"))) or ""
        if len(docstring) < 60:
            silent.append(room)
    assert not silent


@pytest.mark.parametrize("part", ["domain", "actions", "queries"])
def test_public_functions_of_the_inner_files_have_a_docstring(part: str) -> None:
    missing = []
    for path in python_files(*PACKAGES):
        if part not in {*path.parts, path.stem} or "migrations" in path.parts:
            continue
        if not ast.get_docstring(parsed(path)):
            missing.append(shown(path))
        for node in parsed(path).body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                missing.append(f"{shown(path)}:{node.lineno} {node.name}")
    assert not missing


def test_imports_do_not_hide_in_strings() -> None:
    hidden = re.compile(r"import_string|\bget_model\(|import_module\(|__import__\(")
    exempt = {"migrations", "config"}
    found = [
        f"{shown(path)}:{number}"
        for path in python_files(*PACKAGES)
        if not exempt & set(path.parts)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if hidden.search(line)
    ]
    assert not found


def test_no_row_is_saved_whole() -> None:
    """A bare .save() writes every column, also those that somebody else has changed since."""
    found = []
    for path in python_files(*PACKAGES):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save"):
                continue
            receiver = ast.unparse(node.func.value)
            if not node.args and not node.keywords and "form" not in receiver and receiver != "super()":
                found.append(f"{shown(path)}:{node.lineno}")
    assert not found


def test_no_lambda_waits_for_a_commit() -> None:
    """A lambda sees the loop's last value when it is called; functools.partial keeps each."""
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "on_commit"
        and any(isinstance(argument, ast.Lambda) for argument in node.args)
    ]
    assert not found


def test_actions_never_start_tasks() -> None:
    started = re.compile(r"\.(delay|delay_on_commit|apply_async|send_task)\(")
    files = [path for path in python_files(*PACKAGES) if "actions" in {*path.parts, path.stem}]
    assert not [shown(path) for path in files if started.search(path.read_text(encoding="utf-8"))]


def test_the_changelog_tells_of_the_version_that_is_built() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[:1] == [pyproject()["project"]["version"]]


def test_each_vendored_file_stands_in_the_table_with_its_hash() -> None:
    folder = ROOT / "lms" / "static" / "vendor"
    table = (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|([^|]+)\|([^|]+)\|([^|]+)\| `([0-9a-f]{64})` \|$", table, re.M)
    listed = {}
    for name, source, version, licence, sha256 in rows:
        assert source.strip() and version.strip() and licence.strip(), name
        path = next(path for path in ((folder / name).resolve(), ROOT / name) if path.is_file())
        listed[path] = sha256
    wrong = [shown(path) for path, sha256 in listed.items() if _sha256(path) != sha256]
    assert not wrong
    there = {path for place in (folder, ROOT / "tests" / "vendor") for path in place.rglob("*") if path.is_file()}
    assert not [
        shown(path) for path in there - listed.keys() if path.name != "README.md" and "LICENSE" not in path.name
    ]


def test_nothing_names_the_machine_it_was_made_on() -> None:
    """What a reader elsewhere cannot have does not stand in the project."""
    machine = re.compile(r"/(?:root|home/\w+|Users/\w+|tmp/dev|work)/")
    folders = (*SOURCES, "docs", "requirements")
    suffixes = {".py", ".md", ".toml", ".html", ".js", ".css", ".txt", ".in", ".yaml", ".sh"}
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes]
    found = [
        shown(path) for path in files if path != Path(__file__) and machine.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
