"""The states of an enrolment and the table of permitted moves."""

from enum import StrEnum


class State(StrEnum):
    """Where an enrolment stands. `completed` keeps the right to study: going back over a lesson is free."""

    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


MOVES: frozenset[tuple[State, State]] = frozenset(
    {
        (State.ACTIVE, State.COMPLETED),
        (State.ACTIVE, State.WITHDRAWN),
        (State.COMPLETED, State.WITHDRAWN),
        (State.WITHDRAWN, State.ACTIVE),
    }
)


class MoveNotPermitted(ValueError):
    """An enrolment cannot go from `source` to `target`."""

    def __init__(self, source: State, target: State) -> None:
        super().__init__(f"an enrolment that is {source} cannot become {target}")
        self.source = source
        self.target = target


def move(source: State, target: State) -> State:
    """Return the target when the move is in the table, else raise MoveNotPermitted. Staying is no move."""
    if (source, target) not in MOVES:
        raise MoveNotPermitted(source, target)
    return target


def permits_study(state: State) -> bool:
    """Whether lessons may be opened: yes also after completion, since going back over one is free."""
    return state in {State.ACTIVE, State.COMPLETED}
