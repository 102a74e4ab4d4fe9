"""The message centre and the outbox: one's own, and nobody else's."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms.accounts.models import User
from lms.notices import actions
from lms.notices.kinds import ONE_TIME_CODE
from lms.notices.models import Notice
from tests.lms.notices.conftest import PLAIN
from tests.people import administrator, learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(now: datetime) -> User:
    """A learner who was told that a certificate ends."""
    user = learner()
    actions.send(
        person_id=user.pk,
        kind=PLAIN,
        params={"number": "例-7", "days": 30},
        key="k",
        at=now,
        path=reverse("credit:my_hours"),
    )
    return user


def test_the_bell_counts_and_the_notice_leads_where_it_says(client: Client, told: User) -> None:
    client.force_login(told)
    page = client.get(reverse("notices:centre")).content.decode()
    assert "证书 例-7 还有 30 天到期" in page
    assert '<span class="count" aria-hidden="true">1</span>' in page
    notice = Notice.objects.get()
    assert client.get(reverse("notices:open", args=[notice.uuid])).headers["Location"] == reverse("credit:my_hours")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_nobody_opens_another_persons_notice(client: Client, told: User) -> None:
    notice = Notice.objects.get()
    address = reverse("notices:open", args=[notice.uuid])
    assert client.get(address).headers["Location"].startswith(reverse("account_login"))
    client.force_login(learner())
    assert client.get(address).status_code == 404
    assert "例-7" not in client.get(reverse("notices:centre")).content.decode()
    client.post(reverse("notices:centre"))
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_outbox_is_for_administrators(client: Client, told: User) -> None:
    client.force_login(told)
    assert client.get(reverse("notices:outbox")).status_code == 403
    client.force_login(administrator())
    assert "证书 例-7 还有 30 天到期" in client.get(reverse("notices:outbox")).content.decode()


def test_in_the_demo_everybody_sees_what_was_sent_to_them(
    client: Client, told: User, now: datetime, settings: Settings
) -> None:
    actions.send(person_id=told.pk, kind=ONE_TIME_CODE, params={"code": "483920", "minutes": 5}, key="c", at=now)
    client.force_login(administrator())
    assert "483920" not in client.get(reverse("notices:outbox")).content.decode()
    settings.DEMO = True
    client.force_login(told)
    assert "483920" in client.get(reverse("notices:outbox")).content.decode()
    client.force_login(learner())
    assert "483920" not in client.get(reverse("notices:outbox")).content.decode()
