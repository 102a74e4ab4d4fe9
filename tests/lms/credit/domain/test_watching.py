"""From a rule set to the numbers of the player."""

from copy import deepcopy
from typing import Any

import pytest

from lms.credit.domain.coherence import IncoherentRules
from lms.credit.domain.parsing import parse
from lms.credit.domain.watching import policy_of
from lms.credit.rule_sets import SHIPPED, shipped
from player.domain.policy import Policy, SeekRule


def changed(**leaves: object) -> dict[str, Any]:
    data = deepcopy(shipped("national"))
    watching = data["watching"]
    assert isinstance(watching, dict)
    for name, value in leaves.items():
        watching[name] = {"v": value, "src": "assumed"}
    return data


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_rule_set_has_numbers_for_the_player(code: str) -> None:
    policy = policy_of(parse(shipped(code)))
    assert policy.largest_rate_percent == 100
    assert policy.day_limit_ms == (0 if code.startswith("demo") else 8 * 45 * 60_000)
    assert policy.day_warning_ms == (0 if code.startswith("demo") else 7 * 45 * 60_000)


def test_every_leaf_reaches_the_player() -> None:
    leaves = changed(
        rate_percent=80,
        beat_seconds=6,
        largest_gap_seconds=20,
        look_ahead_seconds=600,
        seek="counted_only",
        count_unfocused=False,
        idle_minutes=20,
        warning_hours=6,
        native_players=True,
        lock_minutes=None,
    )
    assert policy_of(parse(leaves)) == Policy(
        largest_rate_percent=80,
        beat_interval_ms=6_000,
        largest_gap_ms=20_000,
        look_ahead_ms=600_000,
        seek=SeekRule.COUNTED_ONLY,
        count_unfocused=False,
        idle_after_ms=1_200_000,
        day_limit_ms=8 * 45 * 60_000,
        day_warning_ms=6 * 45 * 60_000,
        allow_native=True,
        lock_after_ms=0,
    )


@pytest.mark.parametrize("leaf", [{"rate_percent": 150}, {"look_ahead_seconds": 601}, {"largest_gap_seconds": 1}])
def test_rules_by_which_time_would_be_made_are_refused(leaf: dict[str, object]) -> None:
    with pytest.raises(IncoherentRules, match="watching"):
        parse(changed(**leaf))


def test_a_version_of_before_there_were_such_numbers_keeps_its_daily_limit() -> None:
    data = shipped("national")
    del data["watching"]
    assert policy_of(parse(data)) == Policy(day_limit_ms=8 * 45 * 60_000)
