"""Frames that follow each other as a camera's do, and those that only pretend to: grey values alone, no picture."""

from dataclasses import replace

import numpy as np
import pytest

from proctoring.domain.challenge import Challenge
from proctoring.domain.continuity import continuity
from proctoring.domain.facts import GRID_BYTES, POINTS, FrameFacts
from proctoring.domain.liveness import MOST_CHANGED, MOST_RECOLOURED, judge
from tests.proctoring.domain.test_liveness import acted, reasons

ACTING = acted(("turn_left", "nod"))


def filmed(frames: list[FrameFacts], *, seed: int = 1, noise: float = 2.0) -> list[FrameFacts]:
    """Give each frame a picture that moves with the head, and the grain of a sensor."""
    chance = np.random.default_rng(seed)
    scene = np.cumsum(chance.normal(0, 6, 3 * GRID_BYTES))
    scene = 128 + 60 * np.sin(scene / 30)
    found = []
    sway = np.cumsum(chance.normal(0, 1.2, len(frames)))  # nobody moves twice alike
    for frame, swayed in zip(frames, sway, strict=True):
        at = GRID_BYTES + frame.yaw * 1.5 + frame.pitch * 2.1 + swayed
        seen = np.interp(np.arange(GRID_BYTES) + at, np.arange(3 * GRID_BYTES), scene) + chance.normal(
            0, noise, GRID_BYTES
        )
        found.append(replace(frame, grid=np.clip(seen, 0, 255).astype(np.uint8).tobytes()))
    return found


def renumbered(frames: list[FrameFacts]) -> list[FrameFacts]:
    return [replace(frame, seq=n, received_ms=n * 125) for n, frame in enumerate(frames, 1)]


def test_a_camera_shows_none_of_it() -> None:
    whole = continuity(filmed(ACTING))
    assert whole.still_ms == 0
    assert whole.twice == 0
    assert whole.again > 0.8
    assert whole.zigzag == 0
    assert whole.changed < 0.095
    assert whole.grain > 1


def test_a_picture_that_stands_still_is_timed() -> None:
    film = filmed(ACTING)
    assert continuity(renumbered([*film[:10], *([film[10]] * 9), *film[11:]])).still_ms == 1_000


@pytest.mark.parametrize(("changing", "still"), [(70, 0), (0, 1_000)])
def test_a_calm_film_that_a_codec_smoothed_does_not_stand_still(changing: int, still: int) -> None:
    """Of 1,728 pixels some hundred and fifty change by one grey level, and for a second only so many."""
    chance = np.random.default_rng(2)
    grid, film = np.full(GRID_BYTES, 100, dtype=np.uint8), []
    for n, one in enumerate(ACTING):
        grid = grid.copy()
        grid[chance.choice(GRID_BYTES, changing if 10 <= n < 18 else 150, replace=False)] ^= 1
        film.append(replace(one, grid=grid.tobytes()))
    assert continuity(renumbered(film)).still_ms == still


@pytest.mark.parametrize("times", [2, 3])
def test_frames_shown_twice_are_seen_where_others_move(times: int) -> None:
    assert continuity(renumbered([one for one in filmed(ACTING) for _ in range(times)])).twice > 0.5


def test_a_loop_comes_again_exactly() -> None:
    film = filmed(ACTING)
    assert continuity(renumbered(film * 2)).again < 0.1
    twice = [*film, *filmed(ACTING, seed=1)[: len(film)]]
    assert continuity(renumbered(twice)).again < 0.1


def test_doing_it_twice_is_no_loop() -> None:
    assert continuity(filmed(acted(("turn_left", "nod", "turn_left", "nod")))).again > 0.75


def test_another_order_goes_to_and_fro() -> None:
    film = filmed(ACTING)
    order = [n for begin in range(0, len(film) - 4, 4) for n in (begin + 2, begin, begin + 3, begin + 1)]
    assert continuity(renumbered([film[n] for n in order])).zigzag > 1


def test_another_picture_is_a_jump() -> None:
    film, other = filmed(ACTING, seed=1), filmed(ACTING, seed=9)
    assert continuity(renumbered([*film[:5], *other[5:]])).jump > 4.5
    assert continuity(film).jump < 3.3


def test_another_face_has_another_shape() -> None:
    film = filmed(ACTING)
    middle = len(film) // 2
    points = [tuple(v * (1.25 if n % 2 else 1) + (0 if n % 3 else 9) for n, v in enumerate(one.points)) for one in film]
    other = [replace(one, points=moved) for one, moved in zip(film, points, strict=True)]
    assert continuity([*film[:middle], *other[middle:]]).changed > MOST_CHANGED


@pytest.mark.parametrize("seed", range(8))
def test_landmarks_that_tremble_are_no_other_face(seed: int) -> None:
    """Whatever the face: of some, the middles of two halves of the landmarks lie on each other, and lean by chance."""
    chance = np.random.default_rng(seed)
    face = chance.normal(0, 25, (POINTS, 2))
    for first in (0, 1):
        face[first::2] += 320 - face[first::2].mean(axis=0)
    film = [
        replace(one, points=tuple((face + chance.normal(0, 0.4, (POINTS, 2))).ravel().tolist()))
        for one in filmed(ACTING)
    ]
    assert continuity(film).changed < MOST_CHANGED / 2


def test_a_few_frames_say_nothing() -> None:
    assert continuity(filmed(ACTING)[:4]).jump == 0


GREY, REDDER, BRIGHTER = (120.0, 100.0, 90.0), (129.0, 98.0, 87.0), (170.0, 142.0, 128.0)


@pytest.mark.parametrize(
    ("face", "room", "cut"),
    [
        (REDDER, REDDER, True),  # another film
        (BRIGHTER, BRIGHTER, False),  # a lamp
        (GREY, REDDER, False),  # a screen behind
        (REDDER, GREY, False),  # a screen before
        (GREY, GREY, False),
    ],
)
def test_face_and_room_that_take_another_colour_at_once_are_another_film(
    face: tuple[float, ...], room: tuple[float, ...], cut: bool
) -> None:
    film = [replace(one, colour=(*GREY, *GREY)) for one in filmed(ACTING)]
    later = [replace(one, colour=(*face, *room)) for one in film]
    assert (continuity([*film[:20], *later[20:]]).recoloured > MOST_RECOLOURED) == cut
    assert ("cut" in reasons([*film[:20], *later[20:]])) == cut
    # For a moment, or little by little, it is none.
    assert continuity([*film[:20], later[20], *film[21:]]).recoloured < MOST_RECOLOURED
    before, after = np.array([*GREY, *GREY]), np.array([*face, *room])
    slowly = [
        replace(one, colour=tuple((before + (after - before) * min(max(n - 10, 0) / 20, 1)).tolist()))
        for n, one in enumerate(film)
    ]
    assert continuity(slowly).recoloured < MOST_RECOLOURED


def test_colours_that_we_show_ourselves_are_no_cut() -> None:
    film = [replace(one, colour=(*GREY, *GREY)) for one in filmed(ACTING)]
    film = [*film[:20], *(replace(one, colour=(*REDDER, *REDDER)) for one in film[20:])]
    lit = Challenge(("turn_left", "nod"), 30_000, lights=("red",) * 5)
    assert "cut" not in judge(lit, film, begun_ms=0, ends_ms=30_000).reasons
