"""Invigilators by room and computers to spare."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.domain.venue import BadVenue, invigilators, spare_computers


@given(rooms=st.lists(st.integers(0, 300), max_size=6), group=st.integers(1, 80), each=st.integers(0, 4))
def test_no_group_is_without_its_people(rooms: list[int], group: int, each: int) -> None:
    found = invigilators(rooms, group=group, for_each_group=each)
    assert found * group >= sum(rooms) * each
    assert found <= sum((candidates // group + 1) * each for candidates in rooms)


def test_splitting_a_group_over_rooms_needs_more_people() -> None:
    assert invigilators([50], group=50, for_each_group=2) < invigilators([25, 25], group=50, for_each_group=2)


def test_spares_are_rounded_up_exactly() -> None:
    assert [spare_computers(used, ratio=Fraction(1, 10)) for used in (0, 1, 200, 201)] == [0, 1, 20, 21]


def test_a_venue_of_less_than_nothing_is_refused() -> None:
    with pytest.raises(BadVenue):
        invigilators([-1], group=50, for_each_group=2)
    with pytest.raises(BadVenue):
        invigilators([1], group=0, for_each_group=2)
    with pytest.raises(BadVenue):
        spare_computers(-1, ratio=Fraction(1, 10))
