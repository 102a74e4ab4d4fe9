"""Judge a folder of labelled clips by the rules of the face check, and print how often it errs. Needs no database."""

import json
import math
import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proctoring.evaluation import BONA_FIDE, CONFIDENCE, BadFolder, Judged, Rate, evaluate, rates

TOLD_EVERY_SECONDS = 5.0


class Command(BaseCommand):
    help = (
        "APCER of each kind of attack and BPCER of the clips in FOLDER/labels.csv, with 95 % bounds (Clopper–Pearson)."
        " Each clip is judged as if its challenge had been asked at its first frame. Progress goes to the error output."
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
        self._began = self._told = time.monotonic()
        quiet = options["verbosity"] < 1
        try:
            found = evaluate(folder, jobs=max(1, options["jobs"]), tell=_silent if quiet else self._tell)
        except BadFolder as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise CommandError("stopped before all clips were judged") from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=1, allow_nan=False))
        else:
            self._table(found, errors=options["errors"])

    def _table(self, found: list[Judged], *, errors: bool) -> None:
        by_kind = rates(found)
        attacks = _attacks(by_kind)
        named = {f"BPCER {kind}" if kind == BONA_FIDE else kind: rate for kind, rate in by_kind.items()}
        named["APCER, all kinds"] = attacks
        wide = max(map(len, named)) + 1
        self.stdout.write(f"{'kind':{wide}}{'clips':>7}{'errors':>8}   rate     95 % bounds")
        for name, rate in named.items():
            self.stdout.write(_line(name, wide, rate))
        if not by_kind.get(BONA_FIDE):
            self.stdout.write(f"No clip of the kind {BONA_FIDE} was judged: nothing is known of honest people.")
        lost = [one for one in found if one.trouble]
        if lost:
            self.stdout.write(f"Not judged, and in none of the rates: {len(lost)}")
        for one in found:
            wrong = one.passed != (one.label.kind == BONA_FIDE)
            if one.trouble or (errors and wrong):
                said = one.trouble or " ".join(one.reasons) or "passed"
                self.stdout.write(f"{one.label.file} ({one.label.kind}, {'+'.join(one.label.challenge)}): {said}")

    def _tell(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._told < TOLD_EVERY_SECONDS and done < of:
            return
        self._told = now
        left = round((now - self._began) / done * (of - done))
        more = f", about {left // 60}:{left % 60:02} left" if done < of else ""
        self.stderr.write(f"{done} of {of} clips{more}", lambda text: text)


def _silent(done: int, of: int) -> None:
    return None


def _attacks(by_kind: dict[str, Rate]) -> Rate:
    kinds = [rate for kind, rate in by_kind.items() if kind != BONA_FIDE]
    return Rate(sum(rate.errors for rate in kinds), sum(rate.count for rate in kinds))


def _line(name: str, wide: int, rate: Rate) -> str:
    if not rate.count:
        return f"{name:{wide}}{0:7}"
    low, high = rate.bounds
    return f"{name:{wide}}{rate.count:7}{rate.errors:8}{100 * rate.share:8.2f} %  {100 * low:.2f} – {100 * high:.2f} %"


def as_json(found: list[Judged]) -> dict[str, object]:
    """Return rates by kind and every clip. A rate's share and bounds are between 0 and 1; null where nothing was counted."""

    def plain(rate: Rate) -> dict[str, object]:
        low, high = rate.bounds if rate.count else (None, None)
        share = rate.share if rate.count else None
        return {"count": rate.count, "errors": rate.errors, "rate": share, "low": low, "high": high}

    by_kind = rates(found)
    return {
        "confidence": CONFIDENCE,
        "bpcer": plain(by_kind.get(BONA_FIDE, Rate(0, 0))),
        "apcer": {kind: plain(rate) for kind, rate in by_kind.items() if kind != BONA_FIDE},
        "apcer_all": plain(_attacks(by_kind)),
        "not_judged": sum(bool(one.trouble) for one in found),
        "clips": [
            {
                "file": one.label.file,
                "kind": one.label.kind,
                "challenge": "+".join(one.label.challenge),
                "subject": one.label.subject,
                "passed": None if one.trouble else one.passed,
                "done": one.done,
                "reasons": list(one.reasons),
                "scores": {name: round(value, 4) for name, value in one.scores.items() if math.isfinite(value)},
                "trouble": one.trouble,
            }
            for one in found
        ],
    }
