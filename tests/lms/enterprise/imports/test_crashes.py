"""A worker that is killed in the middle of a run, and fifty runs at once: every batch is whole, nobody is made twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from lms.accounts.models import Identity, User
from lms.enterprise import actions
from lms.enterprise.actions import batches
from lms.enterprise.models import ImportBatch, Invitation
from lms.organisations.models import Membership
from tests import people
from tests.lms.enterprise.imports.conftest import Company, checked
from tests.lms.enterprise.imports.lists import person

pytestmark = pytest.mark.django_db(transaction=True)

_WORK = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.DEMO = True
django.setup()
from django.utils import timezone
from lms.enterprise.actions import import_runs
while import_runs.run_batch(import_id=int(sys.argv[2]), at=timezone.now()) is not None:
    print("batch", flush=True)
"""


def _worker(import_id: int) -> "subprocess.Popen[str]":
    name = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", _WORK, name, str(import_id)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(str(settings.BASE_DIR)) if hasattr(settings, "BASE_DIR") else None,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_in_mid_run_and_taken_up_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(batches, "BATCH", 10)
    row = checked(company, [person(number) for number in range(1, 301)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    worker = _worker(row.pk)
    assert worker.stdout is not None
    for _ in range(3):
        assert worker.stdout.readline() == "batch\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    time.sleep(0.2)  # until the server has noticed
    row.refresh_from_db()
    done = row.rows_done
    assert ImportBatch.objects.filter(run=row).count() == 30 - done // 10
    assert 30 <= done < 300 and done % 10 == 0
    made = Identity.objects.count()
    assert made == done == Invitation.objects.count() == Membership.objects.filter(role="staff").count()
    later = timezone.now() + timedelta(seconds=61)
    assert actions.waiting_imports(at=later) == (row.pk,)
    while actions.run_batch(import_id=row.pk, at=later) is not None:
        pass
    row.refresh_from_db()
    assert (row.state, row.counts) == ("done", {"new": 300})
    assert Identity.objects.count() == 300 == Membership.objects.filter(role="staff").count()


def test_fifty_runs_of_the_same_people_at_once(company: Company) -> None:
    now = timezone.now()
    rows = [person(number) for number in range(1, 6)]
    runs = []
    for _ in range(50):
        place = people.organisation("enterprise")
        here = Company(place, people.employer(place), company.other)
        row = checked(here, rows, now)
        actions.confirm_import(import_uuid=row.uuid, at=now, by=here.manager)
        runs.append(row)
    barrier, failures = threading.Barrier(10), []

    def work(mine: list[int]) -> None:
        try:
            barrier.wait()
            for import_id in mine:
                while actions.run_batch(import_id=import_id, at=now) is not None:
                    pass
        except Exception as error:  # noqa: BLE001 — a thread's failure is told by the test below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=([row.pk for row in runs[at::10]],)) for at in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Identity.objects.count() == 5
    outcomes: dict[str, int] = {}
    for row in runs:
        row.refresh_from_db()
        assert row.state == "done"
        for outcome, count in row.counts.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    # Whoever came first made all five; to the others they are people of another company.
    assert outcomes == {"new": 5, "moving": 245}
    assert User.objects.filter(identity__isnull=False).count() == 5
