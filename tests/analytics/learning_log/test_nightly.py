"""What the log does once a day: it verifies itself and says so where auditors look; a head leaves the house."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from analytics.domain.note import opened, parse_key
from analytics.domain.spoken import heard
from analytics.learning_log import actions, queries
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from tests.analytics.learning_log.tampering import House, edit_the_bytes

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


def test_a_good_night_stands_on_the_first_page(
    append_many: AppendMany, seal: Seal, now: datetime, client: Client, auditor: User
) -> None:
    client.force_login(auditor)
    assert "还没有核验过" in client.get(reverse("audit:records")).content.decode()
    append_many(30)
    size = seal().size
    record = actions.verify_everything(at=now)
    assert (record.kind, record.payload["size"], record.payload["heads"]) == ("audit.log_verified", size, 1)
    page = client.get(reverse("audit:records")).content.decode()
    assert f"{size} 条记录全部一致" in page
    assert reverse("audit:record", args=[record.pk]) in page


def test_a_fault_is_filed_and_shown(log: House, now: datetime, client: Client, auditor: User) -> None:
    edit_the_bytes(log)
    record = actions.verify_everything(at=now)
    assert record.kind == "audit.fault_found"
    assert "was altered" in record.payload["fault"]
    client.force_login(auditor)
    page = client.get(reverse("audit:records")).content.decode()
    assert "不通过" in page
    assert "被改动：内容算不出入库时保存的指纹" in page


def test_a_head_leaves_once_a_day_and_opens_by_the_key(
    append_many: AppendMany,
    seal: Seal,
    now: datetime,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.LOG_HEAD_SUBSCRIBERS = ["witness@example.org", "archive@example.org"]
    assert actions.send_daily_head(at=now) == 0, "no head yet"
    append_many(3)
    seal()
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.send_daily_head(at=now) == 2
        assert mail.outbox == [], "nothing leaves before the commit"
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.send_daily_head(at=now) == 0
    assert [letter.to for letter in mail.outbox] == [["witness@example.org"], ["archive@example.org"]]
    (attached,) = mail.outbox[0].attachments
    head = queries.latest_head()
    assert head is not None
    checkpoint = opened(attached[1], [parse_key(head.verifier_key)])
    assert (checkpoint.size, checkpoint.root) == (head.size, head.root)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.send_daily_head(at=now + timedelta(days=1)) == 2


def test_without_subscribers_nothing_is_sent(append_many: AppendMany, seal: Seal, now: datetime) -> None:
    append_many(3)
    seal()
    assert actions.send_daily_head(at=now) == 0


def test_the_printed_head_says_the_root_in_characters(append_many: AppendMany, seal: Seal, client: Client) -> None:
    assert client.get(reverse("log:head")).status_code == 404
    append_many(3)
    seal()
    answer = client.get(reverse("log:head"))
    head = queries.latest_head()
    assert head is not None
    assert heard("".join(answer.context["words"])) == head.root
    for group in answer.context["words"]:
        assert f"<li>{group}</li>" in answer.content.decode()
