"""The operator's table of settings is complete, and names nothing that is not read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\b(?:LMS_[A-Z_]+|DATABASE_URL|REDIS_URL)\b")


def test_the_runbook_names_every_setting_and_no_other() -> None:
    sources = [ROOT / "lms" / "config" / "settings.py", ROOT / "infra" / "gunicorn.conf.py"]
    read = {name for source in sources for name in re.findall(r'"(LMS_[A-Z_]+|[A-Z]+_URL)"', source.read_text("utf-8"))}
    table = (ROOT / "docs" / "runbooks" / "production.md").read_text(encoding="utf-8").split("## Settings")[1]
    rows = [line for line in table.split("## ")[0].splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in NAME.findall(row.split("|")[1])} == read
