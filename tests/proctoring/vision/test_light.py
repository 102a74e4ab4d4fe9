"""The light of the screen on a face, through a camera, a JPEG and the real detector."""

import numpy as np
import pytest

from proctoring.domain.facts import FrameFacts
from proctoring.domain.lights import STEP_MS, STEPS, answered, reflection
from tests.proctoring import puppet
from tests.proctoring.material.acting import Camera, Scene, act
from tests.proctoring.material.head import Subject, drawn
from tests.proctoring.material.lights import lit

pytestmark = pytest.mark.media

SHOWN = ("red", "cyan", "blue", "yellow", "green")
PER_SECOND = 4
SCENE = Scene(zoom=1.1, shift=(10, 5), shake=0.5, gain=0.9, gamma=1.0, slope=0.2, noise=3.0, quality=75)


def filmed(*, shining: bool, number: int) -> list[FrameFacts]:
    """Return what is measured of somebody who turns and nods while the colours are shown, a quarter of a second late."""
    chance = np.random.default_rng(number)
    poses = act(("turn_left", "nod"), chance, per_second=PER_SECOND)[: (STEPS * STEP_MS // 1000 + 1) * PER_SECOND]
    poses += [poses[-1]] * ((STEPS * STEP_MS // 1000 + 1) * PER_SECOND - len(poses))
    times = [250 + n * 1000 // PER_SECOND for n in range(len(poses))]
    colours = [SHOWN[(at - 250) // STEP_MS] if shining and (at - 250) // STEP_MS < STEPS else "" for at in times]
    pictures = lit([drawn(Subject(number), pose) for pose in poses], colours)
    camera = Camera(SCENE, chance)
    return [
        puppet.detector().measure(
            camera.take(picture), digest=b"\0" * 16, seq=seq, sent_ms=at, received_ms=at, colours=True
        )[0]
        for seq, (picture, at) in enumerate(zip(pictures, times, strict=True), 1)
    ]


def test_a_face_that_the_screen_shines_on_is_told_from_a_film_of_it() -> None:
    shone, film = filmed(shining=True, number=2), filmed(shining=False, number=2)
    assert answered(shone, SHOWN, begun_ms=0), reflection(shone, SHOWN, begun_ms=0)
    assert not answered(film, SHOWN, begun_ms=0), reflection(film, SHOWN, begun_ms=0)
    # A film of an earlier try shines in that try's colours.
    assert not answered(shone, ("green", "magenta", "yellow", "red", "cyan"), begun_ms=0)
