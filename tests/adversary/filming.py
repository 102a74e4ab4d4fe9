"""`python -m tests.adversary.filming FOLDER --live N`: makes the films of `reels`, those that are wanted first first."""

import argparse
import os
from pathlib import Path
from typing import Any

import cv2 as _cv2
import numpy as np

from tests.adversary.reels import CHALLENGE, KINDS, LIVE, PER_SECOND, Film, pack
from tests.proctoring.material.acting import Camera, Scene, act, film
from tests.proctoring.material.attacks import ATTACKS, Stage
from tests.proctoring.material.head import Picture, Subject

cv2: Any = _cv2  # its stubs know no pictures of floats

LARGEST_BYTES = 65_508  # section 2 of docs/protocols/proctoring.md
FIRST_LIVE = 4  # made before the attacks, for those who come first
SUBJECTS = 8


def live(number: int) -> Film:
    """Return a person who does what is asked, differently each time."""
    chance = np.random.default_rng([41, number])
    moves = act(CHALLENGE, chance, per_second=PER_SECOND, lead_seconds=float(chance.uniform(0.8, 1.6)))
    return [jpeg_of(one) for one in film(Subject(number % SUBJECTS), moves, Camera(scene_of(chance), chance))]


def attack(kind: str) -> Film:
    """Return what pretends to be one."""
    chance = np.random.default_rng([42, KINDS.index(kind)])
    stage = Stage(Subject(1), Camera(scene_of(chance), chance), chance, CHALLENGE, PER_SECOND, [])
    return [jpeg_of(one) for one in ATTACKS[kind](stage)]


def with_grain(recorded: Film, seed: int) -> Film:
    """Return the film with grain of its own on every picture: a recording that somebody tries to disguise."""
    chance = np.random.default_rng(seed)
    found = []
    for jpeg in recorded:
        picture = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
        grained = np.clip(picture + chance.normal(0, 3.0, picture.shape), 0, 255).astype(np.uint8)
        found.append(jpeg_of(np.ascontiguousarray(grained[:, :, ::-1])))
    return found


def scene_of(chance: np.random.Generator) -> Scene:
    """Return a well-lit room: what fails in it does not fail for want of light."""
    return Scene(
        zoom=float(chance.uniform(1.0, 1.25)),
        shift=(float(chance.uniform(-25, 25)), float(chance.uniform(-10, 15))),
        shake=0.5,
        gain=float(chance.uniform(0.85, 1.05)),
        gamma=1.0,
        slope=float(chance.uniform(-0.2, 0.2)),
        noise=float(chance.uniform(1.5, 3.0)),
        quality=80,
    )


def jpeg_of(picture: Picture) -> bytes:
    """Return a picture (RGB) as a page would send it: small enough for the protocol. Raises ValueError."""
    for quality in (80, 70, 60, 45):
        done, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(data) <= LARGEST_BYTES:
            return bytes(data.tobytes())
    raise ValueError("a picture that no quality makes small enough")


def make(folder: Path, *, count: int) -> None:
    """Write all attacks and so many persons, but for what is there. A film that can be seen in the folder is whole."""
    wanted = [f"{LIVE}-{number}" for number in range(count)]
    for name in [*wanted[:FIRST_LIVE], *(f"{kind}-0" for kind in KINDS), *wanted[FIRST_LIVE:]]:
        if (folder / name).exists():
            continue
        kind, _, number = name.rpartition("-")
        part = folder / f"{name}.part"
        part.write_bytes(pack(live(int(number)) if kind == LIVE else attack(kind)))
        part.rename(folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.adversary.filming", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--live", type=int, default=FIRST_LIVE)
    asked = parser.parse_args()
    os.nice(5)
    make(asked.folder, count=asked.live)


if __name__ == "__main__":
    main()
