"""One record's own page: its fields, its sealed bytes, and the hash recomputed on the server."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from analytics.domain.record import leaf_hash
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db


def open_record(client: Client, number: int, status: int = 200) -> str:
    """Open the page of a record."""
    answer = client.get(reverse("audit:record", args=[number]))
    assert answer.status_code == status
    return answer.content.decode()


def test_a_whole_record_shows_its_bytes_and_that_its_hash_agrees(client: Client, append: Append, auditor: User) -> None:
    record = append(learner_id=auditor.pk, subject="l-1", payload={"what": "测量", "took_ms": 760_000})
    client.force_login(auditor)
    page = open_record(client, record.pk)
    assert "一致" in page
    assert leaf_hash(bytes(record.canonical)).hex() in page
    assert bytes(record.canonical)[:32].hex(" ") in page
    assert "&quot;what&quot;:&quot;测量&quot;" in page
    assert "12 分 40 秒" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('payload = \'{"what": "假的"}\'', "字段 payload 与封存内容不同"),
        ("learner_id = 99", "字段 learner_id 与封存内容不同"),
        ("leaf_hash = sha256('x')", "封存内容的指纹与入库时保存的不同"),
        ("canonical = convert_to('\\x01x', 'utf8')", "封存内容的指纹与入库时保存的不同"),
        ("canonical = '\\x02', leaf_hash = sha256('\\x0002')", "封存内容的版本号无法识别"),
        ("canonical = '\\x015b5d', leaf_hash = sha256('\\x00015b5d')", "封存内容不是规定的写法"),
        ("payload = '[1.5]'", "字段 payload 与封存内容不同"),
    ],
)
def test_a_changed_record_says_which_part_was_changed(
    client: Client, append: Append, auditor: User, change: str, words: str
) -> None:
    record = append()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_no_change")
        cursor.execute(f"UPDATE analytics_logrecord SET {change} WHERE id = %s", [record.pk])  # noqa: S608 — from the table above
    client.force_login(auditor)
    page = open_record(client, record.pk)
    assert words in page
    assert "不符" in page


def test_opening_is_recorded_with_the_learner_it_concerns(client: Client, append: Append, auditor: User) -> None:
    record = append(learner_id=7)
    client.force_login(auditor)
    open_record(client, record.pk)
    look = LogRecord.objects.get(kind="audit.record_opened")
    assert (look.actor_id, look.learner_id, look.subject) == (auditor.pk, 7, str(record.uuid))
    assert look.payload == {"record_id": record.pk}


@pytest.mark.parametrize("number", [0, 999_999_999, 10**30])
def test_a_number_that_no_record_has_is_not_found(client: Client, auditor: User, number: int) -> None:
    client.force_login(auditor)
    open_record(client, number, status=404)
    assert not LogRecord.objects.filter(kind="audit.record_opened").exists()


def test_the_words_of_a_search_stand_beside_its_record(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    client.get(reverse("audit:records"), {"text": "砖小明"}, follow=True)
    look = LogRecord.objects.get(kind="audit.records_viewed")
    assert "砖小明" not in open_record(client, look.pk), "it may be a name: covered like one"
    client.post(reverse("audit:unmask"), {"scope": "everybody", "reason": "复核当时输入的查询条件", "minutes": 15})
    assert "砖小明" in open_record(client, look.pk)


def test_a_record_of_a_kind_nobody_registers_any_more_can_still_be_read(
    client: Client, append: Append, auditor: User
) -> None:
    record = append()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_no_change")
        cursor.execute("UPDATE analytics_logrecord SET kind = 'old.thing_done' WHERE id = %s", [record.pk])
    client.force_login(auditor)
    assert "old.thing_done" in open_record(client, record.pk)


def test_one_can_walk_from_record_to_record(client: Client, append: Append, auditor: User) -> None:
    records = [append() for _ in range(3)]
    client.force_login(auditor)
    page = open_record(client, records[1].pk)
    assert reverse("audit:record", args=[records[0].pk]) in page
    assert reverse("audit:record", args=[records[2].pk]) in page
