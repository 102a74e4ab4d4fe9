"""A month in Parquet: any tool reads it, and it proves itself after the table has forgotten it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signer import Signer

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


@pytest.fixture
def file(append_many: AppendMany, seal: Seal, tmp_path: Path) -> Path:
    append_many(300, learner_id=7)
    seal()
    append_many(20)  # without a head: for the next time
    path = tmp_path / "month's.parquet"
    told = StringIO()
    call_command("archive_month", str(path), month=timezone.localtime().strftime("%Y-%m"), stdout=told)
    assert told.getvalue() == "300 records\n"
    return path


def verified(path: Path, signer: Signer) -> str:
    told = StringIO()
    call_command("archive_month", str(path), verify=True, key=[signer.key.text], stdout=told)
    return told.getvalue()


def test_a_month_is_verified_without_the_tables(file: Path, signer: Signer) -> None:
    assert verified(file, signer) == "GOOD: 300 records, under a signed head of 300\n"
    with duckdb.connect() as connection:
        found = connection.execute("SELECT count(*), min(learner_id) FROM read_parquet(?)", [str(file)]).fetchone()
    assert found == (300, 7)


@pytest.mark.parametrize(
    "change",
    [
        "canonical = replace(canonical, '7b', '7c')",
        "learner_id = 8",
        "position = position + 1",
        "kind = 'test.other_done'",
        "checkpoint = replace(checkpoint, '300', '301')",
    ],
)
def test_a_changed_file_is_found(file: Path, signer: Signer, tmp_path: Path, change: str) -> None:
    spoilt = tmp_path / "spoilt.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rows AS SELECT * FROM read_parquet(?)", [str(file)])
        connection.execute(f"UPDATE rows SET {change} WHERE position IN (0, 150)")  # noqa: S608 — the test's own
        connection.execute(f"COPY rows TO '{spoilt}' (FORMAT parquet)")
    with pytest.raises(CommandError, match="WRONG"):
        verified(spoilt, signer)


def test_without_a_month_or_a_key_nothing_is_done(file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="name the key"):
        call_command("archive_month", str(file), verify=True)
    with pytest.raises(CommandError):
        call_command("archive_month", str(tmp_path / "x.parquet"), month="2026-13")
