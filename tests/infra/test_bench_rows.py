"""The harness as it is started by hand: real servers, one short round, and what it tells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.embedded.programs import ROOT

pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the harness keeps its servers, for both: making their database takes longer than the rows."""
    return tmp_path_factory.mktemp("harness") / "bench"


def bench(*arguments: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, **({"PATH": path} if path else {})}
    command = [sys.executable, "-m", "infra.bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)


def test_short_rows_run_on_real_servers_and_find_nothing_wrong(tmp_path: Path, folder: Path) -> None:
    told = tmp_path / "told.json"
    said = bench("keys", "writer", "--short", "--folder", str(folder), "--json", str(told))
    assert said.returncode == 0, said.stdout + said.stderr
    given = json.loads(told.read_text(encoding="utf-8"))
    assert [one["wrong"] for one in given["findings"]] == [[], []]
    assert all(one["ours"] > 0 and one["limit"] > 0 for one in given["findings"])
    assert {"fsync=on", "synchronous_commit=on"} <= set(given["conditions"]["Postgres"].split(", "))
    assert given["conditions"]["mode"] == "short"


def test_a_row_whose_tool_is_missing_is_not_run_and_never_passes(tmp_path: Path, folder: Path) -> None:
    said = bench("segments", "--short", "--folder", str(folder), path=str(tmp_path))
    assert said.returncode == 1, said.stdout + said.stderr
    assert "| not run" in said.stdout
    assert "apt-get install" in said.stdout
