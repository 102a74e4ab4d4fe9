"""Appending to the log, from the side of the rooms that do it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from analytics.learning_log import actions, kinds
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signals import record_appended

kinds.register(
    kinds.Kind("test.thing_done", zh="{actor} 做了 {what}", en="{actor} did {what}", fields={"what": "what was done"})
)


@pytest.mark.django_db
def test_a_record_keeps_the_bytes_it_was_hashed_over(now: datetime) -> None:
    record = actions.append(kind="test.thing_done", actor_id=1, happened_at=now, learner_id=2, payload={"what": "测"})
    kept = LogRecord.objects.get(pk=record.pk)
    assert bytes(kept.canonical).startswith(b"\x01{")
    assert "测".encode() in bytes(kept.canonical)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE analytics_logrecord SET kind = 'x'",
        "DELETE FROM analytics_logrecord",
        "DELETE FROM analytics_logrecord WHERE false",
    ],
)
def test_the_database_refuses_to_change_the_log(now: datetime, statement: str) -> None:
    actions.append(kind="test.thing_done", actor_id=1, happened_at=now, payload={"what": "x"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LogRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_deed_is_refused(now: datetime) -> None:
    with pytest.raises(actions.OutsideOfDeed):
        actions.append(kind="test.thing_done", actor_id=1, happened_at=now, payload={"what": "x"})


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_once_a_record_after_the_commit_and_not_before(now: datetime) -> None:
    heard: list[tuple[int, str]] = []

    def hear(record_id: int, subject: str, **_: Any) -> None:
        assert not connection.in_atomic_block
        heard.append((record_id, subject))

    record_appended.connect(hear)
    try:
        with transaction.atomic():
            drafts = [
                actions.Draft(kind="test.thing_done", actor_id=None, happened_at=now, subject=s, payload={"what": "x"})
                for s in ("a", "b", "c")
            ]
            records = actions.append_many(drafts)
            assert heard == []
    finally:
        record_appended.disconnect(hear)
    assert heard == [(r.pk, r.subject) for r in records]
    assert [r.subject for r in records] == ["a", "b", "c"]
