"""The list as a file: complete, safe to open, bounded, streamed, and recorded."""

import csv
import hashlib
import io
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from django.urls import reverse

from analytics.audit import actions
from analytics.learning_log import actions as log
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from tests.analytics.conftest import Append

HERE = {"kind": "test.thing_done"}


def export(client: Client, **conditions: str) -> tuple[str, list[list[str]]]:
    """Return the file as text and as cells."""
    answer = client.get(reverse("audit:export"), conditions)
    assert answer.status_code == 200
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8")
    return text, list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.django_db
def test_each_hash_can_be_recomputed_from_the_file_alone(client: Client, append: Append, auditor: User) -> None:
    log.put_labels(kind="lesson", texts={"l-1": "高支模"})
    for n in range(3):
        append(actor_id=n, learner_id=n, subject="l-1", payload={"what": f'第{n}件, "引号"\n换行'})
    client.force_login(auditor)
    text, (heading, *rows) = export(client, **HERE)
    assert text.startswith("\ufeff")
    assert len(rows) == 3
    for row in rows:
        sealed, stored = row[heading.index("封存内容")], row[heading.index("指纹（SHA-256）")]
        assert hashlib.sha256(b"\x00\x01" + sealed.encode()).hexdigest() == stored
        assert row[heading.index("核对")] == "一致"
        assert row[heading.index("对象名称")] == "高支模"


@pytest.mark.django_db
def test_no_cell_is_run_as_a_formula(client: Client, append: Append, auditor: User) -> None:
    log.put_labels(kind="person", texts={"5": "=cmd|'/c calc'!A0"})
    log.put_labels(kind="lesson", texts={"@x": "+1"})
    append(actor_id=5, learner_id=5, subject="@x", payload={"what": "-1"})
    client.force_login(auditor)
    _, (_, *rows) = export(client, **HERE)
    for cell in rows[0]:
        assert cell.isdecimal() or cell[:1] not in set("=+-@\t\r")


@pytest.mark.django_db
def test_a_file_has_an_end_and_says_so(
    client: Client,
    append_many: Callable[..., list[LogRecord]],
    auditor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "EXPORT_ROWS", 4)
    records = append_many(6)
    client.force_login(auditor)
    _, (_, *rows, last) = export(client, **HERE)
    assert [int(row[0]) for row in rows] == [record.pk for record in reversed(records[2:])]
    assert last[0].startswith("只导出最新的 4 条")


@pytest.mark.django_db
def test_taking_a_file_is_recorded(client: Client, append_many: Callable[..., object], auditor: User) -> None:
    append_many(3)
    client.force_login(auditor)
    export(client, **HERE)
    record = LogRecord.objects.get(kind="audit.records_exported")
    assert record.actor_id == auditor.pk
    assert record.payload == {"filter": HERE, "rows": 3, "format": "csv"}


@pytest.mark.django_db
def test_bad_conditions_give_no_file(client: Client, auditor: User) -> None:
    client.force_login(auditor)
    assert client.get(reverse("audit:export"), {"since": "x"}).status_code == 400
    assert not LogRecord.objects.filter(kind="audit.records_exported").exists()


@pytest.mark.django_db
def test_a_large_file_is_read_in_pieces_of_even_cost(
    client: Client,
    append_many: Callable[..., list[LogRecord]],
    auditor: User,
) -> None:
    append_many(2_300)
    client.force_login(auditor)
    answer = client.get(reverse("audit:export"), HERE)
    assert isinstance(answer, StreamingHttpResponse)
    pieces = list(answer)
    assert len(pieces) == 1 + 3
    assert b"".join(pieces).count(b"\r\n") == 1 + 2_300


@pytest.mark.django_db(transaction=True)
async def test_the_file_streams_from_an_asynchronous_server_as_well(
    async_client: AsyncClient, append_many: Callable[..., list[LogRecord]], auditor: User
) -> None:
    await sync_to_async(append_many)(5)
    await async_client.aforce_login(auditor)
    answer = await async_client.get(reverse("audit:export"), HERE)
    assert isinstance(answer, StreamingHttpResponse)
    assert answer.is_async
    text = b"".join([piece async for piece in answer])
    assert text.count(b"\r\n") == 6
