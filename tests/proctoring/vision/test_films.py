"""Films of a calm and dim room as a page would send them, by a line that loses pictures, seen by the real eye."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from proctoring.domain.challenge import Challenge, longest_ms
from proctoring.domain.facts import FrameFacts
from proctoring.domain.liveness import judge
from tests.proctoring import puppet
from tests.proctoring.material.acting import Camera, Scene, act, film
from tests.proctoring.material.head import Picture, Subject

pytestmark = pytest.mark.media

ASKED = ("turn_left", "nod")
PER_SECOND = 8
# Calm: from one picture to the next hardly anything changes, so that pictures alone tell little of a repetition.
SCENE = Scene(zoom=1.1, shift=(10, 5), shake=0.15, gain=0.6, gamma=1.1, slope=0.1, noise=1.0, quality=60)


def filmed(number: int, other: int | None = None) -> list[Picture]:
    """Return a person who does what is asked; other: who takes his place in the middle of it."""
    chance = np.random.default_rng(number)
    camera = Camera(SCENE, chance)
    moves = act(ASKED, chance, per_second=PER_SECOND)
    half = len(moves) if other is None else len(moves) // 2
    return [*film(Subject(number), moves[:half], camera), *film(Subject(other or 0), moves[half:], camera)]


def seen(pictures: Sequence[Picture], *, lost: float = 0.1) -> list[FrameFacts]:
    """Return what is measured of them, each sent as a JPEG of its own; some are lost, the rest comes unevenly."""
    chance = np.random.default_rng(3)
    return [
        puppet.detector().look(
            puppet.jpeg_of(picture, quality=70),
            seq=n,
            sent_ms=n * 125,
            received_ms=n * 125 + int(chance.integers(0, 40)),
        )[0]
        for n, picture in enumerate(pictures, 1)
        if chance.random() >= lost
    ]


def reasons(frames: Sequence[FrameFacts]) -> tuple[str, ...]:
    length = longest_ms(len(ASKED))
    return judge(Challenge(ASKED, length), frames, begun_ms=0, ends_ms=2 * length).reasons


def in_grain(pictures: Sequence[Picture]) -> list[Picture]:
    """Return the pictures with grain of their own, so that no two are the same."""
    chance = np.random.default_rng(8)
    return [np.clip(one + chance.normal(0, 1.0, one.shape), 0, 255).astype(np.uint8) for one in pictures]


def shuffled(pictures: Sequence[Picture], span: int = 5) -> list[Picture]:
    chance = np.random.default_rng(2)
    order = [
        n
        for begin in range(0, len(pictures), span)
        for n in chance.permutation(np.arange(begin, min(begin + span, len(pictures))))
    ]
    return [pictures[n] for n in order]


def twice(pictures: Sequence[Picture]) -> list[Picture]:
    return in_grain([*pictures, *pictures])


@pytest.mark.parametrize(
    ("made_of_it", "reason"),
    [(list, None), (twice, "looped"), (shuffled, "cut")],
)
def test_a_person_passes_and_what_is_made_of_his_film_does_not(
    made_of_it: Callable[[Sequence[Picture]], list[Picture]], reason: str | None
) -> None:
    said = reasons(seen(made_of_it(filmed(2))))
    assert (said == ()) if reason is None else (reason in said), said


def test_another_person_brings_other_colours() -> None:
    whole = seen(filmed(2, other=17))
    assert {"cut", "person_changed"} & set(reasons(whole))
