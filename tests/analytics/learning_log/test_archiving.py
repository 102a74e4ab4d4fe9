"""A month leaves the tables for a file, and is disposed of in the end: the tree still proves all that is left."""

import io
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from analytics.domain.evidence import Summary, Wrong, verify_pack
from analytics.learning_log import actions, queries
from analytics.learning_log.actions import NotYet, Sequenced
from analytics.learning_log.models import LogPosition, LogRecord
from analytics.learning_log.queries import partitions
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.tampering import let_a_superuser_write, sql

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]
SIX_YEARS = timedelta(days=6 * 366)


@pytest.fixture
def old(append_many: AppendMany, seal: Seal, signer: Signer) -> list[LogRecord]:
    """300 records of the first partition, then 40 of this month, all sealed."""
    usual = "analytics_log_month(clock_timestamp()) * 10000000000 + nextval('analytics_logrecord_id_seq')"
    sql("ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT nextval('analytics_logrecord_id_seq')")
    records = append_many(300, learner_id=7)
    sql(f"ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT {usual}")
    append_many(40, learner_id=8)
    seal()
    return records


@pytest.fixture
def file(old: list[LogRecord], seal: Seal, signer: Signer, tmp_path: Path) -> Path:
    """The first partition, gone from the tables."""
    path = tmp_path / "before.parquet"
    assert detached(path, signer) == f"300 records in {path}, and no longer in the tables\n"
    seal()
    return path


def detached(path: Path, signer: Signer, **more: Any) -> str:
    told = StringIO()
    asked = {"month": "before", "detach": True, "key": [signer.key.text], "online_months": 0}
    call_command("archive_month", str(path), **(asked | more), stdout=told)
    return told.getvalue()


def verified(*archives: Path) -> str:
    told = StringIO()
    call_command("verify_log", archive=list(archives), processes=1, stdout=told)
    return told.getvalue()


def bundle() -> Summary:
    pack = io.BytesIO()
    queries.write_log_pack(pack, at=timezone.now())
    return verify_pack(pack)


def test_totals_are_not_made_anew_without_the_months_that_left(file: Path) -> None:
    with pytest.raises(CommandError, match="months have left"):
        call_command("rebuild_totals", stdout=StringIO())


def test_an_archived_month_is_proved_by_its_hashes_and_by_its_file(file: Path) -> None:
    assert not LogRecord.objects.filter(learner_id=7).exists()
    assert "before" not in [month.name for month in partitions.months()]
    record = LogRecord.objects.get(kind="audit.month_archived")
    assert (record.payload["records"], record.payload["archived"]) == (300, 300)
    told = verified(file)
    assert "GOOD: 341 records" in told
    assert "300 have left the tables and are proved by their hashes" in told
    assert f"GOOD: 300 records in {file.name}, each at its place in the tree" in told
    with duckdb.connect() as duck:
        found = duck.execute("SELECT count(*), min(learner_id) FROM read_parquet(?)", [str(file)]).fetchone()
    assert found == (300, 7)


def test_a_bundle_of_the_whole_log_verifies_across_the_gap(file: Path) -> None:
    shown = bundle()
    assert (shown.records, shown.archived) == (341, 300)


def test_a_record_deleted_by_hand_is_no_archived_one(file: Path) -> None:
    let_a_superuser_write()
    victim = LogRecord.objects.filter(learner_id=8).earliest("pk")
    sql("DELETE FROM analytics_logrecord WHERE id = %s", victim.pk)
    with pytest.raises(CommandError, match=f"record #{victim.pk} at position 300 is gone"):
        verified()
    with pytest.raises(Wrong, match="position 300 is missing"):
        bundle()


def test_more_than_the_records_tell_of_cannot_be_gone(
    old: list[LogRecord], seal: Seal, signer: Signer, tmp_path: Path
) -> None:
    sql("ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_no_change")
    sql("DELETE FROM analytics_logrecord WHERE id = %s", old[7].pk)  # before the rest is archived
    with pytest.raises(CommandError, match="gone: the row was deleted"):
        verified()
    detached(tmp_path / "file", signer)
    seal()
    with pytest.raises(CommandError, match=r"300 records with numbers below .* are gone, .* tell of 299"):
        verified()
    with pytest.raises(Wrong, match=r"300 records are gone .* tell of 299"):
        bundle()


def test_a_hash_that_stayed_cannot_be_changed(file: Path) -> None:
    let_a_superuser_write()
    sql("UPDATE analytics_logposition SET leaf_hash = sha256('x') WHERE position = 17")
    with pytest.raises(CommandError, match=r"WRONG: (tile|the tree)"):
        verified()
    with pytest.raises(CommandError, match="does not stand at position 17"):
        call_command("archive_month", str(file), dispose=True, key=[queries.latest_head().verifier_key])  # type: ignore[union-attr]


