"""What two books say differently."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree: `unknown_here`, `not_settled_here`, `not_there`, `amount` or `refunded`. Minor units.

    reference: of our order; of an unknown payment the service's own.
    """

    what: str
    reference: str
    ours: int
    theirs: int
