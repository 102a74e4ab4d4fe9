"""A document number appears in no log record, no operator's log, no address, no error and no page."""

import logging
import traceback
from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter
from lms.accounts import actions
from lms.accounts.domain.id_document import check_character
from lms.accounts.domain.refusals import AccountsError
from lms.accounts.models import Identity
from tests import people

pytestmark = pytest.mark.django_db
NUMBER = "360426199101010071"
OTHER = "36042619910101009" + check_character("36042619910101009")
BAD = "360426199101010072"
PHONE = "13800138000"


def test_a_number_is_nowhere_but_sealed(client: Client, now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """One person records, fails, is corrected and is looked at by everybody who may."""
    caplog.set_level(logging.DEBUG)
    me, staff, auditor = people.person(phone=PHONE), people.administrator(), people.auditor()
    client.force_login(me)
    texts, addresses = [], []
    for form in ({"number": BAD}, {"number": NUMBER}, {"number": NUMBER}):
        response = client.post(reverse("accounts:identity"), {"kind": "resident_id", "legal_name": "甲", **form})
        texts.append(response.content.decode())
        addresses.append(response.get("Location", ""))
    texts += [client.get(reverse(name)).content.decode() for name in ("accounts:profile", "accounts:identity")]
    actions.record_identity(user=me, kind="resident_id", legal_name="乙", number=OTHER, at=now, by=staff)
    client.force_login(auditor)
    row = Identity.objects.get()
    for name, arguments in (("changelist", []), ("change", [row.pk])):
        page = client.get(reverse(f"admin:accounts_identity_{name}", args=arguments))
        assert page.status_code == 200
        texts.append(page.content.decode())
    page = client.get(reverse("admin:accounts_user_change", args=[me.pk]))
    assert "138****8000" in page.content.decode()
    texts.append(page.content.decode())
    texts += [str(sealed.canonical) for sealed in log.records(RecordFilter(), limit=200)]
    texts += [str(list(LogEntry.objects.values())), caplog.text, repr(row), str(row), *addresses]
    for text in texts:
        for number in (NUMBER, OTHER, BAD, PHONE):
            assert number not in text


@pytest.mark.parametrize("number", [BAD, NUMBER[:-1], NUMBER])
def test_no_error_and_no_traceback_of_one_repeats_a_number(now: datetime, number: str) -> None:
    first, second = people.learner(), people.learner()
    actions.record_identity(user=first, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=first)
    with pytest.raises(AccountsError) as refused:
        actions.record_identity(user=second, kind="resident_id", legal_name="乙", number=number, at=now, by=second)
    written = "".join(traceback.format_exception(refused.value))
    assert number not in written
    assert number not in repr(refused.value)


def test_no_statement_to_the_database_carries_a_number(now: datetime) -> None:
    """The database's own log of slow statements would keep it."""
    user = people.learner()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        actions.record_identity(user=user, kind="resident_id", legal_name="甲", number=NUMBER, at=now, by=user)
    assert captured.captured_queries
    assert NUMBER not in str(captured.captured_queries)
