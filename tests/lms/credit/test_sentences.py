"""Every reason the engine can give has words, and every leaf of a rule set has a name."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lms.credit import sentences
from lms.credit.domain import conditions, hours
from lms.credit.domain.decision import Reason
from lms.credit.domain.inheritance import is_leaf
from lms.credit.domain.terms import EvidenceState
from lms.credit.labels import LEAVES, SECTIONS, WORDS
from lms.credit.rule_sets import SHIPPED, shipped, sources

PARAMS = (
    ("name", "专业知识"),
    ("missing", Fraction(1, 3)),
    ("hours", Fraction(5, 7)),
    ("required", Fraction(12)),
    ("year", 2),
    ("day", date(2026, 5, 9)),
    ("start", date(2025, 3, 10)),
)


def codes_of_the_engine() -> set[str]:
    text = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (conditions, hours))
    plain = set(re.findall(r'Reason\("([a-z_]+)"', text))
    by_state = {f"evidence_{state.value}" for state in EvidenceState if state is not EvidenceState.VALID}
    return plain | by_state | {"ruleset_draft", "ruleset_fictional"}


@pytest.mark.parametrize("code", sorted(codes_of_the_engine()))
def test_each_reason_is_a_sentence(code: str) -> None:
    text = sentences.sentence_of(Reason(code, PARAMS))
    assert text.endswith("。")
    assert "%" not in text


def test_a_reason_without_words_is_not_hidden() -> None:
    assert sentences.sentence_of(Reason("from_the_future")) == "from_the_future"


def test_missing_hours_are_said_towards_more_and_earned_towards_less() -> None:
    assert sentences.missing_text(Fraction(1, 3)) == "0.34 学时"
    assert sentences.hours_text(Fraction(1, 3)) == "0.33 学时"
    assert sentences.missing_text(Fraction(2)) == "2 学时"


def paths(node: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if isinstance(node, list):
        return [found for row in node for found in paths(row, (*path, row["code"]))]
    if not isinstance(node, dict):
        return []
    if is_leaf(node):
        return [path]
    return [found for key, child in node.items() for found in paths(child, (*path, key))]


@pytest.mark.parametrize("code", SHIPPED)
def test_each_leaf_and_section_has_a_name(code: str) -> None:
    for path in paths(shipped(code)):
        assert path[-1] in LEAVES
        assert (".".join(path[:2]) if path[0] == "provisions" else path[0]) in SECTIONS


def test_names_in_the_rule_sets_can_be_translated() -> None:
    for code in SHIPPED:
        data = shipped(code)
        hours_of = data["hours"]
        assert isinstance(hours_of, dict)
        rows = [*hours_of["categories"], *hours_of["groups"]]
        names = {str(data["name"])} | {row[key] for row in rows for key in ("name", "spoken") if key in row}
        assert names <= set(sentences.RULE_NAMES)


def test_each_source_has_a_short_name_and_a_title() -> None:
    assert all(row["short"] and row["title"] for row in sources().values())


def test_codes_that_are_shown_have_words() -> None:
    for code in SHIPPED:
        rules = shipped(code)
        cycle = rules["cycle"]
        assert isinstance(cycle, dict)
        assert {cycle[key]["v"] for key in ("anchor", "grouping", "leap_day")} <= set(WORDS)
