"""Colours that the screen shines on a face for a moment each: a film that was made before does not answer them.

Optional, by the policy. What is compared is how the face changes against what lies behind it, in linear light: the camera's own
balance of colours and a cloud before the sun change both. It tells an injected or recorded film from something that sits before
the screen; a sheet of paper before the screen shines back as well, and is for the other signs to find.
"""

import random
from collections.abc import Sequence

import numpy as np

from proctoring.domain.facts import FrameFacts

# One change of colour in more than a second, without black between: far from the three flashes a second of WCAG 2.3.1.
STEP_MS = 1_200
STEPS = 5
COLOURS = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "cyan": (0, 1, 1),
    "magenta": (1, 0, 1),
    "yellow": (1, 1, 0),
}
# A colour is seen this late at the earliest and at the latest: by line, screen and camera.
FROM_MS, UNTIL_MS = 450, 150
LEAST_FRAMES = 2
LEAST_ALIKE, LEAST_STRENGTH = 0.75, 0.004


def draw_lights(chance: random.Random) -> tuple[str, ...]:
    """Return STEPS colours, none twice in a row."""
    found: list[str] = []
    while len(found) < STEPS:
        one = chance.choice(sorted(COLOURS))
        if not found or found[-1] != one:
            found.append(one)
    return tuple(found)


def reflection(frames: Sequence[FrameFacts], lights: Sequence[str], *, begun_ms: int) -> tuple[float, float]:
    """Return how alike the changes of the face are to the colours shown (-1 to 1), and how strong (in log, of a full colour).

    Noughts where the face was not seen under every colour. frames: in order, with the light measured in them.
    """
    seen = []
    for number in range(len(lights)):
        began = begun_ms + number * STEP_MS
        step = [
            _chroma(frame)
            for frame in frames
            if frame.faces
            and began + FROM_MS <= frame.received_ms < began + STEP_MS + UNTIL_MS
            and min(frame.light) > 0
        ]
        if len(step) < LEAST_FRAMES:
            return 0.0, 0.0
        seen.append(np.mean(step, axis=0))
    wanted = np.array([COLOURS[one] for one in lights], dtype=float)
    wanted -= wanted.mean(axis=1, keepdims=True)
    wanted -= wanted.mean(axis=0)
    changes = np.array(seen) - np.mean(seen, axis=0)
    size = float(np.linalg.norm(changes) * np.linalg.norm(wanted))
    along = float((changes * wanted).sum())
    return along / (size or 1.0), along / float((wanted**2).sum() or 1.0)


def answered(frames: Sequence[FrameFacts], lights: Sequence[str], *, begun_ms: int) -> bool:
    """Say whether the face shone in the colours that were shown."""
    alike, strength = reflection(frames, lights, begun_ms=begun_ms)
    return alike >= LEAST_ALIKE and strength >= LEAST_STRENGTH


def _chroma(frame: FrameFacts) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the face's red, green and blue against those behind it, in logarithms freed of how bright it is."""
    face, behind = np.log(frame.light[:3]), np.log(frame.light[3:])
    change = face - behind
    return np.asarray(change - change.mean())
