"""Reads worked cases of hours from a file and runs them through the engine.

A case: id, why, rs (rule set), issue (certificate day), cycle, as_of, rec = [day, category, hours, state?] …; optional
exchanged, worked_in_post, post (a code of the catalogue or a place in Chongqing's list); expect = total, short, status
and optionally years, flags, window = [first day, last day].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from content.domain.posts import POSTS
from lms.credit.domain.decision import Decision, Evidence, Holding
from lms.credit.domain.hours import decide
from lms.credit.domain.parsing import parse
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import EvidenceState, LedgerCategory
from lms.credit.rule_sets import shipped

# Words of the cases that stand for several ledger categories; any one of them will do.
LOOSE_WORDS = {"online": LedgerCategory.ONLINE_PROFESSIONAL, "any": LedgerCategory.SELF_STUDY}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    found: Mapping[str, object]
    expected: Mapping[str, object]


def cases(path: Path) -> tuple[Case, ...]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["cycle_cases"]
    return tuple(_case(row) for row in rows)


def rule_set(code: str) -> RuleSet:
    return parse(shipped(code))


def _case(row: Mapping[str, Any]) -> Case:
    rules = rule_set(row["rs"])
    post = str(row.get("post", "site_civil"))
    holding = Holding(
        issued_on=row["issue"],
        post_code=post,
        works_in_post=row.get("worked_in_post", True),
        in_national_list=is_national(post),
        exchanged_on=row.get("exchanged"),
    )
    evidence = [_evidence(rec, rules.accrual.seconds_per_hour) for rec in row["rec"]]
    decision = decide(evidence, rules, holding, row["as_of"], cycle=row["cycle"])
    return Case(f"{row['id']} {row['why']}", _found(decision, row["expect"]), _expected(row["expect"]))


def is_national(post: str) -> bool:
    return any(item.is_national for item in POSTS if post in (item.code, item.chongqing_number))


def _evidence(rec: Sequence[Any], seconds_per_hour: int) -> Evidence:
    day, category, amount, *words = rec
    marks = {str(word) for word in words}
    state = next((EvidenceState(mark) for mark in marks if mark not in ("test_passed", "make_up")), EvidenceState.VALID)
    ledger = LOOSE_WORDS.get(category) or LedgerCategory(category)
    return Evidence(day, ledger, Fraction(str(amount)) * seconds_per_hour, state, made_up="make_up" in marks)


def _found(decision: Decision, expect: Mapping[str, Any]) -> dict[str, object]:
    assert decision.window is not None
    found: dict[str, object] = {
        "total": decision.total,
        "short": decision.missing,
        "status": decision.state.value,
        "flags": sorted(decision.flags),
    }
    if "years" in expect:
        found["years"] = [year.hours for year in decision.years]
    if "window" in expect:
        found["window"] = [decision.window.start, decision.window.last_day]
    return found


def _expected(expect: Mapping[str, Any]) -> dict[str, object]:
    expected: dict[str, object] = dict(expect)
    expected["total"] = Fraction(str(expect["total"]))
    expected["short"] = {code: Fraction(str(amount)) for code, amount in expect["short"].items()}
    expected["flags"] = sorted(expect.get("flags", ()))
    if "years" in expect:
        expected["years"] = [Fraction(str(amount)) for amount in expect["years"]]
    return expected


def day(text: str) -> date:
    return date.fromisoformat(text)
