"""The record table by months: each is guarded like the whole, and nothing is lost on the way into them."""

from collections.abc import Callable
from importlib import import_module
from io import StringIO
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from analytics.learning_log import actions, tasks
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.learning_log.queries import partitions, whole
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]
OTHER = "analytics_logrecord_other"


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values) or None)
        return cursor.fetchall() if cursor.description else []


def tables() -> tuple[str, ...]:
    return partitions.tables()


def table_of(record: LogRecord) -> str:
    ((name,),) = sql("SELECT tableoid::regclass::text FROM analytics_logrecord WHERE id = %s", record.pk)
    return str(name)


def test_a_record_lies_in_its_month_and_its_number_says_so(append: Append) -> None:
    first, second = append(), append()
    now = timezone.now()
    (month,) = [each for each in partitions.months() if each.first <= first.pk < each.until]
    assert month.name == timezone.localtime(now, partitions.MONTHS_OF).strftime("%Y-%m")
    assert month.first == partitions.first_number(now)
    assert table_of(first) == month.table
    assert second.pk == first.pk + 1


def test_the_months_of_a_year_stand_ready() -> None:
    ready = partitions.months()
    assert ready[0].name == "before"
    assert len({month.name for month in ready}) == len(ready)
    assert len(ready) == 1 + 1 + actions.archiving.MONTHS_AHEAD
    for one, next_one in pairwise(ready):
        assert one.until == next_one.first
    assert tasks.make_months() == []


def test_a_month_that_is_missing_is_made_and_guarded_like_the_others(append: Append) -> None:
    victim = partitions.months()[-1]
    sql(f"DROP TABLE {victim.table}")
    assert tasks.make_months() == [victim.table]
    assert partitions.months()[-1] == victim
    indexes = sql("SELECT count(*) FROM pg_indexes WHERE tablename = %s", victim.table)
    assert indexes == sql("SELECT count(*) FROM pg_indexes WHERE tablename = %s", partitions.months()[-2].table)
    arrives = "SELECT tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'log_record_arrives'"
    assert sql(arrives, victim.table) == [("A",)]


def test_a_month_of_which_the_remainder_has_records_stays_there(append: Append) -> None:
    victim = partitions.months()[-1]
    sql(f"DROP TABLE {victim.table}")
    number = f"{victim.first} + nextval('analytics_logrecord_id_seq')"
    sql(f"ALTER TABLE analytics_logrecord ALTER COLUMN id SET DEFAULT {number}")
    record = append()
    assert table_of(record) == OTHER
    assert tasks.make_months() == []
    assert table_of(record) == OTHER


@pytest.mark.parametrize("deed", ["UPDATE {} SET kind = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_every_month_refuses_to_be_changed(append: Append, deed: str, role: str) -> None:
    append()
    assert OTHER in tables()
    for table in tables():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER log_record_no_truncate")  # asleep in tests alone
            sql(f"SET LOCAL session_replication_role = {role}")
            sql(deed.format(table))
    assert LogRecord.objects.count() == 1


def test_one_record_cannot_be_filed_twice_in_its_month_by_naming_the_month(append: Append) -> None:
    record = append()
    with pytest.raises(DatabaseError, match="log_record_uuid_twice"), transaction.atomic():
        sql(
            f"INSERT INTO {table_of(record)} (id, uuid, kind, subject, happened_at, recorded_at, payload, canonical, leaf_hash)"  # noqa: S608
            " SELECT id + 1, uuid, kind, subject, happened_at, recorded_at, payload, canonical, leaf_hash"
            " FROM analytics_logrecord WHERE id = %s",
            record.pk,
        )


def test_a_restricted_role_has_the_months_made_and_nothing_on_them(append: Append) -> None:
    role = f"app_{uuid4().hex[:8]}"
    sql(f"CREATE ROLE {role}")
    sql(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {role}")
    sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    call_command("restrict_log_role", role, stdout=StringIO())
    victim = partitions.months()[-1].table
    sql(f"DROP TABLE {victim}")
    sql(f"SET LOCAL ROLE {role}")
    assert tasks.make_months() == [victim]
    record = append()
    assert LogRecord.objects.filter(pk=record.pk).exists()
    for table in tables():
        for deed in ("SELECT FROM {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "DROP TABLE {}"):
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
                sql(deed.format(table))
    sql("RESET ROLE")


def test_into_months_and_back_nothing_is_lost(append_many: AppendMany, seal: Seal) -> None:
    append_many(300, learner_id=7)
    seal()
    append_many(5)
    before = list(LogRecord.objects.order_by("pk").values())
    migration = import_module("analytics.migrations.0009_months_of_records")
    sql(migration.BACKWARD)
    assert list(LogRecord.objects.order_by("pk").values()) == before
    plain = append_many(1)[0]
    assert plain.pk == before[-1]["id"] + 1
    sql("GRANT INSERT, SELECT ON analytics_logrecord TO PUBLIC")
    sql(migration.MONTHS)
    sql(migration.FORWARD)  # the numbers begin with a month already: this month stays whole, in the first partition
    assert list(LogRecord.objects.exclude(pk=plain.pk).order_by("pk").values()) == before
    assert {table_of(record) for record in LogRecord.objects.all()} == {"analytics_logrecord_before"}
    assert sql("SELECT has_table_privilege('public', 'analytics_logrecord', 'INSERT')") == [(True,)]
    public = "SELECT count(*) FROM pg_class, aclexplode(relacl) acl WHERE relname = %s AND acl.grantee = 0"
    assert sql(public, "analytics_logrecord_before") == [(0,)]
    (last,) = append_many(1)
    assert last.pk > plain.pk
    assert table_of(last) == "analytics_logrecord_before"
    seal()
    good = whole.verify_whole(keys=(), brought=(), start=0, run=map, tell=lambda *_: None)
    assert (good.records, good.archived) == (307, 0)
