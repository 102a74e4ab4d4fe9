"""Appending to the log, from the side of the rooms that do it."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from analytics.domain.record import NotCanonical
from analytics.learning_log import actions, kinds, queries
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signals import record_appended
from tests.analytics.conftest import Append


@pytest.mark.django_db
def test_a_record_keeps_the_bytes_it_was_hashed_over(append: Append) -> None:
    record = append(actor_id=1, learner_id=2, subject="课", payload={"what": "测", "took_ms": 5})
    kept = LogRecord.objects.get(pk=record.pk)
    assert bytes(kept.canonical).startswith(b"\x01{")
    assert "测".encode() in bytes(kept.canonical)
    assert bytes(kept.leaf_hash) == hashlib.sha256(b"\x00" + bytes(kept.canonical)).digest()
    sealed = queries.find_record(record.pk)
    assert sealed is not None
    assert sealed.fault == ""


@pytest.mark.django_db
def test_times_are_kept_to_the_millisecond_in_the_columns_as_in_the_bytes(append: Append) -> None:
    record = append(happened_at=datetime(2026, 5, 9, 1, 30, 0, 123_987, tzinfo=UTC))
    assert LogRecord.objects.get(pk=record.pk).happened_at.microsecond == 123_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE analytics_logrecord SET kind = 'x'",
        "UPDATE analytics_logrecord SET kind = 'x' WHERE false",
        "DELETE FROM analytics_logrecord",
        "INSERT INTO analytics_logrecord SELECT * FROM analytics_logrecord ON CONFLICT (id) DO UPDATE SET kind = 'x'",
        "SET session_replication_role = replica; DELETE FROM analytics_logrecord",
    ],
)
def test_the_database_refuses_to_change_the_log(append: Append, statement: str) -> None:
    append()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LogRecord.objects.count() == 1


@pytest.mark.django_db
def test_the_database_refuses_to_empty_the_log(append: Append) -> None:
    append()
    with (
        pytest.raises(DatabaseError, match="TRUNCATE of analytics_logrecord"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_no_truncate")  # as in life
        cursor.execute("TRUNCATE analytics_logrecord")
    assert LogRecord.objects.count() == 1


@pytest.mark.django_db
def test_one_record_cannot_be_filed_twice(append: Append) -> None:
    record = append()
    with pytest.raises(IntegrityError, match="log_record_uuid_twice"), transaction.atomic():
        LogRecord.objects.bulk_create([LogRecord(**{**_columns(record), "id": None})])


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_deed_is_refused(now: datetime) -> None:
    with pytest.raises(actions.OutsideOfDeed):
        actions.append(kind="test.thing_done", actor_id=1, happened_at=now, payload={"what": "x"})
    assert not LogRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_record_and_rings_no_bell(append: Append) -> None:
    with Listener() as heard, pytest.raises(ZeroDivisionError), transaction.atomic():
        append()
        raise ZeroDivisionError
    assert heard.calls == []
    assert not LogRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_once_a_record_after_the_commit_and_in_order(now: datetime) -> None:
    with Listener() as heard, transaction.atomic():
        drafts = [
            actions.Draft(
                kind="test.thing_done",
                actor_id=None,
                happened_at=now,
                learner_id=n,
                subject=f"s{n}",
                payload={"what": "x"},
            )
            for n in range(3)
        ]
        records = actions.append_many(drafts)
        assert heard.calls == []
    assert heard.calls == [
        {"record_id": record.pk, "kind": "test.thing_done", "learner_id": n, "subject": f"s{n}"}
        for n, record in enumerate(records)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_stops_neither_the_deed_nor_the_others(append: Append) -> None:
    def fail(**_: Any) -> None:
        raise ConnectionError("the broker is away")

    record_appended.connect(fail)
    try:
        with Listener() as heard:
            append()
            append()
    finally:
        record_appended.disconnect(fail)
    assert len(heard.calls) == 2
    assert LogRecord.objects.count() == 2


@pytest.mark.django_db
def test_many_records_cost_one_query(
    append_many: Callable[..., list[LogRecord]], django_assert_num_queries: Callable[[int], Any]
) -> None:
    savepoint = 2
    with django_assert_num_queries(1 + savepoint):
        append_many(2)
    with django_assert_num_queries(1 + savepoint):
        append_many(200)
    assert actions.append_many([]) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("different", "error"),
    [
        ({"kind": "test.never_registered"}, kinds.UnknownKind),
        ({"payload": {}}, kinds.BadPayload),
        ({"payload": {"what": "x", "more": 1}}, kinds.BadPayload),
        ({"payload": {"what": 0.5}}, NotCanonical),
        ({"payload": {"what": None}}, NotCanonical),
        ({"happened_at": datetime(2026, 5, 9)}, NotCanonical),
    ],
)
def test_what_no_reader_could_understand_is_not_filed(
    append: Append, different: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        append(**different)
    assert not LogRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_deeds_at_once_both_have_their_records(append: Append) -> None:
    together = Barrier(2)

    def deed(who: int) -> None:
        try:
            with transaction.atomic():
                together.wait(timeout=10)
                for _ in range(20):
                    append(actor_id=who)
        finally:
            connection.close()

    threads = [Thread(target=deed, args=(who,)) for who in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert [LogRecord.objects.filter(actor_id=who).count() for who in (1, 2)] == [20, 20]


class Listener:
    """Hears the bell while it is open, and checks that no transaction is open then."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def __call__(self, record_id: int, kind: str, learner_id: int | None, subject: str, **_: Any) -> None:
        assert not connection.in_atomic_block
        self.calls.append({"record_id": record_id, "kind": kind, "learner_id": learner_id, "subject": subject})

    def __enter__(self) -> "Listener":
        record_appended.connect(self)
        return self

    def __exit__(self, *_: object) -> None:
        record_appended.disconnect(self)


def _columns(record: LogRecord) -> dict[str, Any]:
    return {field.attname: getattr(record, field.attname) for field in LogRecord._meta.concrete_fields}


@pytest.mark.django_db
def test_the_database_refuses_a_hash_that_is_not_that_of_the_bytes(append: Append) -> None:
    record = append()
    with pytest.raises(IntegrityError, match="not that of its bytes"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO analytics_logrecord (uuid, kind, subject, happened_at, recorded_at, payload, canonical, leaf_hash)"
            " SELECT gen_random_uuid(), kind, subject, happened_at, recorded_at, payload, canonical || 'x', leaf_hash"
            " FROM analytics_logrecord WHERE id = %s",
            [record.pk],
        )
