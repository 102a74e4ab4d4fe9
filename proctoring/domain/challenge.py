"""What a learner is asked to do: two or three actions in random order. Left and right are the learner's own."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from proctoring.domain.lights import draw_lights

ACTIONS = ("blink2", "turn_left", "turn_right", "mouth", "nod")
TURNS = frozenset({"turn_left", "turn_right"})
# To read the first instruction, and for each action to read it, do it and be told so.
LEAD_MS = (1_500, 2_500)
EACH_MS = (5_500, 7_500)


@dataclass(frozen=True, slots=True)
class Challenge:
    """Actions in their order, and how long all of them may take together. lights: colours of the screen from its beginning on."""

    actions: tuple[str, ...]
    length_ms: int
    lights: tuple[str, ...] = ()

    def to_plain(self) -> dict[str, object]:
        """Return plain values for a column or a socket."""
        lights = {"lights": list(self.lights)} if self.lights else {}
        return {"actions": list(self.actions), "length_ms": self.length_ms, **lights}


def from_plain(plain: dict[str, object]) -> Challenge:
    """Return the challenge of `Challenge.to_plain`."""
    actions, length_ms, lights = plain["actions"], plain["length_ms"], plain.get("lights", [])
    if not isinstance(actions, list) or not isinstance(length_ms, int) or not isinstance(lights, list):
        raise ValueError("not a challenge")
    return Challenge(tuple(map(str, actions)), length_ms, tuple(map(str, lights)))


def longest_ms(count: int) -> int:
    """Return how long a challenge of so many actions may take at most."""
    return LEAD_MS[1] + EACH_MS[1] * count


def draw(seed: bytes, *, least: int, most: int, unlike: Sequence[str] = (), lights: bool = False) -> Challenge:
    """Return the challenge of a seed; another order than `unlike`, which was asked just before. lights: with colours.

    A turn is always among the actions: it is what a flat picture cannot do.
    """
    chance = random.Random(seed)  # noqa: S311 — the seed is the secret, drawn from the system's randomness
    while True:
        actions = tuple(chance.sample(ACTIONS, chance.randint(least, most)))
        if TURNS & set(actions) and actions != tuple(unlike):
            break
    length_ms = chance.randint(*LEAD_MS) + sum(chance.randint(*EACH_MS) for _ in actions)
    return Challenge(actions, length_ms, draw_lights(chance) if lights else ())
