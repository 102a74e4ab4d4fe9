"""A rule set leaf by leaf: what is typed becomes a value that parses, or is refused with a code."""

import pytest

from lms.credit.domain.coherence import SAID
from lms.credit.domain.draft import BadLeaf, Change, Kind, changed_leaves, kind_of, leaf_at, leaves, with_leaf, written
from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.draft_sentences import CONTRADICTIONS
from lms.credit.rule_sets import SHIPPED, shipped

SOURCE = "chongqing_rules"


@pytest.mark.parametrize("code", SHIPPED)
def test_each_leaf_survives_being_typed_in_again(code: str) -> None:
    data = shipped(code)
    for path, leaf in leaves(data):
        again = with_leaf(data, path, Change(written(path, leaf), SOURCE))
        assert leaf_at(again, path)["v"] == leaf["v"], path
        parse(again)


def test_a_changed_leaf_is_the_regions_own_with_its_new_source() -> None:
    data = shipped("chongqing")
    assert leaf_at(data, "accrual.minutes_per_hour")["inherited_from"] == "national"
    new = with_leaf(data, "accrual.minutes_per_hour", Change("40", ASSUMED, note="按本市惯例"))
    leaf = leaf_at(new, "accrual.minutes_per_hour")
    assert (leaf["v"], leaf["src"], leaf["note"]) == (40, ASSUMED, "按本市惯例")
    assert "inherited_from" not in leaf
    assert changed_leaves(data, new) == ("accrual.minutes_per_hour",)
    assert parse(new).accrual.minutes_per_hour.value == 40
    assert parse(data).accrual.minutes_per_hour.value == 45


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("hours.categories.self_study.minimum", "23.5", "23.5"),
        ("hours.categories.self_study.minimum", "23.0", 23),
        ("hours.categories.self_study.counts", ("self_study",), ["self_study"]),
        ("hours.annual", "", None),
        ("accrual.daily_online_hours", "", None),
        ("cycle.grouping", "sliding", "sliding"),
        ("accrual.carry_over", "true", True),
        ("provisions.exam.subjects", "通用知识\n\n 专业知识 ", ["通用知识", "专业知识"]),
        ("provisions.venue.lan_mbps", "1000", 1000),
        ("provisions.venue.spare_ratio", "12%", "12%"),
    ],
)
def test_what_is_typed_is_read_as_the_leaf_holds_it(path: str, typed: str | tuple[str, ...], value: object) -> None:
    assert leaf_at(with_leaf(shipped("chongqing"), path, Change(typed, SOURCE)), path)["v"] == value


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("hours.colour", Change("1", SOURCE), "unknown_leaf"),
        ("hours.total", Change("many", SOURCE), "not_a_number"),
        ("hours.total", Change("1/0", SOURCE), "not_a_number"),
        ("hours.total", Change("", SOURCE), "needed"),
        ("cycle.length_years", Change("1.5", SOURCE), "not_a_number"),
        ("cycle.anchor", Change("birthday", SOURCE), "not_a_word"),
        ("hours.categories.self_study.counts", Change(("radio",), SOURCE), "not_a_word"),
        ("accrual.carry_over", Change("perhaps", SOURCE), "not_a_word"),
        ("hours.total", Change("60", ""), "no_source"),
        ("hours.total", Change("60", ASSUMED), "assumed_without_note"),
        ("provisions.venue.pc", Change("x" * 501, SOURCE), "too_long"),
        ("hours.total", Change("60", SOURCE, note="x" * 501), "too_long"),
    ],
)
def test_what_a_leaf_cannot_hold_is_refused(path: str, change: Change, code: str) -> None:
    with pytest.raises(BadLeaf) as refused:
        with_leaf(shipped("chongqing"), path, change)
    assert refused.value.code == code


def test_kinds_follow_what_the_engine_reads() -> None:
    data = shipped("chongqing")
    kinds = {path: kind_of(path, leaf) for path, leaf in leaves(data)}
    assert kinds["status"] is Kind.WORD
    assert kinds["provisions.exam.objective_only"] is Kind.TRUTH
    assert kinds["provisions.counting.category_caps"] is Kind.TEXT


def test_every_contradiction_has_its_sentence() -> None:
    assert CONTRADICTIONS.keys() == SAID.keys()
