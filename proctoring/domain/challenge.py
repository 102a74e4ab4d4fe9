"""What a learner is asked to do: two or three actions in random order. Left and right are the learner's own."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

ACTIONS = ("blink2", "turn_left", "turn_right", "mouth", "nod")
TURNS = frozenset({"turn_left", "turn_right"})
# To read the first instruction, and for each action to read it, do it and be told so.
LEAD_MS = (1_500, 2_500)
EACH_MS = (5_500, 7_500)


@dataclass(frozen=True, slots=True)
class Challenge:
    """Actions in their order, and how long all of them may take together."""

    actions: tuple[str, ...]
    length_ms: int

    def to_plain(self) -> dict[str, object]:
        """Return plain values for a column or a socket."""
        return {"actions": list(self.actions), "length_ms": self.length_ms}


def from_plain(plain: dict[str, object]) -> Challenge:
    """Return the challenge of `Challenge.to_plain`."""
    actions, length_ms = plain["actions"], plain["length_ms"]
    if not isinstance(actions, list) or not isinstance(length_ms, int):
        raise ValueError("not a challenge")
    return Challenge(tuple(str(action) for action in actions), length_ms)


def longest_ms(count: int) -> int:
    """Return how long a challenge of so many actions may take at most."""
    return LEAD_MS[1] + EACH_MS[1] * count


def draw(seed: bytes, *, least: int, most: int, unlike: Sequence[str] = ()) -> Challenge:
    """Return the challenge of a seed; another order than `unlike`, which was asked just before.

    A turn is always among the actions: it is what a flat picture cannot do.
    """
    chance = random.Random(seed)  # noqa: S311 — the seed is the secret, drawn from the system's randomness
    while True:
        actions = tuple(chance.sample(ACTIONS, chance.randint(least, most)))
        if TURNS & set(actions) and actions != tuple(unlike):
            break
    length_ms = chance.randint(*LEAD_MS) + sum(chance.randint(*EACH_MS) for _ in actions)
    return Challenge(actions, length_ms)
