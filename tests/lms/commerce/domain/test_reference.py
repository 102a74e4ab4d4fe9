from hypothesis import given
from hypothesis import strategies as st

from lms.commerce.domain.reference import ALPHABET, reference_of, references_in

serials = st.integers(1, 31**7 - 1)


@given(serials, st.text(alphabet="款付学习， -", max_size=8))
def test_a_reference_is_found_in_what_people_write(serial: int, around: str) -> None:
    reference = reference_of(serial)
    assert references_in(f"{around}{reference.lower()}{around}") == (reference,)


@given(serials, st.integers(2, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_never_another_order(serial: int, place: int, wrong: str) -> None:
    reference = reference_of(serial)
    mistyped = reference[:place] + wrong + reference[place + 1 :]
    assert references_in(mistyped) == ((reference,) if wrong == reference[place] else ())


@given(st.lists(serials, unique=True, min_size=2, max_size=20))
def test_no_two_orders_share_a_reference(many: list[int]) -> None:
    assert len({reference_of(serial) for serial in many}) == len(many)
