"""`manage.py check_cases`: on a machine without any settings, with the exit codes that a script reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

RIGHT = "workday_cases: [{id: R, kind: forward, from: 2026-03-02, days: 1, expect: 2026-03-03}]"
WRONG = RIGHT.replace("2026-03-03", "2026-03-04")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check_cases", *arguments],
        cwd=ROOT,
        env={"PYTHONUTF8": "1"},  # no settings, no database, no keys
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("text", "lines", "code"),
    [
        (RIGHT, ["1 passed, 0 failed"], 0),
        (WRONG, ["R: date: expected 2026-03-04, found 2026-03-03", "0 passed, 1 failed"], 1),
    ],
)
def test_it_says_what_came_out_otherwise(tmp_path: Path, text: str, lines: list[str], code: int) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    done = run(str(file))
    assert (done.stdout.splitlines(), done.returncode) == (lines, code)


def test_what_is_no_file_of_cases_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("songs: []", encoding="utf-8")
    unknown, absent = run(str(file)), run(str(tmp_path / "absent.yaml"))
    assert (unknown.returncode, absent.returncode) == (2, 2)
    assert "不认识的部分：songs" in unknown.stderr
    assert "absent.yaml" in absent.stderr
    assert "Traceback" not in unknown.stderr + absent.stderr
