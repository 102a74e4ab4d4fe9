"""The top of the auditor's first page: what the last verification of the whole log says, and whether it is late."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.audit import queries
from analytics.learning_log import actions as log
from lms.accounts.models import User
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db
VERIFIED = {"records": 5, "heads": 1, "brought": 0, "size": 5, "took_ms": 3}
LATE = "昨夜没有核验"


def verified(at: datetime) -> None:
    log.append(kind="audit.log_verified", actor_id=None, happened_at=at, payload=dict(VERIFIED))


@pytest.fixture
def page(client: Client, auditor: User) -> Callable[[], str]:
    """The first page as text."""
    client.force_login(auditor)
    return lambda: str(client.get(reverse("audit:records")).content, "utf-8")


def test_a_log_of_today_that_was_never_verified_is_not_late(page: Callable[[], str], append: Append) -> None:
    append()
    text = page()
    assert "还没有核验过" in text and LATE not in text


def test_a_log_that_stood_for_a_night_and_was_never_verified_is_late(append: Append) -> None:
    append()
    assert not queries.today(timezone.now()).never
    assert queries.today(timezone.now() + timedelta(hours=27)).never
    verified(timezone.now())
    assert not queries.today(timezone.now() + timedelta(hours=27)).never


def test_a_verification_of_last_night_is_told(page: Callable[[], str]) -> None:
    verified(timezone.now() - timedelta(hours=20))
    text = page()
    assert "5 条记录全部一致" in text and LATE not in text


def test_one_that_is_older_than_a_day_is_said_to_be_late(page: Callable[[], str]) -> None:
    verified(timezone.now() - timedelta(hours=27))
    text = page()
    assert "5 条记录全部一致" in text and LATE in text and "此后的记录还没有核对" in text


def test_a_fault_is_told_in_the_language_of_the_page(page: Callable[[], str], client: Client) -> None:
    fault = "record #12 at position 3 was altered: its bytes do not give the leaf hash that was kept"
    at = timezone.now()
    log.append(kind="audit.fault_found", actor_id=None, happened_at=at, payload={"fault": fault, "took_ms": 3})
    assert "第 12 号记录（第 3 位）被改动" in page()
    english = client.get(reverse("audit:records"), headers={"accept-language": "en"}).content.decode()
    assert fault in english
