"""UUIDs that are new each time and the same in every process: parameters of tests become their names, which workers compare."""

from itertools import count
from uuid import UUID

_numbers = count(1)


def uuid4() -> UUID:
    """Return another UUID of version 4 each time."""
    return UUID(int=next(_numbers) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)
