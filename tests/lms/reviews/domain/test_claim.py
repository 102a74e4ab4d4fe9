"""The life of a claim: every move that is not in the table is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reviews.domain.claim import MOVES, ClaimRefused, Deed, State, Table, check_hours, move, needs_second_look


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("deed", Deed)
def test_what_the_table_does_not_name_is_refused(state: State, deed: Deed) -> None:
    if (state, deed) in MOVES:
        assert move(state, deed) is MOVES[state, deed]
    else:
        with pytest.raises(ClaimRefused, match="not_now"):
            move(state, deed)


def test_nothing_leaves_a_withdrawn_claim_and_a_draft_is_no_reviewers() -> None:
    assert not [state for state, _deed in MOVES if state is State.WITHDRAWN]
    assert {deed for state, deed in MOVES if state is State.DRAFT} == {Deed.SUBMIT, Deed.WITHDRAW}


@given(st.fractions(min_value=-5, max_value=300, max_denominator=8))
def test_hours_are_halves_above_nothing(hours: Fraction) -> None:
    fits = 0 < hours <= 200 and hours.denominator in (1, 2)
    try:
        assert check_hours(hours) == hours
        assert fits
    except ClaimRefused:
        assert not fits


@pytest.mark.parametrize(
    ("second_from", "granted", "doubtful", "expected"),
    [
        (None, 100, False, False),
        (16, 15, False, False),
        (16, 16, False, True),
        (0, 1, False, True),
        (None, 1, True, True),
    ],
)
def test_a_second_person_looks(second_from: int | None, granted: int, doubtful: bool, expected: bool) -> None:
    table = Table(Fraction(0), None, None if second_from is None else Fraction(second_from))
    assert needs_second_look(table, Fraction(granted), doubtful=doubtful) is expected


def test_the_table_proposes_up_to_its_limit() -> None:
    assert Table(Fraction(3), Fraction(8), None).suggested(2) == 6
    assert Table(Fraction(3), Fraction(8), None).suggested(5) == 8
    assert Table(Fraction(0), None, None).suggested(5) == 0
