"""The engine against our own tables of worked cases, and what a file of cases may be."""

from pathlib import Path

import pytest

from lms.credit.cases import BadCases, CaseResult, read_cases, run_cases
from lms.credit.cases.row import Row

VECTORS = Path(__file__).parents[3] / "vectors"


def results() -> list[CaseResult]:
    found: list[CaseResult] = []
    for name in ("credit_cases.yaml", "rule_cases.yaml", "adversarial_cases.yaml", "corner_cases.yaml"):
        sections = read_cases((VECTORS / name).read_text(encoding="utf-8"))
        # Our own tables name every flag: one that is not named must not be there.
        sections["cycle_cases"] = [strict(row) for row in sections.get("cycle_cases", [])]
        found += run_cases(sections)
    return found


def strict(row: Row) -> Row:
    return Row({**row.data, "expect": {"flags": [], **row.table("expect")}})


@pytest.mark.parametrize("result", results(), ids=lambda result: result.name)
def test_worked_case(result: CaseResult) -> None:
    assert result.problems == ()


def problems(text: str) -> tuple[str, ...]:
    (result,) = run_cases(read_cases(text))
    return result.problems


@pytest.mark.parametrize(
    "wrong",
    [
        "cycle_cases: [",
        "",
        "- a list",
        "cycle_case: []",
        "cycle_cases: {id: 1}",
        "exam_cases: [none]",
        "workday_cases: [{from: 2026-02-30}]",
    ],
)
def test_what_is_no_file_of_cases_is_said_in_a_sentence(wrong: str) -> None:
    with pytest.raises(BadCases, match=r"。$"):
        read_cases(wrong)


def test_every_difference_is_named_with_both_values() -> None:
    found = problems(
        "cycle_cases: [{id: A, rs: jiangxi, issue: 2022-10-20, cycle: 1, as_of: 2025-10-20,"
        " rec: [[2023-11-01, enterprise, 18.5]], expect: {total: 18, short: {online: 44}, status: hold, colour: red}}]"
    )
    assert found == (
        "total: expected 18, found 18.5",
        "short: expected {online: 44}, found {enterprise: 1.5, online: 44}",
        "status: expected hold, found retrain",
        "colour: expected red, but the engine says nothing of it",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cycle_cases: [{rs: mars, rec: [], expect: {}}]", "there is no rule set “mars”"),
        ("cycle_cases: [{rs: national, rec: [[2023-01-01, any, 1, lost]], expect: {}}]", "“lost” is no state"),
        ("cycle_cases: [{rs: national, rec: [[2023-01-01, song, 1]], expect: {}}]", "there is no category “song”"),
        ("cycle_cases: [{rs: national, rec: [[soon, any, 1]], expect: {}}]", "“soon” is not a day"),
        ("cycle_cases: [{rs: national, rec: [[2023-01-01, any, much]], expect: {}}]", "“much” is not a number"),
        ("cycle_cases: [{rs: national, rec: [], expect: {}}]", "issue: missing"),
        ("cycle_cases: [{rs: national, grouping: heaps, rec: [], expect: {}}]", "“heaps” is none of"),
        ("cycle_cases: [{rs: national, age_mode: birthday, rec: [], expect: {}}]", "there is no other reading of it"),
        ("exchange_cases: [{rs: national, apply: 2021-01-01, hours: 1, expect: maybe}]", "“maybe” is none of"),
        ("exchange_cases: [{rs: national, apply: 2021-01-01, expect: ok}]", "hours: missing"),
        ("accrual_cases: [{kind: dance, expect: {}}]", "“dance” is none of"),
        ("accrual_cases: [{kind: face, watched_min: 9, checks: [[1, perhaps]], expect: {}}]", "pass or fail"),
        ("accrual_cases: [{kind: midnight, start: '2026-01-01T00:00:00', end: x, expect: {}}]", "time zone"),
        ("workday_cases: [{kind: forward, from: 2026-01-01, days: -1, expect: 2026-01-01}]", "-1 days"),
        ("workday_cases: [{kind: forward, from: 2026-01-01, days: 1.5, expect: 2026-01-01}]", "not a whole number"),
        ("exam_cases: [{rs: national, scores: {}, expect: pass}]", "national does not say exam.subjects"),
        ("exam_cases: [{rs: chongqing, scores: {绘画: 60}, expect: pass}]", "“绘画” is none of"),
        ("exam_cases: [{rs: chongqing, scores: {通用知识: 101}, expect: pass}]", "lies outside"),
        ("exam_cases: [{rs: chongqing, expect: {}}]", "gives scores, candidates, rooms, clients or star"),
    ],
)
def test_a_case_that_cannot_be_run_says_which_word_is_at_fault(text: str, fault: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith("cannot be run: ")
    assert fault in problem


@pytest.mark.parametrize(
    ("expected", "passes"),
    [("hours_lt: 1", True), ("hours_lt: 0.5", False), ("hours_ge: 0.5", True), ("hours_gt: 0.5", False)],
)
def test_bounds_are_bounds(expected: str, passes: bool) -> None:
    assert (problems(f"accrual_cases: [{{kind: credit, secs: [1350], expect: {{{expected}}}}}]") == ()) is passes


@pytest.mark.parametrize("word", ["late", "late_upload", "uploaded_2025-10-20", "reported: 2025-10-20", "2025-11-01"])
def test_a_late_report_may_be_written_in_several_ways(word: str) -> None:
    case = (
        "cycle_cases: [{rs: jiangxi, issue: 2022-10-20, cycle: 1, as_of: 2025-12-01,"
        " rec: [[2023-11-01, enterprise, 20, %s], [2024-03-10, online, 44]], expect: {flags: [late_upload]}}]"
    )
    assert problems(case % f"'{word}'") == ()


@pytest.mark.parametrize("key", ["exchanged: 2021-02-05", "exchange: true", "kind: exchange", "via: 换证"])
def test_an_exchanged_certificate_may_be_named_in_several_ways(key: str) -> None:
    case = (
        "cycle_cases: [{rs: national, issue: 2021-02-05, cycle: 1, as_of: 2021-12-01, %s,"
        " rec: [[2021-02-05, any, 3], [2021-02-06, any, 4]], expect: {total: 4, window: [2021-02-06, 2023-02-05]}}]"
    )
    assert problems(case % key) == ()


def test_an_unknown_word_for_a_flag_means_that_there_is_one() -> None:
    beats = "accrual_cases: [{kind: increment, elapsed: %d, pos_delta: 60, max_gap: 90, expect: {flag: too_quick}}]"
    assert problems(beats % 10) == ()
    assert problems(beats % 60) == ("flag: expected too_quick, found none",)
