"""Several workers at once, on a database that really commits."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from analytics.learning_log.signals import record_appended
from lms.credit.actions import award_watched
from lms.credit.models import CreditEntry
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
