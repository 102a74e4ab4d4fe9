"""Thirty-two workers issue at once: no gap, no repeat, whatever fails between."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from lms.accounts.models import Licence
from lms.certificates import actions, tasks
from lms.certificates.domain.asking import Ask, Deed
from lms.certificates.domain.numbering import EXAMPLE, Template
from lms.certificates.models import Certificate, CertificateFile, CertificateRequest, CertificateVersion, NumberSeries
from lms.credit.tasks import compare_balances
from lms.notices.models import Notice
from tests.lms.certificates import paper
from tests.lms.certificates.standing import FULL, PLATFORM, ask_about, earn, holder, registered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("both_roles")]
WORKERS = 32
EACH = 6


class PowerFails(Exception):
    """What befalls a worker between taking a number and keeping it."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WORKERS) as made:
        yield made


def others(ask: Ask, count: int) -> list[Ask]:
    """The same request for other persons."""
    return [replace(ask, request_uuid=uuid4(), id_hash=f"{n:064x}") for n in range(count)]


def test_thirty_two_workers_take_every_number_once(now: datetime, pool: ThreadPoolExecutor) -> None:
    asks = others(ask_about(holder(), Deed.FIRST, cycle=0, number=""), WORKERS * EACH)

    def work(n: int) -> None:
        chance = random.Random(n)  # noqa: S311 — an accident, no secret
        try:
            for ask in asks[n::WORKERS]:
                if chance.random() < 0.3:
                    with pytest.raises(PowerFails), transaction.atomic():
                        actions.issue(ask, platform_code=PLATFORM, at=now)
                        raise PowerFails
                actions.issue(ask, platform_code=PLATFORM, at=now)
        finally:
            connection.close()

    list(pool.map(work, range(WORKERS)))
    numbers = list(Certificate.objects.values_list("number", flat=True))
    serials = sorted(Template(EXAMPLE).parse(number).serial for number in numbers)
    assert serials == list(range(1, WORKERS * EACH + 1))
    assert NumberSeries.objects.get().next_serial == WORKERS * EACH + 1


def test_one_person_asked_for_by_thirty_two_workers_gets_one_certificate(
    now: datetime, pool: ThreadPoolExecutor
) -> None:
    ask = ask_about(holder(), Deed.FIRST, cycle=0, number="")

    def work(n: int) -> str:
        try:
            return actions.issue(ask, platform_code=PLATFORM, at=now).number
        except actions.IssueRefused as error:
            return error.code.value
        finally:
            connection.close()

    answers = set(pool.map(work, range(WORKERS)))
    assert Certificate.objects.count() == CertificateVersion.objects.count() == 1
    assert Certificate.objects.get().number in answers
    assert NumberSeries.objects.get().next_serial == 2
    assert answers == {Certificate.objects.get().number}, "the same request has one answer"


def test_the_tasks_of_the_night_open_their_own_transactions(now: datetime, settings: Settings, tmp_path: Path) -> None:
    """As a worker runs them: nothing is open around them."""
    settings.PAPER_KEY = paper.pem()
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    today = timezone.now()
    user = holder()
    certificate = registered(user, valid_to=timezone.localdate(today) + timedelta(days=30))
    Licence.objects.update(issued_on=timezone.localdate(today) - timedelta(days=300))
    earn(user, *FULL, at=today)
    for task in (tasks.consider_everybody, tasks.make_papers, tasks.remind, compare_balances):
        task()
    assert CertificateRequest.objects.get().state == "queued"
    assert CertificateFile.objects.filter(version__certificate=certificate).exists()
    assert Notice.objects.filter(person=user, kind="certificates.expiring").exists()
