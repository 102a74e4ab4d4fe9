"""`python -m tests.proctoring.material.make FOLDER [--seed N] [--part I/N]`: clips and labels.csv, each of its own seed."""

import argparse
import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from tests.proctoring.material.acting import ACTIONS, Camera, act, film, scene_of
from tests.proctoring.material.attacks import ATTACKS, Stage
from tests.proctoring.material.head import SIZE, Picture, Subject

SUBJECTS = 8
_ROTATED = ("mp4", "webm", "mp4", "mp4")


def write_clip(path: Path, frames: Sequence[Picture], *, per_second: int, rate: int) -> None:
    """Write a clip; the ending of its name says how. rate: of the encoder, smaller is better."""
    if path.suffix == ".mjpeg":
        codec, pixels, options = "mjpeg", "yuvj420p", {"q:v": "4"}
    elif path.suffix == ".webm":
        codec, pixels, options = (
            "libvpx",
            "yuv420p",
            {"crf": "12", "b:v": "2M", "deadline": "realtime", "cpu-used": "8"},
        )
    else:
        codec, pixels, options = "libx264", "yuv420p", {"crf": str(rate), "preset": "veryfast"}
    with av.open(str(path), "w", format="avi" if path.suffix == ".mjpeg" else None) as out:
        stream: Any = out.add_stream(codec, rate=per_second, options=options)
        stream.width, stream.height = SIZE
        stream.pix_fmt = pixels
        stream.codec_context.time_base = Fraction(1, per_second)
        for picture in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))


def challenge_of(number: int, chance: np.random.Generator) -> tuple[str, ...]:
    """Return each action alone, then two or three in random order with a turn among them."""
    if number < len(ACTIONS):
        return (ACTIONS[number],)
    while True:
        found = tuple(str(one) for one in chance.permutation(ACTIONS)[: int(chance.integers(2, 4))])
        if {"turn_left", "turn_right"} & set(found):
            return found


def make(folder: Path, *, seed: int, bona_fide: int, attacks: int, part: tuple[int, int] = (0, 1)) -> None:
    """Write the clips of one part of a set and its rows of labels.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[str, str, str, str]] = []
    stolen: list[tuple[list[Picture], tuple[str, ...], int, int]] = []
    for number in range(bona_fide):
        if number % part[1] != part[0]:
            continue
        chance = np.random.default_rng([seed, 1, number])
        subject, per_second = Subject(number % SUBJECTS), int(chance.choice([8, 10, 12]))
        challenge = challenge_of(number, chance)
        moves = act(challenge, chance, per_second=per_second, lead_seconds=float(chance.uniform(0.6, 4.0)))
        frames = film(subject, moves, Camera(scene_of(chance), chance))
        name = f"b{number:04}.{_ROTATED[number // part[1] % 4]}"
        write_clip(folder / name, frames, per_second=per_second, rate=int(chance.integers(18, 27)))
        rows.append((name, "bona_fide", "+".join(challenge), f"s{subject.number}"))
        stolen = [*stolen[-2:], (frames, challenge, subject.number, per_second)]
        rows += _attacks(folder, seed, number, attacks / bona_fide, stolen)
        with (folder / f"labels.{part[0]}.csv").open(
            "w", newline="", encoding="utf-8"
        ) as file:  # as far as they are made
            csv.writer(file).writerows(rows)


def _attacks(
    folder: Path,
    seed: int,
    number: int,
    each: float,
    stolen: Sequence[tuple[list[Picture], tuple[str, ...], int, int]],
) -> list[tuple[str, str, str, str]]:
    """Write the attacks that stand after this bona fide clip: what they replay was passed before."""
    rows = []
    kinds = list(ATTACKS)
    for index in range(round(number * each), round((number + 1) * each)):
        kind = kinds[index % len(kinds)]
        chance = np.random.default_rng([seed, 2, index])
        frames, theirs, victim, per_second = stolen[-1] if index % 2 else stolen[0]
        again = kind in ("replay", "replay_noise", "mirrored")
        challenge = theirs if again else challenge_of(len(ACTIONS), chance)
        if kind == "mirrored":
            challenge = tuple({"turn_left": "turn_right", "turn_right": "turn_left"}.get(one, one) for one in theirs)
        per_second = per_second if again else int(chance.choice([8, 10, 12]))
        stage = Stage(Subject(victim), Camera(scene_of(chance), chance), chance, challenge, per_second, frames)
        name = f"a{index:04}_{kind}.{_ROTATED[index // len(kinds) % 4]}"
        write_clip(folder / name, ATTACKS[kind](stage), per_second=per_second, rate=int(chance.integers(18, 27)))
        rows.append((name, kind, "+".join(challenge), f"s{victim}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bona-fide", type=int, default=200)
    parser.add_argument("--attacks", type=int, default=418)
    parser.add_argument("--part", default="0/1", help="I/N: only every N-th, beginning with I, to share the work")
    asked = parser.parse_args()
    cv2.setNumThreads(1)  # a process a core (--part): its threads would wait for each other, and spin while they do
    part = tuple(int(one) for one in asked.part.split("/"))
    make(asked.folder, seed=asked.seed, bona_fide=asked.bona_fide, attacks=asked.attacks, part=(part[0], part[1]))
    lines = [one.read_text(encoding="utf-8") for one in sorted(asked.folder.glob("labels.[0-9]*.csv"))]
    (asked.folder / "labels.csv").write_text("file,kind,challenge,subject\n" + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
