"""Stars: weighed exactly, an edge lies in the upper band."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.organisations.domain.stars import BadStars, StarRules, mean_of, rate

EDGES = tuple(Fraction(edge) for edge in (0, 20, 40, 60, 80, 100))
RULES = StarRules(Fraction(7, 10), Fraction(3, 10), EDGES)
marks = st.fractions(min_value=0, max_value=100, max_denominator=100)


@given(learners=marks, authority=marks)
def test_the_score_lies_in_the_band_of_its_stars(learners: Fraction, authority: Fraction) -> None:
    found = rate(learners, authority, RULES)
    assert found.score == (7 * learners + 3 * authority) / 10
    assert 1 <= found.stars <= 5
    assert EDGES[found.stars - 1] <= found.score <= EDGES[found.stars]


@given(learners=marks, authority=marks, more=marks)
def test_a_better_mark_never_costs_a_star(learners: Fraction, authority: Fraction, more: Fraction) -> None:
    better = min(Fraction(100), learners + more)
    assert rate(better, authority, RULES).stars >= rate(learners, authority, RULES).stars


@pytest.mark.parametrize(
    ("learners", "authority", "edges"),
    [
        (Fraction(1, 2), Fraction(1, 3), EDGES),
        (Fraction(2), Fraction(-1), EDGES),
        (Fraction(1), Fraction(0), (Fraction(5), Fraction(5))),
        (Fraction(1), Fraction(0), (Fraction(5),)),
    ],
)
def test_rules_that_nobody_could_explain_are_refused(
    learners: Fraction, authority: Fraction, edges: tuple[Fraction, ...]
) -> None:
    with pytest.raises(BadStars):
        StarRules(learners, authority, edges)


def test_marks_outside_the_scale_and_no_marks_are_refused() -> None:
    with pytest.raises(BadStars):
        rate(Fraction(101), Fraction(0), RULES)
    with pytest.raises(BadStars):
        mean_of([])
    assert mean_of([Fraction(1), Fraction(2)]) == Fraction(3, 2)
