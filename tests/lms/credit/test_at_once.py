"""Several workers at once, on a database that really commits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from analytics.learning_log.queries import RecordFilter, records
from analytics.learning_log.signals import record_appended
from lms.credit.actions import Comparison, award_watched, compare_all_balances, load_rule_sets, record_hours
from lms.credit.models import CreditBalance, CreditEntry
from lms.credit.receivers import award_what_was_watched
from tests import people
from tests.lms.credit.conftest import file_watching, furnish, lesson_of

WORKERS = 4
UID = "credit.award_watched"


@pytest.fixture
def no_bell() -> Iterator[None]:
    """In tests a task runs at once: the bell would have awarded before the workers begin."""
    assert record_appended.disconnect(dispatch_uid=UID)
    yield
    record_appended.connect(award_what_was_watched, dispatch_uid=UID)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_lesson_is_awarded_once(no_bell: None, now: datetime) -> None:
    lesson = lesson_of(furnish().formwork)
    learner = people.learner(post="site_civil")
    file_watching(learner, lesson, (0, 40), at=now)
    start = Barrier(WORKERS)

    def award(_: int) -> int:
        start.wait(timeout=10)
        try:
            return len(award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now))
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        made = list(pool.map(award, range(WORKERS)))
    assert sorted(made) == [0, 0, 0, 1]
    assert [entry.seconds for entry in CreditEntry.objects.filter(learner=learner)] == [40]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_night_opens_its_own_transactions(now: datetime) -> None:
    """As a worker runs it: nothing is open around it."""
    load_rule_sets(at=now)
    learner = people.learner(post="site_civil")
    with transaction.atomic():
        record_hours(
            learner=learner, category="self_study", hours=6, activity_day=date(2026, 3, 1), title="企业组织的技术培训",
            source_kind="claim", at=now, by=None,
        )  # fmt: skip
    assert compare_all_balances(at=now) == Comparison(balances=1)
    CreditBalance.objects.filter(learner=learner).update(state="complete")
    assert compare_all_balances(at=now) == Comparison(balances=1, mismatches=1)
    assert records(RecordFilter(kinds=("credit.balances_compared",)), limit=3)
