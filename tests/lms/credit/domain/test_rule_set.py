"""The shipped rule sets are complete and sourced; what is no rule set, or contradicts itself, is refused."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest

from lms.credit.domain.coherence import IncoherentRules
from lms.credit.domain.inheritance import UnknownParent, resolve
from lms.credit.domain.parsing import parse
from lms.credit.domain.reader import BadRuleSet
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.domain.terms import Anchor, LedgerCategory, PostList, Status
from lms.credit.rule_sets import SHIPPED, shipped, sources
from tests.lms.credit.domain.cases import rule_set


def leaves(node: object) -> list[dict[str, Any]]:
    if isinstance(node, dict) and "v" in node:
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [leaf for child in children for leaf in leaves(child)]


@pytest.mark.parametrize("code", SHIPPED)
def test_every_leaf_has_a_known_source_or_is_marked_as_assumed(code: str) -> None:
    found = leaves(shipped(code))
    assert len(found) >= 30
    assert {leaf["src"] for leaf in found} <= {*sources(), ASSUMED}


@pytest.mark.parametrize("code", SHIPPED)
def test_shipped_rule_sets_are_read_whole(code: str) -> None:
    assert rule_set(code).code == code


def test_status_is_kept() -> None:
    assert {code: rule_set(code).status.value for code in SHIPPED} == {
        "national": Status.IN_FORCE,
        "national_calendar_year": Status.IN_FORCE,
        "chongqing": Status.IN_FORCE,
        "jiangxi": Status.IN_FORCE,
        "xinjiang": Status.DRAFT,
        "demo": Status.FICTIONAL,
        "demo_presence": Status.FICTIONAL,
    }


def test_a_child_takes_over_and_says_from_whom() -> None:
    xinjiang = rule_set("xinjiang")
    assert xinjiang.hours.total.value == 64
    assert xinjiang.hours.total.inherited_from == "national"
    assert xinjiang.hours.total.note == "草案没有写学时"
    assert xinjiang.cycle.anchor.value is Anchor.ISSUE_ANNIVERSARY
    assert rule_set("chongqing").cycle.leap_day.inherited_from == "national"
    assert rule_set("chongqing").cycle.anchor.inherited_from == ""


def test_minima_of_a_child_replace_those_of_its_parent() -> None:
    files = {
        "a": shipped("chongqing") | {"code": "a", "parent": ""},
        "b": deepcopy(shipped("demo")) | {"code": "b", "parent": "a"},
    }
    merged = parse(resolve("b", files))
    assert [category.code for category in merged.hours.categories] == ["online_general", "online_professional"]
    assert merged.hours.groups == ()


def test_the_demo_can_be_completed_by_watching_alone() -> None:
    demo = rule_set("demo")
    needed = {ledger for category in demo.hours.categories for ledger in category.counts.value}
    assert needed == {LedgerCategory.ONLINE_GENERAL, LedgerCategory.ONLINE_PROFESSIONAL}
    assert demo.accrual.seconds_per_hour == 60
    assert demo.posts.value is PostList.ALL_21
    assert "虚构" in demo.name


def test_an_hour_is_worth_forty_five_minutes_and_marked_as_assumed() -> None:
    minutes = rule_set("chongqing").accrual.minutes_per_hour
    assert (minutes.value, minutes.assumed, minutes.inherited_from) == (45, True, "national")


def changed(code: str, path: str, value: object) -> dict[str, Any]:
    data: dict[str, Any] = deepcopy(shipped(code))
    *way, last = path.split(".")
    node: Any = data
    for key in way:
        node = next(row for row in node if row["code"] == key) if isinstance(node, list) else node[key]
    node[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("hours.total.v", 31.9, "hours.total: expected a whole number, or a decimal in quotes"),
        ("hours.total.v", "many", "hours.total"),
        ("hours.total.source", "x", "hours.total: unknown source"),
        ("cycle.anchor.v", "birthday", "cycle.anchor: “birthday” is none of"),
        ("cycle.length_years.v", True, "cycle.length_years: expected a whole number"),
        ("cycle.moon", {"v": 1, "src": "assumed"}, "cycle: unknown moon"),
        ("hours.categories.f2f_live.counts.v", ["radio"], "hours.categories.f2f_live.counts"),
        ("hours.categories.f2f_live.test_required.v", "yes", "expected true or false"),
        ("provisions.exam.pass_mark.v", 59.5, "provisions.exam.pass_mark"),
        ("effective_from", "soon", "is not a day"),
        ("status", "in_force", "status: expected a table"),
        ("version", 2026.1, "version: expected text in quotes"),
    ],
)
def test_what_is_not_a_rule_set_is_refused_by_its_path(path: str, value: object, complaint: str) -> None:
    with pytest.raises(BadRuleSet, match=complaint):
        parse(changed("chongqing", path, value))


def test_a_missing_leaf_is_named() -> None:
    data: dict[str, Any] = deepcopy(shipped("national"))
    del data["accrual"]["minutes_per_hour"]
    with pytest.raises(BadRuleSet, match=r"accrual\.minutes_per_hour: missing"):
        parse(data)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("hours.categories.self_study.minimum.v", 25, "the minima ask for more than the total"),
        ("hours.categories.self_study.minimum.v", -1, "a minimum cannot be negative"),
        ("hours.categories.self_study.counts.v", ["self_study", "live"], "live would count in two categories"),
        ("hours.categories.self_study.counts.v", [], "nothing can fill self_study"),
        ("hours.groups.online.members.v", ["online_general", "radio"], "names unknown radio"),
        ("hours.groups.online.minimum.v", 65, "group online asks for more than the total"),
        ("hours.sequence.v", ["enterprise"], "the sequence names unknown enterprise"),
        ("hours.annual.v", 33, "the yearly figure asks for more"),
        ("hours.total.v", 0, "the total must be more than nothing"),
        ("cycle.first_year_offset.v", 1, "has no offset"),
        ("cycle.first_year_offset.v", -1, "cannot begin before the certificate"),
        ("cycle.length_years.v", 0, "at least one year"),
        ("accrual.minutes_per_hour.v", 0, "at least a minute"),
        ("accrual.daily_online_hours.v", 0, "a daily limit of nothing"),
        ("accrual.carry_over.v", True, "cannot be carried over"),
        ("accrual.shared_general.v", False, "count for all posts"),
        ("retrain.total_below.v", 65, "would have to retrain"),
        ("effective_until", "2019-01-01", "must lie after"),
    ],
)
def test_combinations_that_nobody_could_explain_are_refused(path: str, value: object, reason: str) -> None:
    with pytest.raises(IncoherentRules, match=reason):
        parse(changed("chongqing", path, value))


def test_an_anniversary_needs_an_offset() -> None:
    with pytest.raises(IncoherentRules, match="would begin before or on the issue date"):
        parse(changed("national", "cycle.first_year_offset.v", 0))


def test_all_contradictions_are_named_at_once() -> None:
    data = changed("chongqing", "accrual.carry_over.v", True)
    data["cycle"]["length_years"]["v"] = 0
    with pytest.raises(IncoherentRules) as refused:
        parse(data)
    assert len(refused.value.reasons) >= 2


def test_a_rule_set_cannot_descend_from_itself_or_from_nobody() -> None:
    with pytest.raises(UnknownParent, match="its own ancestor"):
        resolve("a", {"a": {"code": "a", "parent": "b"}, "b": {"code": "b", "parent": "a"}})
    with pytest.raises(UnknownParent, match="no rule set"):
        resolve("a", {"a": {"code": "a", "parent": "nobody"}})


def test_decimals_in_quotes_are_exact() -> None:
    assert parse(changed("national", "hours.total.v", "64.1")).hours.total.value == Fraction(641, 10)
