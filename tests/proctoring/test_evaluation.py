"""The command that counts errors: its arithmetic, its labels, and real clips through the real detector."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from proctoring.evaluation import Judged, Label, Rate, clopper_pearson, rates
from proctoring.management.commands.evaluate_liveness import as_json
from tests.proctoring.material.acting import Camera, act, film, scene_of
from tests.proctoring.material.attacks import ATTACKS, Stage
from tests.proctoring.material.head import Subject
from tests.proctoring.material.make import write_clip

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("errors", "count", "low", "high"),
    [
        (0, 100, 0.0, 0.0362),
        (1, 100, 0.0003, 0.0545),
        (5, 200, 0.0082, 0.0574),
        (10, 10, 0.6915, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_bounds_are_those_of_clopper_and_pearson(errors: int, count: int, low: float, high: float) -> None:
    assert clopper_pearson(errors, count) == pytest.approx((low, high), abs=1e-4)


def test_an_honest_clip_errs_when_it_fails_and_an_attack_when_it_passes() -> None:
    def one(kind: str, passed: bool) -> Judged:
        return Judged(Label("a.mp4", kind, ("nod",), "s1"), passed, (), {})

    found = rates([one("looped", False), one("bona_fide", True), one("bona_fide", False), one("looped", True)])
    assert list(found) == ["bona_fide", "looped"]
    assert found == {"bona_fide": Rate(1, 2), "looped": Rate(1, 2)}


def test_what_could_not_be_read_counts_neither_way() -> None:
    lost = Judged(Label("b.mp4", "looped", ("nod",), "s1"), False, (), {}, trouble="Invalid data")
    caught = Judged(Label("a.mp4", "looped", ("nod",), "s1"), False, ("looped",), {"again": 0.1})
    assert rates([lost, caught]) == {"looped": Rate(0, 1)}
    told: dict[str, Any] = as_json([lost, caught])
    assert (told["not_judged"], told["apcer_all"]["count"]) == (1, 1)
    assert told["bpcer"] == {"count": 0, "errors": 0, "rate": None, "low": None, "high": None}
    assert [clip["passed"] for clip in told["clips"]] == [None, False]


def test_a_folder_without_labels_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"labels\.csv"):
        call_command("evaluate_liveness", str(tmp_path))


@pytest.mark.parametrize("url", ["", "nonsense", "postgresql://nobody@127.0.0.1:1/none"])
def test_whatever_is_set_the_command_asks_for_no_database(tmp_path: Path, url: str) -> None:
    settings = {"PATH": os.environ["PATH"], "DATABASE_URL": url, "REDIS_URL": url}
    command = [sys.executable, str(ROOT / "manage.py"), "evaluate_liveness", str(tmp_path)]
    told = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.startswith("CommandError: there is no labels.csv in")


@pytest.mark.media
def test_honest_clips_pass_and_false_ones_do_not(tmp_path: Path) -> None:
    challenge = ("turn_left", "mouth")
    chance = np.random.default_rng(4)
    scene = scene_of(chance)
    honest = film(Subject(0), act(challenge, chance, per_second=10), Camera(scene, chance))
    write_clip(tmp_path / "honest.mp4", honest, per_second=10, rate=22)
    rows = ["honest.mp4,bona_fide,turn_left+mouth,s0"]
    for number, kind in enumerate(("static_photo", "tilted_photo", "replay_noise", "injected_still", "looped_whole")):
        stage = Stage(Subject(0), Camera(scene, chance), chance, challenge, 10, honest)
        name = f"{kind}.{('mp4', 'webm', 'mjpeg')[number % 3]}"
        write_clip(tmp_path / name, ATTACKS[kind](stage), per_second=10, rate=22)
        rows.append(f"{name},{kind},turn_left+mouth,s0")
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    rows.append("broken.mp4,static_photo,nod,s0")
    write_clip(tmp_path / "nobody.mp4", [np.zeros_like(honest[0])] * 20, per_second=10, rate=22)
    write_clip(tmp_path / "short.mp4", honest[:3], per_second=10, rate=22)
    rows += ["nobody.mp4,static_photo,nod,s0", "short.mp4,static_photo,nod,s0"]
    (tmp_path / "labels.csv").write_text("file,kind,challenge,subject\n" + "\n".join(rows), encoding="utf-8")
    out, progress = StringIO(), StringIO()
    call_command("evaluate_liveness", str(tmp_path), "--json", "--jobs", "1", stdout=out, stderr=progress)
    assert progress.getvalue().splitlines()[-1] == f"{len(rows)} of {len(rows)} clips"
    told = json.loads(out.getvalue())
    said = {clip["file"]: (clip["passed"], clip["reasons"]) for clip in told["clips"]}
    assert said["honest.mp4"] == (True, [])
    assert told["bpcer"]["errors"] == 0
    assert [kind for kind, rate in told["apcer"].items() if rate["errors"]] == []
    assert "actions_missing" in said["static_photo.mp4"][1]
    assert "replayed" in said["replay_noise.mjpeg"][1]
    assert "frozen" in said["injected_still.mp4"][1]
    assert "looped" in said["looped_whole.webm"][1]
    assert said["nobody.mp4"] == (False, ["no_face"])
    assert said["short.mp4"] == (False, ["too_few_frames"])
    assert [clip["file"] for clip in told["clips"] if clip["trouble"]] == ["broken.mp4"]
    assert (told["not_judged"], said["broken.mp4"][0]) == (1, None)
