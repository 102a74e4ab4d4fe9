"""The player counts by the rules that are in force."""

from datetime import date, datetime

import pytest

from analytics.learning_log.models import LogRecord
from lms.credit.actions import load_rule_sets, set_watch_policies
from lms.credit.models import RuleSetVersion
from lms.credit.rule_sets import SHIPPED
from player.models import PolicyInForce

pytestmark = pytest.mark.django_db


def test_loading_the_rules_tells_the_player(now: datetime) -> None:
    load_rule_sets(at=now)
    assert set(PolicyInForce.objects.values_list("code", flat=True)) == set(SHIPPED)
    assert PolicyInForce.objects.get(code="national").policy.numbers["day_limit_ms"] == 21_600_000
    assert LogRecord.objects.filter(kind="player.policy_set").count() == len(SHIPPED)
    assert set_watch_policies(at=now) == ()
    assert LogRecord.objects.filter(kind="player.policy_set").count() == len(SHIPPED)


def test_a_new_version_holds_from_the_day_it_comes_into_force(now: datetime) -> None:
    load_rule_sets(at=now)
    before = PolicyInForce.objects.get(code="demo").policy
    row = RuleSetVersion.objects.get(code="demo")
    row.data["watching"]["look_ahead_seconds"] = {"v": 120, "src": "fiction"}
    RuleSetVersion.objects.create(
        code="demo",
        version="2026.9",
        name=row.name,
        region_code=row.region_code,
        status=row.status,
        effective_from=date(2026, 5, 10),
        data=row.data,
        loaded_at=now,
    )
    assert set_watch_policies(at=now) == ()
    assert set_watch_policies(at=now.replace(day=10)) == ("demo",)
    after = PolicyInForce.objects.get(code="demo").policy
    assert (before.numbers["look_ahead_ms"], after.numbers["look_ahead_ms"]) == (48_000, 120_000)
