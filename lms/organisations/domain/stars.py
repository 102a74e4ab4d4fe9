"""An institution's stars: what learners and the authority think of it, weighed, in bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


class BadStars(ValueError):
    """Weights, bands or marks that cannot be meant."""


@dataclass(frozen=True, slots=True)
class StarRules:
    """Weights that add up to 1, and the edges of the bands, rising: one star for the first band, and so on."""

    learners: Fraction
    authority: Fraction
    edges: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if self.learners + self.authority != 1 or min(self.learners, self.authority) < 0:
            raise BadStars("the weights must add up to 1")
        if len(self.edges) < 2 or any(a >= b for a, b in zip(self.edges, self.edges[1:], strict=False)):  # noqa: PLR2004 — a band has two edges
            raise BadStars("the edges of the bands must rise")


@dataclass(frozen=True, slots=True)
class Rating:
    """The weighed mark, exact, and the stars it is worth."""

    score: Fraction
    stars: int


def rate(learners: Fraction, authority: Fraction, rules: StarRules) -> Rating:
    """Return the stars for two marks. A mark on an edge lies in the upper band; the top of the scale in the last one.

    Raises BadStars for a mark outside the bands.
    """
    lowest, highest = rules.edges[0], rules.edges[-1]
    if not (lowest <= learners <= highest and lowest <= authority <= highest):
        raise BadStars(f"marks lie between {lowest} and {highest}")
    score = learners * rules.learners + authority * rules.authority
    return Rating(score, sum(score >= edge for edge in rules.edges[:-1]))


def mean_of(marks: Sequence[Fraction]) -> Fraction:
    """Return the mean of the marks for the dimensions, which weigh alike. Raises BadStars when there are none."""
    if not marks:
        raise BadStars("no marks were given")
    return sum(marks, Fraction(0)) / len(marks)
