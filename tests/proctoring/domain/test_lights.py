"""Coloured light: drawn at random, told apart from none, from another sequence, and from a change of the whole picture."""

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from proctoring.domain.challenge import Challenge, draw, from_plain
from proctoring.domain.facts import FrameFacts
from proctoring.domain.lights import COLOURS, STEP_MS, STEPS, answered, draw_lights, reflection
from proctoring.domain.liveness import judge
from tests.proctoring.domain.test_liveness import acted, frame

SHOWN = ("red", "cyan", "blue", "yellow", "green")


def seen(
    lights: Sequence[str], *, strength: float = 0.03, everywhere: bool = False, seed: int = 1, late_ms: int = 250
) -> list[FrameFacts]:
    """Frames of a grey-brown face in these lights; everywhere: the wall changes as much."""
    chance, found = np.random.default_rng(seed), []
    for number in range(1, STEPS * STEP_MS // 125 + 4):
        at_ms = number * 125
        step = min(max(at_ms - late_ms, 0) // STEP_MS, len(lights) - 1)
        colour = np.array(COLOURS[lights[step]]) if lights else np.zeros(3)
        grain = chance.normal(0, 0.001, 6)
        face = np.array([0.30, 0.22, 0.17]) * (1 + strength * colour)
        wall = np.array([0.4, 0.4, 0.42]) * (1 + (strength if everywhere else 0.1 * strength) * colour)
        found.append(
            replace(frame(number), light=tuple(float(v) for v in np.concatenate([face, wall]) * np.exp(grain)))
        )
    return found


def test_a_face_before_the_screen_answers_in_its_colours() -> None:
    assert answered(seen(SHOWN), SHOWN, begun_ms=0)
    assert answered(seen(SHOWN, strength=0.012), SHOWN, begun_ms=0)
    alike, strength = reflection(seen(SHOWN), SHOWN, begun_ms=0)
    assert alike > 0.9 and strength == pytest.approx(0.027, abs=0.01)


def test_a_film_without_the_light_or_with_anothers_does_not() -> None:
    assert not any(answered(seen((), seed=seed), SHOWN, begun_ms=0) for seed in range(60))
    others = [draw_lights(random.Random(seed)) for seed in range(60)]  # noqa: S311 — repeatable
    passed = sum(answered(seen(one, seed=seed), SHOWN, begun_ms=0) for seed, one in enumerate(others))
    assert passed <= 3  # a few of the 3,750 are much the same


def test_a_cloud_or_the_cameras_own_balance_is_no_answer() -> None:
    assert not answered(seen(SHOWN, everywhere=True), SHOWN, begun_ms=0)


def test_a_face_that_was_not_seen_under_every_colour_did_not_answer() -> None:
    assert reflection(seen(SHOWN)[:20], SHOWN, begun_ms=0) == (0.0, 0.0)
    assert reflection([frame(n) for n in range(1, 60)], SHOWN, begun_ms=0) == (0.0, 0.0)


def test_the_colours_are_drawn_with_the_challenge_and_never_fast() -> None:
    assert STEP_MS > 1_000  # WCAG 2.3.1: far below three flashes a second
    drawn = [draw(bytes([n]), least=2, most=3, lights=True) for n in range(60)]
    assert len({one.lights for one in drawn}) > 50
    assert all(a != b for one in drawn for a, b in zip(one.lights, one.lights[1:], strict=False))
    assert from_plain(drawn[0].to_plain()) == drawn[0]
    plain = draw(b"x", least=2, most=2).to_plain()
    assert "lights" not in plain and from_plain(plain).lights == ()


def test_the_verdict_asks_for_the_reflection_only_where_light_was_shown() -> None:
    acting, actions = acted(("turn_left", "nod")), ("turn_left", "nod")
    lights = [one.light for one in seen(SHOWN)]
    shone = [replace(one, light=lights[min(n, len(lights) - 1)]) for n, one in enumerate(acting)]
    asked, plain = Challenge(actions, 30_000, SHOWN), Challenge(actions, 30_000)
    assert judge(asked, acting, begun_ms=0, ends_ms=30_000).reasons == ("no_reflection",)
    assert judge(plain, acting, begun_ms=0, ends_ms=30_000).passed
    verdict = judge(asked, shone, begun_ms=0, ends_ms=30_000)
    assert verdict.passed, verdict
    assert {"light_alike", "light_strength"} <= verdict.scores.keys()


def test_light_travels_with_the_facts() -> None:
    one = seen(SHOWN)[5]
    assert FrameFacts.unpacked(one.packed()).light == pytest.approx(one.light, abs=1e-6)
