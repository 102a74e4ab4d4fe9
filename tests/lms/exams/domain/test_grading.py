"""Two papers in one sitting: passed together or sat again together, unless the rules keep a passed one."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.domain.grading import BadScores, PaperRules, Verdict, grade, standing

TWO = PaperRules(subjects=("general", "professional"), pass_mark=Fraction(60))
KEEPING = replace(TWO, keep_passed=True)
marks = st.fractions(min_value=0, max_value=100, max_denominator=10)


def sat(general: int, professional: int) -> dict[str, Fraction | None]:
    return {"general": Fraction(general), "professional": Fraction(professional)}


@given(general=marks, professional=marks)
def test_a_pass_needs_the_mark_in_each_paper(general: Fraction, professional: Fraction) -> None:
    found = grade({"general": general, "professional": professional}, TWO)
    assert (found.verdict is Verdict.PASS) is (general >= 60 and professional >= 60)
    assert found.again in ((), TWO.subjects)


def test_a_hair_below_the_mark_is_below_it() -> None:
    assert grade({"general": Fraction(60), "professional": Fraction(5999, 100)}, TWO).failed == ("professional",)


def test_one_failed_paper_means_both_again() -> None:
    found = standing([sat(90, 50), sat(50, 90)], TWO)
    assert (found.passed, found.attempts, found.again) == (False, 2, TWO.subjects)


def test_where_a_passed_paper_is_kept_only_the_other_is_sat_again() -> None:
    first = standing([sat(90, 50)], KEEPING)
    assert first.again == ("professional",)
    second = standing([sat(90, 50), {"professional": Fraction(60)}], KEEPING)
    assert (second.passed, second.attempts) == (True, 2)


def test_what_comes_after_a_pass_changes_nothing() -> None:
    assert standing([sat(60, 60), sat(0, 0)], TWO) == standing([sat(60, 60)], TWO)


def test_nobody_who_sat_nothing_has_passed() -> None:
    assert standing([], TWO).again == TWO.subjects
    assert grade({}, TWO).failed == TWO.subjects


@pytest.mark.parametrize("score", [Fraction(-1), Fraction(1001, 10)])
def test_impossible_scores_are_refused(score: Fraction) -> None:
    with pytest.raises(BadScores):
        grade({"general": score}, TWO)
