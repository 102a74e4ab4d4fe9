"""Lines, totals and what is given back. All amounts are whole minor units (fen)."""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.commerce.domain.refusals import BadOrder

MOST_SEATS_A_LINE = 100_000
DEAREST_ORDER = 10**11  # a milliard yuan in fen: beyond it somebody has mistyped


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order. ceiling: the most that the price document allows a unit to cost; None = it sets none."""

    quantity: int
    unit_minor: int
    ceiling_minor: int | None = None

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_minor


def total_of(lines: Iterable[Line]) -> int:
    """Return what the lines cost together.

    Raises BadOrder: `nothing_ordered`, `quantity` (none, or more than MOST_SEATS_A_LINE), `above_ceiling` (a unit price
    above the published document, R-061), `too_dear`.

    >>> total_of([Line(30, 12_800), Line(2, 500)])
    385000
    """
    total, count = 0, 0
    for line in lines:
        if not 1 <= line.quantity <= MOST_SEATS_A_LINE:
            raise BadOrder("quantity", str(line.quantity))
        if line.ceiling_minor is not None and line.unit_minor > line.ceiling_minor:
            raise BadOrder("above_ceiling")
        total += line.total_minor
        count += 1
    if not count:
        raise BadOrder("nothing_ordered")
    if total > DEAREST_ORDER:
        raise BadOrder("too_dear")
    return total


def needs_second_person(amount_minor: int, limit_minor: int) -> bool:
    """Return whether a refund of this amount takes two people: one who asks and another who agrees."""
    return amount_minor > limit_minor
