"""Totals of months that have left the tables are nowhere else: the migration that began them anew lets them be."""

from datetime import date, datetime
from importlib import import_module

import pytest
from django.db import connection

from analytics.dashboards.models import DailyLearner, DailyTotal, RollUpState
from tests.analytics import town

pytestmark = pytest.mark.django_db
EMPTY: str = import_module("analytics.migrations.0013_totals_anew").EMPTY


@pytest.fixture
def totals() -> None:
    DailyTotal.objects.create(day=date(2026, 1, 5), measure="watched_ms", amount=60_000)
    DailyLearner.objects.create(day=date(2026, 1, 5), learner_id=7)
    RollUpState.objects.update_or_create(pk=1, defaults={"size": 40})


def empty() -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
    return DailyTotal.objects.count(), DailyLearner.objects.count(), RollUpState.objects.get().size


def test_with_every_record_in_the_tables_they_begin_anew(totals: None) -> None:
    assert empty() == (0, 0, 0)


def test_what_was_added_up_of_months_that_left_stays(totals: None, now: datetime) -> None:
    town.file("audit.month_archived", now, records=40, archived=40, until=2_602 * 10**10, size=40)
    assert empty() == (1, 1, 40)
