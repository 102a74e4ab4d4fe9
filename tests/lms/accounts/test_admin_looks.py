"""Every look of staff at persons in Django's admin leaves a record, without a word of what was seen or searched for."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from analytics.learning_log.models import LogRecord
from lms.accounts import actions
from lms.accounts.models import Identity
from tests import people

pytestmark = pytest.mark.django_db
LOOKS = ("accounts.people_listed", "accounts.person_looked_up")
NUMBER = "360426199101010071"


def looks() -> list[LogRecord]:
    return list(LogRecord.objects.filter(kind__in=LOOKS).order_by("pk"))


def test_lists_and_persons_looked_at_are_recorded(client: Client, now: datetime) -> None:
    me, auditor = people.person(), people.auditor()
    actions.record_identity(user=me, kind="resident_id", legal_name="甲乙丙", number=NUMBER, at=now, by=me)
    client.force_login(auditor)
    assert client.get(reverse("admin:accounts_identity_changelist"), {"q": "甲乙丙"}).status_code == 200
    assert client.get(reverse("admin:accounts_user_change", args=[me.pk])).status_code == 200
    assert client.get(reverse("admin:accounts_identity_change", args=[Identity.objects.get().pk])).status_code == 200
    listed, *one_by_one = looks()
    assert listed.payload == {"table": "identity", "shown": 1, "searched": True}
    assert [(look.learner_id, look.payload["table"]) for look in one_by_one] == [(me.pk, "user"), (me.pk, "identity")]
    assert {look.actor_id for look in looks()} == {auditor.pk}
    assert not [look for look in looks() if "甲乙丙" in bytes(look.canonical).decode()]


def test_what_is_not_shown_is_no_look(client: Client) -> None:
    me, auditor = people.person(), people.auditor()
    client.force_login(me)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code != 200
    assert client.get(reverse("admin:accounts_user_change", args=[me.pk])).status_code != 200
    client.force_login(auditor)
    assert client.get(reverse("admin:accounts_user_change", args=[me.pk + 1_000])).status_code == 302
    assert looks() == []
