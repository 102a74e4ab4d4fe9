"""Judge a folder of labelled clips by the rules of the face check, and print how often it errs. Needs no database."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proctoring.evaluation import BONA_FIDE, BadFolder, Judged, Rate, evaluate, rates


class Command(BaseCommand):
    help = (
        "APCER of each kind of attack and BPCER of the clips in FOLDER/labels.csv, with 95 % bounds (Clopper–Pearson)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="clips (mp4, webm, mjpeg, y4m) and labels.csv: file,kind,challenge,subject"
        )
        parser.add_argument("--json", action="store_true", help="print JSON, with what was said of every clip")
        parser.add_argument("--errors", action="store_true", help="name the clips that were judged wrongly, and why")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that look at pictures")

    def handle(self, *args: object, folder: Path, **options: Any) -> None:
        try:
            found = evaluate(
                folder, jobs=max(1, options["jobs"]), tell=self._tell if options["verbosity"] > 1 else _silent
            )
        except BadFolder as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{'kind':18}{'clips':>7}{'errors':>8}   rate     95 % bounds")
        for kind, rate in rates(found).items():
            self.stdout.write(_line(f"BPCER {kind}" if kind == BONA_FIDE else kind, rate))
        attacks = [one for one in found if one.label.kind != BONA_FIDE]
        self.stdout.write(_line("APCER, all kinds", Rate(sum(one.passed for one in attacks), len(attacks))))
        for one in found:
            if one.trouble or (options["errors"] and one.passed != (one.label.kind == BONA_FIDE)):
                said = one.trouble or " ".join(one.reasons) or "passed"
                self.stdout.write(f"{one.label.file} ({one.label.kind}, {'+'.join(one.label.challenge)}): {said}")

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"{done}/{of}")


def _silent(done: int, of: int) -> None:
    return None


def _line(name: str, rate: Rate) -> str:
    low, high = rate.bounds
    return f"{name:18}{rate.count:7}{rate.errors:8}{100 * rate.share:8.2f} %  {100 * low:.2f} – {100 * high:.2f} %"


def as_json(found: list[Judged]) -> dict[str, object]:
    """Return rates by kind and every clip. A rate's share and bounds are between 0 and 1."""

    def plain(rate: Rate) -> dict[str, object]:
        return {
            "count": rate.count,
            "errors": rate.errors,
            "rate": rate.share,
            "low": rate.bounds[0],
            "high": rate.bounds[1],
        }

    by_kind = rates(found)
    return {
        "bpcer": plain(by_kind.get(BONA_FIDE, Rate(0, 0))),
        "apcer": {kind: plain(rate) for kind, rate in by_kind.items() if kind != BONA_FIDE},
        "clips": [
            {
                "file": one.label.file,
                "kind": one.label.kind,
                "challenge": "+".join(one.label.challenge),
                "passed": one.passed,
                "reasons": list(one.reasons),
                "scores": {name: round(value, 4) for name, value in one.scores.items()},
                "trouble": one.trouble,
            }
            for one in found
        ],
    }
