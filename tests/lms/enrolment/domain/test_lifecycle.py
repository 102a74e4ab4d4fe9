"""The table of moves, whole: every pair of states is either permitted here or refused."""

from itertools import product

import pytest

from lms.enrolment.domain.lifecycle import MoveNotPermitted, State, move, permits_study

PERMITTED = {
    (State.ACTIVE, State.COMPLETED),
    (State.ACTIVE, State.WITHDRAWN),
    (State.COMPLETED, State.WITHDRAWN),
    (State.WITHDRAWN, State.ACTIVE),
}


@pytest.mark.parametrize(("source", "target"), list(product(State, State)))
def test_each_pair_of_states_is_a_permitted_move_or_is_refused(source: State, target: State) -> None:
    if (source, target) in PERMITTED:
        assert move(source, target) is target
    else:
        with pytest.raises(MoveNotPermitted) as refusal:
            move(source, target)
        assert (refusal.value.source, refusal.value.target) == (source, target)


def test_whoever_finished_may_go_back_over_a_lesson_and_whoever_withdrew_may_not() -> None:
    assert [permits_study(state) for state in (State.ACTIVE, State.COMPLETED, State.WITHDRAWN)] == [True, True, False]
