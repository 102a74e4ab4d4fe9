"""Balances follow the ledger in the same transaction; the night finds any that does not, says so, and mends it."""

import logging
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from analytics.learning_log.queries import RecordFilter, records
from lms.accounts.actions import record_licence
from lms.accounts.models import User
from lms.credit import actions, queries, tasks
from lms.credit.actions import Comparison, compare_all_balances, record_hours, reverse_entry
from lms.credit.models import BalanceMismatch, CreditBalance, CreditEntry
from tests import people
from tests.lms.credit.conftest import House, file_watching, lesson_of

pytestmark = pytest.mark.django_db


def give(learner: User, hours: int, now: datetime, *, day: date = date(2026, 3, 1), **more: str) -> CreditEntry:
    return record_hours(
        learner=learner,
        category=more.pop("category", "self_study"),
        hours=hours,
        activity_day=day,
        title="企业组织的技术培训",
        source_kind=more.pop("source_kind", "claim"),
        at=now,
        by=None,
        **more,  # type: ignore[arg-type]  # only texts are given here
    )


def total_of(learner: User) -> str:
    return str(CreditBalance.objects.filter(learner=learner).latest("cycle").figures["total"])


@pytest.fixture
def holder(house: House, db: None) -> User:
    return people.learner(post="site_civil")


def test_a_balance_follows_every_deed(house: House, holder: User, now: datetime) -> None:
    entry = give(holder, 6, now)
    assert total_of(holder) == "6"
    reverse_entry(entry_id=entry.pk, reason="重复", at=now, by=people.administrator())
    assert total_of(holder) == "0"
    file_watching(holder, lesson_of(house.formwork), (0, 27), at=now)
    actions.award_watched(learner_id=holder.pk, subject_uuid=lesson_of(house.formwork), at=now)
    assert total_of(holder) == "0.01"


def test_it_says_what_the_decision_says(holder: User, now: datetime) -> None:
    give(holder, 30, now)
    give(holder, 4, now, state="pending_review")
    (held,) = queries.decisions_of(holder.pk, now.date())
    assert held.current is not None
    facts = queries.balances_of([held.licence.id])[held.licence.id]
    assert facts.state == held.current.state
    assert Fraction(str(facts.figures["total"])) == held.current.total
    assert Fraction(str(facts.figures["waiting"])) == 4
    missing = facts.figures["missing"]
    assert isinstance(missing, dict)
    assert {code: Fraction(hours) for code, hours in missing.items()} == held.current.missing


