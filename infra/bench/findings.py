"""What a row has found: samples, the bars they are held against, and the verdict. Pure: no clock, no processes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Literal

EQUAL_WITHIN = 0.10  # the same thing timed twice on one machine differs by as much

Side = Literal["ours", "limit", "peer"]
Measured = Literal["ours", "ours/limit", "ours/peer"]


class Verdict(StrEnum):
    """How a finding ended, best first."""

    AIM = "aim reached"
    BAR = "passed"
    MEASURED = "measured"  # there is no bar
    MISSED = "missed"
    WRONG = "wrong"  # the result was not what it should be: there is no speed
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Samples:
    """One figure, measured several times, in the order of the rounds. what: the thing that was measured, in words."""

    what: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values or not all(math.isfinite(value) for value in self.values):
            raise ValueError(f"{self.what}: no samples, or not numbers: {self.values}")

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.values), max(self.values)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours over another. value: the ratio of the medians; least and most: of the ratios within one round."""

    value: float
    least: float
    most: float

    @property
    def is_equal(self) -> bool:
        """Whether the difference is no more than this method can tell."""
        return abs(self.value - 1) <= EQUAL_WITHIN


@dataclass(frozen=True, slots=True)
class Bar:
    """What a measured value must reach, and what it aims at. Exactly one of at_least and at_most is given."""

    of: Measured
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a bar is either a least or a most")

    def judge(self, value: float) -> Verdict:
        if not self._holds(value, self.at_least if self.at_least is not None else self.at_most):
            return Verdict.MISSED
        return Verdict.AIM if self._holds(value, self.aim) else Verdict.BAR

    def splits(self, least: float, most: float) -> bool:
        """Whether some rounds passed it and some did not."""
        wall = self.at_least if self.at_least is not None else self.at_most
        return self._holds(least, wall) != self._holds(most, wall)

    def _holds(self, value: float, wall: float | None) -> bool:
        if wall is None:
            return False
        return value >= wall if self.at_least is not None else value <= wall

    def __str__(self) -> str:
        sign, wall = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{self.of} {sign} {wall:g}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table.

    ours, limit, peer: measured in the same rounds, in `unit`. wrong: what was not as it should be in the results.
    not_run: why there is nothing to show. notes: what a reader must know to take the figures as they are meant.
    """

    path: str
    unit: str = ""
    ours: Samples | None = None
    limit: Samples | None = None
    peer: Samples | None = None
    bars: tuple[Bar, ...] = ()
    wrong: tuple[str, ...] = ()
    not_run: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def ratio_to_limit(self) -> Ratio | None:
        return ratio(self.ours, self.limit)

    @property
    def ratio_to_peer(self) -> Ratio | None:
        return ratio(self.ours, self.peer)

    @property
    def n(self) -> int:
        return len(self.ours.values) if self.ours else 0

    @property
    def verdict(self) -> Verdict:
        """The worst that any bar says. A run with a wrong result has no speed, so no bar is asked."""
        if self.not_run:
            return Verdict.NOT_RUN
        if self.wrong:
            return Verdict.WRONG
        verdicts = [bar.judge(value) for bar in self.bars if (value := self.value_of(bar.of)) is not None]
        if len(verdicts) < len(self.bars):
            return Verdict.NOT_RUN  # a bar without its figure must not pass in silence
        order = list(Verdict)
        return max(verdicts, key=order.index) if verdicts else Verdict.MEASURED

    def value_of(self, measured: Measured) -> float | None:
        if measured == "ours":
            return self.ours.median if self.ours else None
        found = self.ratio_to_limit if measured == "ours/limit" else self.ratio_to_peer
        return found.value if found else None

    @property
    def doubts(self) -> tuple[str, ...]:
        """Say which bars stand within the spread: another run may judge otherwise."""
        ratios = {"ours/limit": self.ratio_to_limit, "ours/peer": self.ratio_to_peer}
        return tuple(
            f"the bar {bar} lies within the spread of the rounds"
            for bar in self.bars
            if (found := ratios.get(bar.of)) and bar.splits(found.least, found.most)
        )


def ratio(ours: Samples | None, other: Samples | None) -> Ratio | None:
    """Return ours ÷ other, None when either is missing. Raises ValueError when the rounds do not match."""
    if ours is None or other is None:
        return None
    each = [one / two for one, two in zip(ours.values, other.values, strict=True)]
    return Ratio(ours.median / other.median, min(each), max(each))


def not_run(path: str, why: str) -> Finding:
    return Finding(path=path, not_run=why)


def worst(findings: Sequence[Finding]) -> Verdict | None:
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index, default=None)
