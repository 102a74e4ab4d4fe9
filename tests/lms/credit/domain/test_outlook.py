"""What is ahead of a running cycle, and what finishing a course would change."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain.decision import Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.outlook import days_needed, if_finished, outlook_of
from lms.credit.domain.sequence import step_before
from lms.credit.domain.terms import LedgerCategory, State
from tests.lms.credit.domain.cases import rule_set

CHONGQING, JIANGXI = rule_set("chongqing"), rule_set("jiangxi")
ISSUED, TODAY, HOUR = date(2025, 5, 10), date(2026, 11, 20), 2700
HOLDING = Holding(issued_on=ISSUED, post_code="site_civil")
FULL = {
    LedgerCategory.ONLINE_GENERAL: 20,
    LedgerCategory.ONLINE_PROFESSIONAL: 12,
    LedgerCategory.LIVE: 8,
    LedgerCategory.SELF_STUDY: 24,
}


def earned(**short: int) -> list[Evidence]:
    """Everything that Chongqing asks for, without so many hours of a category."""
    day = TODAY - timedelta(days=20)
    return [
        Evidence(day, ledger, (hours - short.get(ledger.value, 0)) * HOUR, source=ledger.value)
        for ledger, hours in FULL.items()
        if hours > short.get(ledger.value, 0)
    ]


def test_what_is_still_to_do_until_the_last_day() -> None:
    decision = decide(earned(online_professional=2), CHONGQING, HOLDING, TODAY)
    ahead = outlook_of(decision, CHONGQING, HOLDING)
    assert ahead is not None
    assert ahead.last_day == date(2027, 5, 9)
    assert [(item.code, item.missing) for item in ahead.missing] == [("online_professional", Fraction(2))]
    assert ahead.per_week == Fraction(2 * 7, (date(2027, 5, 9) - TODAY).days + 1)
    assert (ahead.following.start, ahead.following.last_day) == (date(2027, 5, 10), date(2029, 5, 9))


def test_nothing_is_ahead_of_a_full_or_finished_cycle_or_a_candidate() -> None:
    full = outlook_of(decide(earned(), CHONGQING, HOLDING, TODAY), CHONGQING, HOLDING)
    assert full is not None
    assert (full.per_week, full.missing) == (None, ())
    later = date(2027, 6, 1)
    over = decide(earned(), CHONGQING, HOLDING, later, cycle=1)
    assert outlook_of(over, CHONGQING, HOLDING) is None
    candidate = Holding(issued_on=None)
    assert outlook_of(decide([], CHONGQING, candidate, TODAY), CHONGQING, candidate) is None


@given(hours=st.integers(1, 20), short=st.integers(1, 12))
def test_finishing_a_course_changes_its_own_category_alone(hours: int, short: int) -> None:
    evidence = earned(online_professional=short)
    before = decide(evidence, CHONGQING, HOLDING, TODAY)
    after = if_finished(
        evidence, CHONGQING, HOLDING, before,
        ledger=LedgerCategory.ONLINE_PROFESSIONAL, seconds=hours * HOUR, post_code="site_civil",
    )  # fmt: skip
    assert after.missing.get("online_professional", 0) == max(0, short - hours)
    assert after.satisfied == (hours >= short)
    assert after.total == before.total + hours
    other = if_finished(
        evidence, CHONGQING, HOLDING, before,
        ledger=LedgerCategory.ONLINE_PROFESSIONAL, seconds=hours * HOUR, post_code="labor",
    )  # fmt: skip
    assert other.missing == before.missing, "hours of another post help nothing"


def test_a_long_course_takes_several_days() -> None:
    assert days_needed(Fraction(2), CHONGQING) == 1
    limit = CHONGQING.accrual.daily_online_hours.value
    assert limit is not None
    assert days_needed(limit + Fraction(1, 100), CHONGQING) == 2
    assert days_needed(Fraction(100), rule_set("demo")) == 1


@pytest.mark.parametrize(
    ("hours", "ledger", "held"),
    [
        (19, LedgerCategory.ONLINE_GENERAL, "enterprise"),
        (19, LedgerCategory.ONLINE_PROFESSIONAL, "enterprise"),
        (20, LedgerCategory.ONLINE_GENERAL, None),
        (19, LedgerCategory.ENTERPRISE, None),
        (19, LedgerCategory.SELF_STUDY, None),
    ],
)
def test_a_step_waits_for_the_one_before(hours: int, ledger: LedgerCategory, held: str | None) -> None:
    day = TODAY - timedelta(days=20)
    issued = Holding(issued_on=date(2024, 5, 10), post_code="labor")
    decision = decide([Evidence(day, LedgerCategory.ENTERPRISE, hours * HOUR)], JIANGXI, issued, TODAY)
    assert decision.state is State.OPEN
    found = step_before(decision, JIANGXI, ledger)
    assert (found.code if found else None) == held
    assert step_before(decide([], CHONGQING, HOLDING, TODAY), CHONGQING, ledger) is None
