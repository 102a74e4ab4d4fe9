"""The ledger follows what people decide about a claim; a cycle on hold is decided once, by whose area it is."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from analytics.learning_log.models import LogRecord
from lms.accounts.models import Licence, User
from lms.credit import queries
from lms.credit.actions import HoldRefused, record_hours, resolve_hold, settle_hours
from lms.credit.domain.terms import EvidenceState, State
from lms.credit.models import CreditEntry, HoldResolution
from tests import people
from tests.lms.credit.conftest import House

pytestmark = pytest.mark.django_db
HOUR = 2700
DAY = date(2026, 3, 2)


def settle(learner: User, by: User, at: datetime, state: EvidenceState | None, hours: int = 4) -> CreditEntry | None:
    return settle_hours(
        learner=learner,
        source_kind="claim",
        source_ref="claim-1",
        state=state,
        category="self_study",
        seconds=hours * HOUR,
        activity_day=DAY,
        title="企业技术培训",
        reason="核对无误",
        at=at,
        by=by,
    )


def self_study_of(learner: User, on: date) -> tuple[int, int]:
    """Hours that count and that wait."""
    (held,) = queries.decisions_of(learner.pk, on)
    assert held.current is not None
    found = next(item for item in held.current.categories if item.code == "self_study")
    return int(found.earned), int(found.waiting)


def test_each_decision_leaves_one_standing_and_the_whole_history(learner: User, now: datetime) -> None:
    reviewer, today = people.reviewer(), now.date()
    settle(learner, learner, now, EvidenceState.PENDING_REVIEW, 6)
    assert self_study_of(learner, today) == (0, 6)
    settle(learner, reviewer, now, None)
    assert self_study_of(learner, today) == (0, 0)
    settle(learner, learner, now, EvidenceState.PENDING_REVIEW, 6)
    accepted = settle(learner, reviewer, now, EvidenceState.VALID, 4)
    assert self_study_of(learner, today) == (4, 0)
    again = settle(learner, reviewer, now, EvidenceState.VALID, 4)
    assert again == accepted, "the same decision twice writes nothing"
    settle(learner, reviewer, now, EvidenceState.REJECTED, 4)
    assert self_study_of(learner, today) == (0, 0)
    rows = CreditEntry.objects.filter(learner=learner)
    assert rows.count() == 4 + 3, "four standings, three of them reversed"
    assert len({row.source_ref for row in rows.filter(reverses=None)}) == 4


def on_hold(house: House, now: datetime) -> Licence:
    """A Chongqing certificate whose first cycle ended yesterday with 70 hours, the professional ones short."""
    user = people.learner(post="site_civil")
    licence = Licence.objects.get(holder=user)
    end = date(2027, 3, 10)
    for category, hours in (("online_general", 30), ("online_professional", 8), ("live", 8), ("self_study", 24)):
        record_hours(
            learner=user,
            category=category,
            hours=hours,
            activity_day=end - timedelta(days=30),
            title=category,
            source_kind="imported",
            rule_set_code="chongqing",
            at=datetime(2027, 3, 11, 2, tzinfo=now.tzinfo),
            by=None,
        )
    return licence


def test_an_authority_decides_a_hold_once_and_the_log_tells(house: House, now: datetime) -> None:
    licence, later = on_hold(house, now), datetime(2027, 3, 12, 2, tzinfo=now.tzinfo)
    officer = people.authority("500000")
    (found,) = queries.holds_in(frozenset({"50"}))
    assert (found.licence.id, found.cycle, found.total) == (licence.pk, 1, "70")
    assert found.missing == (("online_professional", "4"),)
    resolve_hold(licence_id=licence.pk, cycle=1, outcome="renew", reason="工地停工期间无法参加", at=later, by=officer)
    assert queries.holds_in(frozenset({"50"})) == ()
    told = queries.resolution_of(licence.pk, 1)
    assert told is not None
    assert (told.outcome, told.reason, told.by_name) == ("renew", "工地停工期间无法参加", officer.name)
    record = LogRecord.objects.get(kind="credit.hold_resolved")
    assert record.payload["outcome"] == "renew"
    with pytest.raises(HoldRefused, match="decided_before"):
        resolve_hold(licence_id=licence.pk, cycle=1, outcome="retrain", reason="再来一次", at=later, by=officer)
    (held,) = queries.decisions_of(licence.holder_id, later.date())
    assert held.previous is not None
    assert held.previous.state is State.HOLD, "the rules say what they said; the decision stands beside them"


def officer_without_the_role() -> User:
    """A reviewer who has a place in the region's authority: they decide claims, not cycles."""
    user = people.reviewer()
    people.join(user, people.organisation("authority", region="500000"), "officer")
    return user


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (lambda: people.authority("360000"), "not_your_area"),
        (people.reviewer, "not_your_area"),
        (officer_without_the_role, "not_your_area"),
        (people.outsider, "not_your_area"),
        (people.administrator, "not_your_area"),
    ],
)
def test_nobody_else_decides_a_hold(house: House, now: datetime, who: object, code: str) -> None:
    licence, later = on_hold(house, now), datetime(2027, 3, 12, 2, tzinfo=now.tzinfo)
    assert callable(who)
    with pytest.raises(HoldRefused, match=code):
        resolve_hold(licence_id=licence.pk, cycle=1, outcome="renew", reason="理由", at=later, by=who())
    assert not HoldResolution.objects.exists()


def test_a_running_cycle_and_a_decision_without_words_are_refused(house: House, now: datetime) -> None:
    licence, later = on_hold(house, now), datetime(2027, 3, 12, 2, tzinfo=now.tzinfo)
    officer = people.authority()
    with pytest.raises(HoldRefused, match="not_on_hold"):
        resolve_hold(licence_id=licence.pk, cycle=2, outcome="renew", reason="理由", at=later, by=officer)
    with pytest.raises(HoldRefused, match="no_reason"):
        resolve_hold(licence_id=licence.pk, cycle=1, outcome="renew", reason="  ", at=later, by=officer)


def test_a_decision_is_never_rewritten(house: House, now: datetime) -> None:
    licence, later = on_hold(house, now), datetime(2027, 3, 12, 2, tzinfo=now.tzinfo)
    resolve_hold(licence_id=licence.pk, cycle=1, outcome="renew", reason="理由", at=later, by=people.authority())
    with pytest.raises(IntegrityError, match="what was decided"), transaction.atomic():
        HoldResolution.objects.update(outcome="retrain")
