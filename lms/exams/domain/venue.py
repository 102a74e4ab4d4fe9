"""What a sitting needs: people who watch over it, and computers to spare. Begun groups count as whole ones."""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil


class BadVenue(ValueError):
    """Fewer than no people or computers, or groups of nobody."""


def invigilators(candidates_per_room: Iterable[int], *, group: int, for_each_group: int) -> int:
    """Return how many invigilators all rooms need together: `for_each_group` for every begun `group` in each room.

    An empty room needs nobody. Raises BadVenue.

    >>> invigilators([51], group=50, for_each_group=2), invigilators([26, 25], group=50, for_each_group=2)
    (4, 4)
    """
    rooms = tuple(candidates_per_room)
    if group < 1 or for_each_group < 0 or any(candidates < 0 for candidates in rooms):
        raise BadVenue("a group has at least one candidate, and a room no fewer than none")
    return sum(-(-candidates // group) * for_each_group for candidates in rooms)


def spare_computers(in_use: int, *, ratio: Fraction) -> int:
    """Return how many computers must stand by for those that are used, rounded up. Raises BadVenue.

    >>> spare_computers(201, ratio=Fraction(1, 10))
    21
    """
    if in_use < 0 or ratio < 0:
        raise BadVenue("no fewer than no computers")
    return ceil(in_use * ratio)
