"""Unified social credit codes: which pass, which do not and why, and that no single slip of the pen passes."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.organisations.domain.credit_code import ALPHABET, check_character, check_credit_code
from lms.organisations.domain.refusals import BadCreditCode

SAMPLE = "91110000600037341L"  # the example of the standard's explanation


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["10", "11", "36", "50", "65"])) + draw(st.text("0123456789", min_size=4, max_size=4))
    first = draw(st.text(ALPHABET, min_size=2, max_size=2)) + area + draw(st.text(ALPHABET, min_size=9, max_size=9))
    return first + check_character(first)


@pytest.mark.parametrize(
    "typed", [SAMPLE, SAMPLE.lower(), " 91110000 60003734 1L ", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_code_is_one_code_however_it_is_typed(typed: str) -> None:
    assert check_credit_code(typed) == SAMPLE


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "length"),
        (SAMPLE[:-1], "length"),
        (SAMPLE + "0", "length"),
        ("9I110000600037341L", "characters"),
        ("911100O0600037341L", "characters"),
        ("9111000A600037341L", "characters"),
        ("91000000600037341L", "area"),
        ("91990000MAX000015C", "area"),  # fictional, and nobody said that this may be
        ("911100006000373410", "check_character"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(BadCreditCode) as refused:
        check_credit_code(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("code", ["91990000MAX000015C", "12990000MBX0000190", "51990000MCX000012B"])
def test_codes_of_nobody_pass_only_where_they_are_allowed(code: str) -> None:
    assert check_credit_code(code, fictional_allowed=True) == code


@settings(deadline=None)
@given(credit_codes())
def test_every_code_that_follows_the_rule_passes(code: str) -> None:
    assert check_credit_code(code) == code


@settings(deadline=None)
@given(credit_codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_found(code: str, place: int, wrong: str) -> None:
    assume(code[place] != wrong)
    with pytest.raises(BadCreditCode):
        check_credit_code(code[:place] + wrong + code[place + 1 :])


@settings(deadline=None)
@given(credit_codes(), st.integers(0, 15))
def test_any_two_neighbours_exchanged_are_found(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    with pytest.raises(BadCreditCode):
        check_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
