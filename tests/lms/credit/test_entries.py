"""Hours from elsewhere, reversals, and a ledger that the database refuses to change."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.credit.actions import AlreadyRecorded, AlreadyReversed, BadHours, RuleSetChanged, load_rule_sets, reverse_entry
from lms.credit.actions import record_hours as record
from lms.credit.models import CreditEntry, RuleSetVersion
from tests import people
from tests.lms.credit.conftest import House

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def claim(learner: User, now: datetime, **changes: object) -> CreditEntry:
    values: dict[str, object] = {
        "learner": learner,
        "category": "self_study",
        "hours": 4,
        "activity_day": DAY,
        "title": "企业组织的技术培训",
        "source_kind": "claim",
        "at": now,
        "by": None,
    }
    return record(**{**values, **changes})  # type: ignore[arg-type]  # a table of cases, not a call


def test_hours_are_stored_as_seconds_by_the_rules_named(learner: User, now: datetime) -> None:
    assert claim(learner, now).seconds == 4 * 2700
    assert claim(learner, now, rule_set_code="demo").seconds == 4 * 60
    assert claim(learner, now, hours=Fraction(1, 3)).seconds == 900
    assert claim(learner, now, hours=None, seconds=77).seconds == 77


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"hours": Fraction(1, 7)}, "not whole seconds"),
        ({"hours": 0}, "more than nothing"),
        ({"hours": None, "seconds": -5}, "more than nothing"),
        ({"hours": None}, "one of them"),
        ({"seconds": 60}, "one of them"),
        ({"title": "  "}, "needs words"),
        ({"rule_set_code": "atlantis"}, "no rule set"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    learner: User, now: datetime, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(BadHours, match=complaint):
        claim(learner, now, **changes)
    assert not CreditEntry.objects.exists()


def test_a_source_is_credited_once(learner: User, now: datetime) -> None:
    first = claim(learner, now, source_ref="paper-7")
    with pytest.raises(AlreadyRecorded) as refused:
        claim(learner, now, source_ref="paper-7")
    assert refused.value.entry == first
    assert CreditEntry.objects.count() == 1


def test_a_reversal_is_a_new_row_that_names_the_old_one(learner: User, now: datetime) -> None:
    reviewer = people.reviewer()
    wrong = claim(learner, now)
    reversal = reverse_entry(entry_id=wrong.pk, reason="材料与本人无关", at=now, by=reviewer)
    assert (reversal.reverses, reversal.seconds, reversal.by) == (wrong, -wrong.seconds, reviewer)
    assert LogRecord.objects.get(kind="credit.hours_reversed").payload["reason"] == "材料与本人无关"
    with pytest.raises(AlreadyReversed):
        reverse_entry(entry_id=wrong.pk, reason="再来一次", at=now, by=reviewer)
    with pytest.raises(BadHours, match="reason"):
        reverse_entry(entry_id=reversal.pk, reason=" ", at=now, by=reviewer)


def test_the_database_refuses_to_change_or_delete_an_entry(learner: User, now: datetime) -> None:
    entry = claim(learner, now)
    for statement in (
        "UPDATE credit_creditentry SET seconds = 999999 WHERE id = %s",
        "DELETE FROM credit_creditentry WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [entry.pk])
    entry.refresh_from_db()
    assert entry.seconds == 4 * 2700


def test_the_database_has_a_trigger_against_truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = 'credit_entry_no_truncate'")
        assert cursor.fetchone() == (1,)


def test_the_database_refuses_a_negative_claim_and_nothing(learner: User, now: datetime) -> None:
    for seconds in (0, -60):
        with pytest.raises(IntegrityError), transaction.atomic():
            CreditEntry.objects.create(
                learner=learner,
                category="self_study",
                seconds=seconds,
                activity_day=DAY,
                source_kind="claim",
                title="x",
                recorded_at=now,
            )


def test_loading_rules_again_changes_nothing(house: House, now: datetime) -> None:
    assert RuleSetVersion.objects.count() == 7
    assert load_rule_sets(at=now) == ()
    assert LogRecord.objects.filter(kind="credit.rule_set_loaded").count() == 7


def test_rules_are_loaded_by_a_command(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    RuleSetVersion.objects.filter(code="demo").delete()
    call_command("load_rule_sets")
    assert capsys.readouterr().out.splitlines() == ["载入 演示区（虚构） 2026.4（演示（虚构））", "共载入 1 份规则。"]


def test_a_version_that_stands_is_not_rewritten(house: House, now: datetime) -> None:
    row = RuleSetVersion.objects.get(code="demo")
    row.data["hours"]["total"]["v"] = 7
    row.save(update_fields=["data"])
    with pytest.raises(RuleSetChanged, match=r"demo 2026\.4"):
        load_rule_sets(at=now)
