"""What may stand in the one field of the sign-in page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.accounts.domain.phone import mask_phone, normalise_phone
from lms.accounts.domain.refusals import BadPhone, BadSignInName
from lms.accounts.domain.sign_in_name import mask_sign_in_name, normalise_sign_in_name


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "+8613800138000",
        "+86 138 0013 8000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
    ],
)
def test_a_phone_is_one_number_however_it_is_typed(typed: str) -> None:
    assert normalise_phone(typed, fictional_allowed=False) == "13800138000"


@pytest.mark.parametrize(
    "typed", ["", "1380013800", "138001380000", "12800138000", "23800138000", "+1 4155550100", "abc"]
)
def test_what_is_no_mainland_mobile_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone) as refused:
        normalise_phone(typed, fictional_allowed=True)
    assert str(refused.value) == "phone_shape"


def test_the_numbers_of_the_demo_pass_only_there() -> None:
    assert normalise_phone("12000000001", fictional_allowed=True) == "12000000001"
    with pytest.raises(BadPhone):
        normalise_phone("12000000001", fictional_allowed=False)


def test_a_phone_is_shown_without_its_middle() -> None:
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone("") == ""


@pytest.mark.parametrize(
    ("typed", "name"), [("Zhang.San", "zhang.san"), (" 张三 ", "张三"), ("ＡＢＣ", "abc"), ("a@b-c+d_1", "a@b-c+d_1")]
)
def test_a_name_has_one_form(typed: str, name: str) -> None:
    assert normalise_sign_in_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a", "name_shape"),
        ("a b c", "name_shape"),
        ("a" * 151, "name_shape"),
        ("a/b/c", "name_shape"),
        ("13800138000", "name_looks_like_a_number"),
        ("8613800138000", "name_looks_like_a_number"),
        ("360426199101010071", "name_looks_like_a_number"),
        ("36042619910101007x", "name_looks_like_a_number"),
        ("360426910101007", "name_looks_like_a_number"),
        ("H12345678", "name_looks_like_a_number"),
    ],
)
def test_a_name_that_gives_a_person_away_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadSignInName) as refused:
        normalise_sign_in_name(typed)
    assert refused.value.code == code


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_a_masked_name_shows_two_characters_at_most(typed: str) -> None:
    shown = mask_sign_in_name(typed)
    assert len(shown.replace("***", "", 1)) <= 2
    assert len(shown) <= 5
