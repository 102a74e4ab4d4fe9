"""A question too wide for the size of the log is refused in words, and holds up nobody."""

from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from analytics.audit import actions
from analytics.learning_log import queries
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from tests.analytics.conftest import Append


@pytest.mark.django_db
def test_a_slow_query_is_stopped_and_the_transaction_goes_on(append: Append) -> None:
    append()
    with pytest.raises(queries.TookTooLong), queries.within(50), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    assert LogRecord.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["audit:records", "audit:export"])
def test_the_page_says_what_to_do_when_the_log_takes_too_long(
    client: Client, append: Append, auditor: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    append()
    monkeypatch.setattr(actions, "PATIENCE_MS", 100)
    held = Event()

    def hold_the_log() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE analytics_logrecord IN ACCESS EXCLUSIVE MODE")
                held.set()
                sleep(0.6)
        finally:
            connection.close()

    client.force_login(auditor)
    holder = Thread(target=hold_the_log)
    holder.start()
    held.wait(timeout=5)
    answer = client.get(reverse(name), {"kind": "test.thing_done"})
    holder.join(timeout=5)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请加上日期，或选定一个种类、一名学员" in page
    assert not LogRecord.objects.filter(kind__startswith="audit.").exists()
