"""How far a phone is from where the training is. Distances in whole metres; degrees as the browser gives them."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_000
MOST_ACCURACY_METRES = 200  # a fix that is vaguer than this proves no place


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a phone says that it is, and how sure it is."""

    latitude: float
    longitude: float
    accuracy_metres: float


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> int:
    """Return the way over the ground between two points (latitude, longitude) in degrees.

    >>> metres_between((29.563, 106.551), (29.563, 106.551)), metres_between((29.563, 106.551), (29.573, 106.551))
    (0, 1111)
    """
    (lat1, lon1), (lat2, lon2) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return int(2 * EARTH_METRES * asin(min(1.0, sqrt(half))))


def is_within(metres: int, fix: Fix, *, radius_metres: int) -> bool:
    """Say whether a phone may be inside: the fix is sharp enough, and its circle reaches into the fence."""
    return fix.accuracy_metres <= MOST_ACCURACY_METRES and metres <= radius_metres + fix.accuracy_metres