def test_a_deed_that_is_undone_leaves_no_balance(holder: User, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        give(holder, 6, now)
        raise ZeroDivisionError
    assert not CreditBalance.objects.exists()


def test_a_quiet_night_finds_nothing_and_says_so(holder: User, now: datetime) -> None:
    give(holder, 6, now)
    later = now + timedelta(days=400)  # a cycle further on the clock: time that passes is no mismatch
    assert compare_all_balances(at=now).mismatches == 0
    assert compare_all_balances(at=later).mismatches == 0
    assert not BalanceMismatch.objects.exists()
    (record, *_) = records(RecordFilter(kinds=("credit.balances_compared",)), limit=1)
    assert record.record.payload["mismatches"] == 0
    first = CreditBalance.objects.get(learner=holder, cycle=1)
    assert (first.figures["total"], first.state) == ("6", "retrain")


def test_a_balance_that_was_tampered_with_is_found_told_and_mended(
    holder: User, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    give(holder, 6, now)
    row = CreditBalance.objects.get(learner=holder)
    CreditBalance.objects.filter(pk=row.pk).update(figures={**row.figures, "total": "64"})
    with caplog.at_level(logging.ERROR):
        assert compare_all_balances(at=now) == Comparison(balances=1, mismatches=1)
    found = BalanceMismatch.objects.get()
    assert (found.stored["total"], found.computed["total"]) == ("64", "6")
    (record,) = records(RecordFilter(kinds=("credit.balance_mismatched",)), limit=5)
    assert (record.record.payload["stored_hours"], record.record.payload["computed_hours"]) == ("64", "6")
    assert "differs from its ledger" in caplog.text
    assert total_of(holder) == "6"
    assert compare_all_balances(at=now).mismatches == 0


def test_many_are_compared_by_few_queries_and_only_the_odd_one_is_locked(
    house: House, holder: User, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    others = [people.learner(post="site_civil") for _ in range(12)]
    for learner in (holder, *others):
        give(learner, 6, now)
    with django_assert_max_num_queries(12):
        assert compare_all_balances(at=now) == Comparison(balances=13)
    row = CreditBalance.objects.get(learner=others[5])
    CreditBalance.objects.filter(pk=row.pk).update(state="complete")
    assert compare_all_balances(at=now) == Comparison(balances=13, mismatches=1)
    assert BalanceMismatch.objects.get().stored["state"] == "complete"


def test_a_balance_of_a_cycle_that_is_no_more_goes(holder: User, now: datetime) -> None:
    give(holder, 6, now)
    row = CreditBalance.objects.get(learner=holder)
    row.pk, row.cycle = None, 9
    row._state.adding = True
    CreditBalance.objects.bulk_create([row])
    assert compare_all_balances(at=now).mismatches == 0
    assert [row.cycle for row in CreditBalance.objects.filter(learner=holder)] == [1]


def test_an_entry_that_no_balance_has_seen_is_found(holder: User, now: datetime) -> None:
    give(holder, 6, now)
    CreditEntry.objects.create(
        learner=holder,
        category="self_study",
        seconds=2700,
        activity_day=date(2026, 3, 2),
        source_kind="imported",
        title="直接写入",
        recorded_at=now,
    )
    assert compare_all_balances(at=now).mismatches == 1
    assert total_of(holder) == "7"


def test_what_is_judged_by_other_facts_now_is_made_anew_without_alarm(holder: User, now: datetime) -> None:
    give(holder, 6, now)
    holder.licences.update(works_in_post=False)
    assert compare_all_balances(at=now) == Comparison(balances=1, rebuilt=1)
    CreditBalance.objects.all().delete()
    tasks.compare_balances()
    assert CreditBalance.objects.filter(learner=holder).exists()
    assert not BalanceMismatch.objects.exists()


def test_general_hours_count_for_every_post_and_professional_ones_for_their_own(holder: User, now: datetime) -> None:
    record_licence(
        holder=holder,
        post_code="quality_civil",
        number="",
        issued_on=date(2025, 6, 1),
        region_code="500000",
        rule_set_code="chongqing",
        at=now,
        by=None,
    )
    give(holder, 10, now, category="online_general")
    give(holder, 3, now, category="online_professional", post_code="quality_civil")
    totals = {row.licence.post_code: row.figures["total"] for row in CreditBalance.objects.select_related("licence")}
    assert totals == {"site_civil": "10", "quality_civil": "13"}


def test_hours_reported_after_their_cycle_count_by_their_day_and_are_marked(holder: User) -> None:
    licence = holder.licences.get()
    assert licence.issued_on is not None
    after = datetime(licence.issued_on.year + 2, 12, 30, tzinfo=UTC)
    give(holder, 20, after, day=licence.issued_on + timedelta(days=30), source_kind="enterprise", category="enterprise")
    first = CreditBalance.objects.get(learner=holder, cycle=1)
    assert (first.figures["total"], first.figures["flags"]) == ("20", ["late_upload"])
    assert CreditBalance.objects.get(learner=holder, cycle=2).figures["total"] == "0"


def test_one_balance_among_a_hundred_thousand_takes_under_a_millisecond(holder: User, now: datetime) -> None:
    give(holder, 6, now)
    licence_id = holder.licences.get().pk
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the others need no certificates of their own
        cursor.execute(
            "INSERT INTO credit_creditbalance (licence_id, learner_id, cycle, state, satisfied, as_of, basis, figures,"
            " newest_entry_id, rebuilt_at) SELECT 1000000 + n, 1000000 + n, 1, state, satisfied, as_of, basis, figures,"
            " newest_entry_id, rebuilt_at FROM credit_creditbalance, generate_series(1, 100000) AS n"
        )
        cursor.execute("ANALYZE credit_creditbalance")
        query = "SELECT figures FROM credit_creditbalance WHERE licence_id = %s ORDER BY cycle DESC LIMIT 1"
        times = []
        for _ in range(5):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", [licence_id])
            (plan,) = cursor.fetchone()[0]
            times.append(plan["Execution Time"])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert sorted(times)[2] < 1.0  # milliseconds; the median of five
