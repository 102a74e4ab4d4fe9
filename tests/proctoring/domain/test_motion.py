"""Heads that move, that are shown again, and whose frames come in another order: landmarks alone, no picture."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from proctoring.domain.challenge import Challenge
from proctoring.domain.facts import POINTS, FrameFacts
from proctoring.domain.liveness import LEAST_FLOW, MOST_REPEATED, MOST_ZIGZAG, judge
from proctoring.domain.motion import flow, repeated, zigzag
from tests.proctoring.domain.test_continuity import filmed
from tests.proctoring.domain.test_liveness import acted

ACTIONS = ("turn_left", "nod", "mouth")


def lived(actions: Sequence[str] = ACTIONS, *, seed: int = 1) -> list[FrameFacts]:
    """Return frames of somebody who sways while he acts, seen by a camera that shakes and a detector that is never sure."""
    chance = np.random.default_rng(seed)
    found = []
    sway = np.zeros(4)
    for frame in acted(actions):
        sway = 0.85 * sway + chance.normal(0, 1, 4) * (0.6, 0.6, 0.004, 0.004)
        flat = np.array(frame.points).reshape(POINTS, 2) @ np.array([1, 1j])
        flat = (flat - (320 + 240j)) * np.exp(sway[2] + 1j * sway[3]) + (320 + 240j) + sway[0] + 1j * sway[1]
        flat += chance.normal(0, 0.15, POINTS) + 1j * chance.normal(0, 0.15, POINTS)
        points = tuple(np.stack([flat.real, flat.imag], axis=1).ravel().tolist())
        found.append(replace(frame, points=points, yaw=frame.yaw + float(chance.normal(0, 0.3))))
    return found


def in_turn(frames: Sequence[FrameFacts], *, step_ms: float = 125) -> list[FrameFacts]:
    return [
        replace(frame, seq=n, received_ms=round(n * step_ms), digest=n.to_bytes(16, "big"))
        for n, frame in enumerate(frames, 1)
    ]


def by_a_poor_line(frames: Sequence[FrameFacts], seed: int = 5) -> list[FrameFacts]:
    """Return what arrives when the page looks at other moments than the film has, and a sixth is lost."""
    chance = np.random.default_rng(seed)
    found: list[FrameFacts] = []
    for at in np.arange(frames[0].received_ms, frames[-1].received_ms, 131.0):
        shown = [frame for frame in frames if frame.received_ms <= at][-1]
        if chance.random() > 1 / 6:
            found.append(replace(shown, seq=len(found) + 1, received_ms=round(at + chance.uniform(0, 40))))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_nobody_moves_twice_alike(seed: int) -> None:
    """Not even who does all that was asked a second time."""
    again = in_turn([*lived(seed=seed), *lived(seed=seed + 100)[3:]])
    assert repeated(lived(seed=seed)) < 0.5 < MOST_REPEATED
    assert repeated(by_a_poor_line(lived(seed=seed))) < MOST_REPEATED
    assert repeated(again) < MOST_REPEATED


@pytest.mark.parametrize("seed", range(6))
def test_a_film_that_is_shown_twice_is_told_by_its_movement(seed: int) -> None:
    twice = in_turn([*lived(seed=seed), *lived(seed=seed)])
    assert repeated(twice) > 0.95
    assert repeated(by_a_poor_line(twice)) > MOST_REPEATED
    half = len(twice) // 4
    assert repeated(twice[: 3 * half]) > MOST_REPEATED  # once and a half


def test_a_loop_fails_by_its_reason() -> None:
    twice = filmed(in_turn([*lived(), *lived()]))
    verdict = judge(Challenge(ACTIONS, 30_000), twice, begun_ms=0, ends_ms=60_000)
    assert "looped" in verdict.reasons
    assert "looped" not in judge(Challenge(ACTIONS, 30_000), filmed(lived()), begun_ms=0, ends_ms=30_000).reasons


@pytest.mark.parametrize("span", [3, 4, 6, 8])
def test_a_head_goes_on_as_it_went_and_shuffled_frames_do_not(span: int) -> None:
    frames = lived()
    chance = np.random.default_rng(span)
    mixed = [
        frames[n]
        for begin in range(0, len(frames), span)
        for n in chance.permutation(np.arange(begin, min(begin + span, len(frames))))
    ]
    assert flow(frames) > 0.5 > LEAST_FLOW > flow(in_turn(mixed))
    assert "cut" in judge(Challenge(ACTIONS, 30_000), filmed(in_turn(mixed)), begun_ms=0, ends_ms=30_000).reasons


def test_a_slow_line_and_a_face_that_does_not_turn_say_nothing_of_the_order() -> None:
    assert flow(in_turn(lived()[::3], step_ms=375)) == 1
    assert flow(lived(("mouth", "blink2"))) == 1
    assert repeated(lived()[:4]) == 0
    assert repeated([replace(frame, received_ms=7) for frame in lived()]) == 0


def test_the_same_face_in_the_same_place_repeats_nothing() -> None:
    """Without any change there is nothing to compare; other signs find it."""
    still = in_turn([lived()[0]] * 60)
    assert repeated(still) < MOST_REPEATED
    assert flow(still) == 1
    assert all(one.received_ms < other.received_ms for one, other in itertools.pairwise(still))


def test_a_small_face_may_tremble() -> None:
    """The landmarks of a face of half the size are half as sure, in degrees."""
    chance = np.random.default_rng(3)
    film = [replace(one, pitch=one.pitch + (4.0 if n % 2 else 0.0)) for n, one in enumerate(lived())]
    assert zigzag(film) > 1
    assert zigzag([replace(one, eye_px=40.0) for one in film]) <= MOST_ZIGZAG
    calm = [replace(one, yaw=float(chance.normal(0, 0.9)), pitch=float(chance.normal(0, 0.9))) for one in lived(())]
    assert flow([replace(one, eye_px=35.0) for one in calm]) > LEAST_FLOW


def test_frames_close_together_are_compared_with_the_next_but_one() -> None:
    """At thirty a second a head moves no more from one to the next than its landmarks tremble."""
    chance = np.random.default_rng(4)
    turning = [25 * np.sin(n / 12) + chance.normal(0, 1.0) for n in range(150)]
    film = [replace(one, yaw=float(yaw)) for one, yaw in zip(lived(ACTIONS * 4), turning, strict=False)]
    assert flow(in_turn(film, step_ms=33)) > 0.4
