"""Document numbers: which pass, which do not and why, and that no single slip of the pen passes."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.accounts.domain.id_document import (
    check_character,
    check_document,
    check_resident_id,
    masked,
    normalise,
    visible_tail,
)
from lms.accounts.domain.refusals import BadDocument

TODAY = date(2026, 5, 9)
SAMPLE = "360426199101010071"  # fictional, from the documentation of a public checker


def numbered(first_17: str) -> str:
    return first_17 + check_character(first_17)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(["11", "36", "50", "65", "83"]))
    area = province + draw(st.text("0123456789", min_size=4, max_size=4))
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    return numbered(f"{area}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}")


@pytest.mark.parametrize(
    ("typed", "sex", "area"),
    [
        (SAMPLE, "male", "360426"),
        (" 360426 19910101 0071 ", "male", "360426"),
        ("３６０４２６１９９１０１０１００７１", "male", "360426"),
        (numbered("50010519921231002"), "female", "500105"),
        (numbered("83000019880808001"), "male", "830000"),  # residence permit of a person from Taiwan
    ],
)
def test_a_real_number_says_who_it_is_of(typed: str, sex: str, area: str) -> None:
    found = check_resident_id(typed, today=TODAY)
    assert (found.sex, found.area_code) == (sex, area)
    assert found.number == normalise(typed)


def test_a_small_x_and_a_full_width_x_are_the_check_character_x() -> None:
    with_x = next(n for i in range(1, 100) if (n := numbered(f"50010519920229{i:03d}")).endswith("X"))
    for typed in (with_x, with_x.lower(), with_x[:-1] + "Ｘ", with_x[:-1] + "ｘ"):
        assert check_resident_id(typed, today=TODAY).number == with_x


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_length"),
        ("360426910101007", "id_length"),  # the fifteen digits of before 1999
        (SAMPLE + "1", "id_length"),
        ("36042619910101007Y", "id_characters"),
        ("X60426199101010071", "id_characters"),
        ("36042619910101٠٠٧١", "id_characters"),  # Arabic digits are digits, but of no document
        (numbered("99042619910101007"), "id_area"),
        (numbered("00042619910101007"), "id_area"),
        (numbered("99000019880312101"), "id_area"),  # fictional, and nobody said that this may be
        (numbered("36042619910229007"), "id_birthday"),
        (numbered("36042619911301007"), "id_birthday"),
        (numbered("36042618790101007"), "id_birthday"),
        (numbered("36042620260510007"), "id_birthday"),  # tomorrow
        ("360426199101010072", "id_check_digit"),
        ("36042619910101007X", "id_check_digit"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(BadDocument) as refused:
        check_resident_id(typed, today=TODAY)
    assert refused.value.code == code
    assert str(refused.value) == code, "the text of an error is written down, so it never repeats a number"


def test_the_leap_day_is_a_birthday_in_leap_years() -> None:
    assert check_resident_id(numbered("50010520000229001"), today=TODAY).born_on == date(2000, 2, 29)


def test_who_was_born_today_has_a_number() -> None:
    first = f"500105{TODAY:%Y%m%d}001"
    assert check_resident_id(numbered(first), today=TODAY).born_on == TODAY
    with pytest.raises(BadDocument):
        check_resident_id(numbered(first), today=TODAY - timedelta(days=1))


def test_the_fictional_area_passes_only_where_it_is_allowed() -> None:
    number = numbered("99000019880312101")
    assert check_resident_id(number, today=TODAY, fictional_allowed=True).area_code == "990000"
    with pytest.raises(BadDocument):
        check_resident_id(numbered("99000119880312101"), today=TODAY, fictional_allowed=True)


def test_what_is_written_into_logs_hides_the_number_and_the_birthday() -> None:
    shown = repr(check_resident_id(SAMPLE, today=TODAY))
    assert SAMPLE not in shown
    assert "1991" not in shown


@settings(deadline=None)
@given(resident_ids(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_digit_is_found(number: str, place: int, wrong: str) -> None:
    assume(number[place] != wrong)
    with pytest.raises(BadDocument):
        check_resident_id(number[:place] + wrong + number[place + 1 :], today=TODAY)


@settings(deadline=None)
@given(resident_ids(), st.integers(0, 16))
def test_any_two_neighbours_exchanged_are_found(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    with pytest.raises(BadDocument):
        check_resident_id(number[:place] + number[place + 1] + number[place] + number[place + 2 :], today=TODAY)


@settings(deadline=None)
@given(resident_ids())
def test_every_number_that_follows_the_rule_passes(number: str) -> None:
    assert check_resident_id(number, today=TODAY).number == number


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_refused_by_its_own_error_or_is_a_number(text: str) -> None:
    for kind in ("resident_id", "hk_macao_permit", "taiwan_permit", "foreign_residence", "passport"):
        try:
            check_document(kind, text, today=TODAY)
        except BadDocument as refused:
            assert text == "" or text not in str(refused) or text in refused.code


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("hk_macao_permit", "h12345678", "H12345678"),
        ("hk_macao_permit", "M1234567801", "M1234567801"),
        ("taiwan_permit", "12345678", "12345678"),
        ("taiwan_permit", "1234567890a", "1234567890A"),
        ("foreign_residence", "USA110078112901", "USA110078112901"),
        ("foreign_residence", numbered("91184019900101001"), numbered("91184019900101001")),
        ("passport", "e 12345678", "E12345678"),
        ("passport", "K1234567P", "K1234567P"),
    ],
)
def test_other_documents_pass_by_their_shape(kind: str, typed: str, number: str) -> None:
    assert check_document(kind, typed, today=TODAY) == number


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("hk_macao_permit", "A12345678", "document_shape"),
        ("hk_macao_permit", "H1234567", "document_shape"),
        ("taiwan_permit", "1234567", "document_shape"),
        ("foreign_residence", "US1100781129012", "document_shape"),
        ("foreign_residence", "911840199001010011"[:17] + "7", "id_check_digit"),
        ("foreign_residence", numbered("91184019901301001"), "id_birthday"),
        ("passport", "ABCDEFGH", "document_shape"),
        ("passport", "12345", "document_shape"),
        ("driving_licence", "12345678", "document_kind"),
        ("resident_id", "E12345678", "id_length"),
    ],
)
def test_other_documents_are_refused_with_their_reason(kind: str, typed: str, code: str) -> None:
    with pytest.raises(BadDocument) as refused:
        check_document(kind, typed, today=TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("number", "tail"), [(SAMPLE, "0071"), ("E12345678", "78"), ("M1234567801", "7801"), ("12345678", "78")]
)
def test_little_enough_of_a_number_is_shown(number: str, tail: str) -> None:
    assert visible_tail(number) == tail
    assert masked(tail) == "*" * 14 + tail
