"""The life of a claim: its states, who moves it, and when a second person must look."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

MOST_HOURS = 200
STEP = Fraction(1, 2)


class State(StrEnum):
    """Where a claim stands. SECOND: passed once, waits for another person. APPEALED: decided, and asked about once more."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SECOND = "second"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"

    @property
    def waits_for_reviewer(self) -> bool:
        return self in (State.SUBMITTED, State.SECOND, State.APPEALED)

    @property
    def is_editable(self) -> bool:
        return self in (State.DRAFT, State.RETURNED)


class Deed(StrEnum):
    """What is done to a claim. PASS_ON is an acceptance after which a second person must look."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    PASS_ON = "pass"  # noqa: S105 — a deed, no password
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    APPEAL = "appeal"


MOVES: dict[tuple[State, Deed], State] = {
    (State.DRAFT, Deed.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Deed.SUBMIT): State.SUBMITTED,
    (State.DRAFT, Deed.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Deed.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Deed.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Deed.PASS_ON): State.SECOND,
    (State.SUBMITTED, Deed.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Deed.RETURN): State.RETURNED,
    (State.SUBMITTED, Deed.REJECT): State.REJECTED,
    (State.SECOND, Deed.ACCEPT): State.ACCEPTED,
    (State.SECOND, Deed.RETURN): State.RETURNED,
    (State.SECOND, Deed.REJECT): State.REJECTED,
    (State.REJECTED, Deed.APPEAL): State.APPEALED,
    (State.ACCEPTED, Deed.APPEAL): State.APPEALED,
    (State.APPEALED, Deed.ACCEPT): State.ACCEPTED,
    (State.APPEALED, Deed.REJECT): State.REJECTED,
}


class ClaimRefused(ValueError):
    """A deed that cannot be done now. The sentence for `code` stands in lms.reviews.sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Table:
    """What a region's table says of one kind of claim, in hours. 0 = it says nothing: the reviewer's number alone counts.

    most, second_from: None = no such rule. second_from: granted hours from which a second person must look; 0 = always.
    """

    per_unit: Fraction
    most: Fraction | None
    second_from: Fraction | None

    def suggested(self, units: int) -> Fraction:
        """Return the hours by the table for so many units; 0 where the table is silent."""
        amount = self.per_unit * units
        return amount if self.most is None else min(amount, self.most)


def move(state: State, deed: Deed) -> State:
    """Return the state after a deed. Raises ClaimRefused (not_now)."""
    found = MOVES.get((state, deed))
    if found is None:
        raise ClaimRefused("not_now")
    return found


def needs_second_look(table: Table, granted: Fraction, *, doubtful: bool) -> bool:
    """Must another person agree? By the table from so many hours; and always when evidence was found twice."""
    return doubtful or (table.second_from is not None and granted >= table.second_from)


def check_hours(hours: Fraction) -> Fraction:
    """Return claimed or granted hours. Raises ClaimRefused (bad_hours) unless they are halves, above 0, at most MOST_HOURS.

    >>> check_hours(Fraction("4.5"))
    Fraction(9, 2)
    """
    if not 0 < hours <= MOST_HOURS or hours % STEP:
        raise ClaimRefused("bad_hours")
    return hours
