"""`python -m tests.adversary [--short]`: the zoo as a command, behind `make zoo`. Ends with 1 when anything leaked."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.adversary import peers, report
from tests.adversary.bots import NOT_BUILT
from tests.adversary.zoo import LONG, SHORT, play, say

ROOT = Path(__file__).parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.adversary", description=__doc__)
    parser.add_argument("--short", action="store_true", help="every bot once, under five minutes")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "zoo", help="folder for runs.jsonl and result.json")
    parser.add_argument("--resume", action="store_true", help="go on where an interrupted long zoo stopped")
    parser.add_argument("--percent", type=int, default=100, help="of the long form, of every family alike")
    parser.add_argument("--crowd", type=int, default=LONG.crowd, help="of the long form, how many at a time")
    parser.add_argument("--only", nargs="+", default=[], help="these families alone, as A12 or honest")
    options = parser.parse_args()
    plan = SHORT if options.short else replace(LONG.part(options.percent), crowd=options.crowd)
    plan = replace(plan, only=frozenset(options.only))
    options.out.mkdir(parents=True, exist_ok=True)
    kept = options.out / ("short.jsonl" if options.short else "runs.jsonl")
    began = time.monotonic()
    lines = play(plan, kept=kept, resume=options.resume, say=say)
    beside = [] if options.short or options.only else peers.play(say)
    for words in report.table(lines, NOT_BUILT):
        say(words)
    for words in peers.table(beside, lines):
        say(words)
    result = options.out / ("short.json" if options.short else "result.json")
    report.write(result, lines, NOT_BUILT, beside)
    say(f"{time.monotonic() - began:.0f} s; every run is in {result}")
    return 0 if report.is_good(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
