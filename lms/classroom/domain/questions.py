"""Two questions on what was just taught: who has watched can answer, who has let it run cannot."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

OPTIONS = 4
QUESTIONS = 2


@dataclass(frozen=True, slots=True)
class Question:
    """One right answer among OPTIONS. right: its place."""

    options: tuple[str, ...]
    right: int


def draw(seed: str, taught: Sequence[str], elsewhere: Sequence[str]) -> tuple[Question, ...]:
    """Return QUESTIONS questions, the same for the same seed: which of these points was taught? None without enough points.

    taught: points of the lesson; elsewhere: points of other lessons. The order of both does not matter.
    """
    own = sorted(set(taught))
    others = sorted(set(elsewhere) - set(own))
    if len(own) < QUESTIONS or len(others) < QUESTIONS * (OPTIONS - 1):
        return ()
    chance = random.Random(seed)  # noqa: S311 — the seed is the secret, and kept on the server
    rights = chance.sample(own, QUESTIONS)
    wrongs = chance.sample(others, QUESTIONS * (OPTIONS - 1))
    found = []
    for number, right in enumerate(rights):
        options = [right, *wrongs[number * (OPTIONS - 1) : (number + 1) * (OPTIONS - 1)]]
        chance.shuffle(options)
        found.append(Question(tuple(options), options.index(right)))
    return tuple(found)