def test_a_file_of_another_log_is_not_taken_for_ours(file: Path, signer: Signer) -> None:
    let_a_superuser_write()
    sql("UPDATE analytics_logposition SET record_id = -5 WHERE position = 3")
    with pytest.raises(Wrong, match="does not stand at position 3"):
        actions.dispose_of_month(path=file, keys=[signer.key], at=timezone.now() + SIX_YEARS)


def test_what_is_not_sealed_stays(
    append_many: AppendMany, signer: Signer, tmp_path: Path, old: list[LogRecord]
) -> None:
    sql("ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT nextval('analytics_logrecord_id_seq')")
    append_many(2, learner_id=7)
    with pytest.raises(CommandError, match="2 records of before are not under a signed head"):
        detached(tmp_path / "x.parquet", signer)
    assert LogRecord.objects.filter(learner_id=7).count() == 302


def test_a_month_stays_for_its_time_and_goes_in_its_order(old: list[LogRecord], signer: Signer, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    with pytest.raises(CommandError, match="has not ended 60 months ago"):
        detached(path, signer, online_months=60)
    this_month = partitions.months()[1].name
    with pytest.raises(CommandError, match="before comes first"):
        detached(path, signer, month=this_month)
    with pytest.raises(CommandError, match="no month 2031-13"):
        sql("ALTER TABLE analytics_logrecord DETACH PARTITION analytics_logrecord_before")
        sql(f"ALTER TABLE analytics_logrecord DETACH PARTITION {partitions.months()[0].table}")
        detached(path, signer, month="2031-13")
    with pytest.raises(CommandError, match="name the key"):
        call_command("archive_month", str(path), month="before", detach=True)


def test_disposal_waits_for_the_term_and_has_a_record(file: Path, seal: Seal, signer: Signer) -> None:
    now = timezone.now()
    with pytest.raises(NotYet, match=r"must be kept until .*R-087"):
        actions.dispose_of_month(path=file, keys=[signer.key], at=now)
    assert file.exists()
    with_commit(lambda: actions.dispose_of_month(path=file, keys=[signer.key], at=now + SIX_YEARS))
    assert not file.exists()
    record = LogRecord.objects.get(kind="audit.month_disposed")
    assert record.payload["records"] == 300
    assert record.payload["rule"] == "R-087"
    seal()
    assert "GOOD: 342 records" in verified()
    assert LogPosition.objects.count() == 342  # every hash is there still
    assert bundle().archived == 300


def test_kinds_kept_for_good_outlive_the_disposal(
    append_many: AppendMany, seal: Seal, signer: Signer, tmp_path: Path
) -> None:
    sql("ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT nextval('analytics_logrecord_id_seq')")
    append_many(20)
    payload = {"month": "2020-01", "records": 5, "kept": 0, "sha256": "00", "rule": "R-087"}
    append_many(1, kind="audit.month_disposed", payload=payload)
    seal()
    sql("ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT"
        " analytics_log_month(clock_timestamp()) * 10000000000 + nextval('analytics_logrecord_id_seq')")  # fmt: skip
    path = tmp_path / "before.parquet"
    detached(path, signer)
    seal()
    at = timezone.now() + SIX_YEARS
    gone = with_commit(lambda: actions.dispose_of_month(path=path, keys=[signer.key], at=at))
    assert (gone.records, gone.kept) == (20, 1)
    assert f"GOOD: 1 records in {path.name}" in verified(path)
    told, left = LogRecord.objects.filter(kind="audit.month_disposed").count(), path.read_bytes()
    again = with_commit(lambda: actions.dispose_of_month(path=path, keys=[signer.key], at=at))
    assert (again.records, again.kept) == (0, 1), "done twice, it is done once"
    assert (LogRecord.objects.filter(kind="audit.month_disposed").count(), path.read_bytes()) == (told, left)


def test_a_disposal_that_died_before_the_file_went_is_finished_and_told_once(file: Path, signer: Signer) -> None:
    at = timezone.now() + SIX_YEARS
    actions.dispose_of_month(path=file, keys=[signer.key], at=at)  # what waits for the commit is never done
    assert file.exists()
    with_commit(lambda: actions.dispose_of_month(path=file, keys=[signer.key], at=at))
    assert not file.exists()
    assert LogRecord.objects.filter(kind="audit.month_disposed").count() == 1


def test_a_month_still_in_the_tables_is_not_disposed_of(old: list[LogRecord], signer: Signer, tmp_path: Path) -> None:
    path = tmp_path / "copy.parquet"
    call_command("archive_month", str(path), month=timezone.localtime().strftime("%Y-%m"), stdout=StringIO())
    with pytest.raises(NotYet, match="in the tables still"):
        actions.dispose_of_month(path=path, keys=[signer.key], at=timezone.now() + SIX_YEARS)
    assert path.exists()


def with_commit(deed: Callable[[], Any]) -> Any:
    """Do it, and then what it left for after the commit, as a test's own transaction never would."""
    before = len(connection.run_on_commit)
    result = deed()
    for waiting in connection.run_on_commit[before:]:
        waiting[1]()
    return result
