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
from django.db import connection, connections, transaction
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from lms.accounts.models import Identity, User
from lms.enterprise import actions
from lms.enterprise.actions import batches
from lms.enterprise.models import ImportBatch, Invitation, RosterImport
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


def test_two_hands_do_every_row_once_and_end_it_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(batches, "BATCH", 10)
    row = checked(company, [person(number) for number in range(1, 101)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    told: list[tuple[int, str]] = []
    actions.run_import(import_id=row.pk, told=lambda run: told.append((threading.get_ident(), run.state)))
    row.refresh_from_db()
    assert (row.state, row.counts, row.rows_done) == ("done", {"new": 100}, 100)
    assert [state for _hand, state in told].count("done") == 1 and len(told) == 11
    assert len({hand for hand, _state in told}) == 2
    assert Identity.objects.count() == 100 == Membership.objects.filter(role="staff").count()
    assert LogRecord.objects.filter(kind="enterprise.person_imported").count() == 100
    assert LogRecord.objects.filter(kind="enterprise.import_finished").count() == 1


def test_who_has_a_batch_keeps_it_and_the_end_waits_for_them(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(batches, "BATCH", 2)
    row = checked(company, [person(number) for number in range(1, 7)], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    holds, let_go = threading.Event(), threading.Event()

    def hold_the_first() -> None:
        with transaction.atomic():
            assert batches.next_batch(RosterImport.objects.get(pk=row.pk)) is not None
            holds.set()
            let_go.wait(20)
            transaction.set_rollback(True)  # as one who dies
        connections.close_all()

    other = threading.Thread(target=hold_the_first)
    other.start()
    assert holds.wait(20)
    run = actions.run_batch(import_id=row.pk, at=now)
    assert run is not None and run.rows_done == 2
    assert actions.run_batch(import_id=row.pk, at=now) is not None
    assert actions.run_batch(import_id=row.pk, at=now) is None  # the rest is the other's: nothing is over
    row.refresh_from_db()
    assert (row.state, row.rows_done) == ("running", 4)
    assert not Identity.objects.filter(user__licences__number="测-00000001").exists()
    let_go.set()
    other.join()
    actions.run_import(import_id=row.pk, told=lambda _run: None)
    row.refresh_from_db()
    assert (row.state, row.counts) == ("done", {"new": 6})


def test_cancelled_with_batches_done_out_of_order_counts_what_was_done(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr(batches, "BATCH", 2)
    row = checked(company, [person(1), person(2, name="李四5"), *(person(number) for number in range(3, 8))], now)
    actions.confirm_import(import_uuid=row.uuid, at=now, by=company.manager)
    first = ImportBatch.objects.filter(run=row).order_by("first")[0]
    kept = {"first": first.first, "last": first.last, "sealed": bytes(first.sealed)}
    first.delete()
    assert actions.run_batch(import_id=row.pk, at=now) is not None  # the second batch, before the first
    ImportBatch.objects.create(run=row, **kept)
    actions.cancel_import(import_uuid=row.uuid, at=now, by=company.manager)
    run = actions.run_batch(import_id=row.pk, at=now)
    assert run is not None and (run.state, run.counts) == ("cancelled", {"new": 2, "refused": 1})


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
