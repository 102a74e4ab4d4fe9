"""Thousands of records and names by one statement each: the same records as one by one, all or none."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from analytics.learning_log import actions, kinds, queries
from analytics.learning_log.actions import Concerned, Sequencer
from analytics.learning_log.models import Label, LogRecord
from analytics.learning_log.signals import record_appended
from analytics.learning_log.signer import Signer

pytestmark = pytest.mark.django_db
KIND = "test.thing_done"


def _file(now: datetime, records: list[Concerned]) -> int:
    with transaction.atomic():
        return actions.append_alike(kind=KIND, actor_id=7, happened_at=now, records=records)


def test_they_are_records_like_any_other(signer: Signer, now: datetime) -> None:
    told = [Concerned(n, f"课{n}", {"what": f"第{n}件", "took_ms": n}) for n in range(1, 30)]
    assert _file(now, [*told, Concerned(None, "", {"what": "x"})]) == 30
    rows = list(LogRecord.objects.order_by("pk"))
    assert [row.subject for row in rows] == [*(one.subject for one in told), ""]
    for row in rows:
        found = queries.find_record(row.pk)
        assert found is not None and found.fault == ""
    assert (rows[3].learner_id, rows[3].actor_id, rows[3].payload) == (4, 7, {"what": "第4件", "took_ms": 4})
    done = Sequencer(signer).sequence(at=now, sign_now=True)
    assert done and done.placed == 30


def test_one_that_cannot_be_filed_takes_all_with_it(now: datetime) -> None:
    with pytest.raises(kinds.BadPayload):
        _file(now, [Concerned(1, "", {"what": "x"}), Concerned(2, "", {"when": "x"})])
    with pytest.raises(kinds.UnknownKind), transaction.atomic():
        actions.append_alike(
            kind="test.never_registered", actor_id=None, happened_at=now, records=[Concerned(1, "", {})]
        )
    assert not LogRecord.objects.exists()


def test_no_bell_rings(now: datetime, django_capture_on_commit_callbacks: object) -> None:
    heard: list[object] = []

    def hear(**told: object) -> None:
        heard.append(told)

    record_appended.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
            _file(now, [Concerned(1, "", {"what": "x"})])
    finally:
        record_appended.disconnect(hear)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_deed_they_are_refused(now: datetime) -> None:
    with pytest.raises(actions.OutsideOfDeed):
        actions.append_alike(kind=KIND, actor_id=None, happened_at=now, records=[Concerned(1, "", {"what": "x"})])
    assert not LogRecord.objects.exists()


def test_newcomers_are_named_once() -> None:
    actions.name_newcomers(kind="person", texts={"1": "测小甲", "2": "乙\\N\t" * 80})
    assert Label.objects.get(key="1").text == "测小甲"
    assert Label.objects.get(key="2").text == ("乙\\N\t" * 80)[:200]
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.name_newcomers(kind="person", texts={"3": "丙", "1": "丁"})
    assert not Label.objects.filter(key="3").exists()
