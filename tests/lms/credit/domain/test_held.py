"""Held time: a failed check holds and never voids."""

from hypothesis import given
from hypothesis import strategies as st

from lms.credit.domain.held import Check, Resolution, trust

checks = st.lists(st.builds(Check, at=st.integers(0, 120), passed=st.booleans()), max_size=8)
watched = st.integers(0, 120)


@given(watched=watched, checks=checks, resolution=st.sampled_from(Resolution))
def test_every_minute_stands_in_one_place(watched: int, checks: list[Check], resolution: Resolution) -> None:
    found = trust(watched, checks, resolution)
    assert found.credited + found.held + found.refused == watched
    assert min(found.credited, found.held, found.refused) >= 0


@given(watched=watched, checks=checks)
def test_held_time_is_released_whole_and_only_it_can_be_refused(watched: int, checks: list[Check]) -> None:
    still_open = trust(watched, checks)
    assert trust(watched, checks, Resolution.CONFIRMED).credited == watched
    assert trust(watched, checks, Resolution.REFUSED).credited == still_open.credited


@given(watched=watched, checks=checks)
def test_a_check_more_that_is_passed_never_takes_anything(watched: int, checks: list[Check]) -> None:
    more = [*checks, Check(watched, True)]
    assert trust(watched, more).credited >= trust(watched, checks).credited


def test_only_the_time_since_the_last_passed_check_waits() -> None:
    found = trust(50, [Check(10, True), Check(30, False)])
    assert (found.credited, found.held) == (10, 40)
