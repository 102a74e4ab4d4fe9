"""Timing side by side: A-B-C, A-B-C, …, so that a slow minute of the machine hits all alike."""

import math
from collections.abc import Callable, Mapping

from infra.bench.findings import Samples


def interleaved(
    ways: Mapping[str, Callable[[], float]], *, rounds: int, warm_up: int = 1, say: Callable[[str], None] | None = None
) -> dict[str, Samples]:
    """Call the ways in turn, `rounds` times; return their samples by name. The first `warm_up` rounds are dropped."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(-warm_up, rounds):
        for name, measure in ways.items():
            value = measure()
            if say:
                say(f"{'warm-up' if number < 0 else f'round {number + 1}/{rounds}'}: {name}: {value:,.4g}")
            if number >= 0:
                taken[name].append(value)
    return {name: Samples(name, tuple(values)) for name, values in taken.items()}


def percentile(values: list[float], percent: float) -> float:
    """Return the smallest of the values that at least `percent` of them do not exceed. Raises ValueError for none.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 50)
    2.0
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
