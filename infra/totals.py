"""Sum up the closing lines of several runs of pytest: `python -m infra.totals LOG…`, in pytest's own form."""

import re
import sys
from collections import Counter
from pathlib import Path

ORDER = ("failed", "passed", "skipped", "xfailed", "xpassed", "warning", "error", "subtests failed", "subtests passed")
CLOSING = re.compile(r"^=* ?(\d+ [a-z ]+(?:, \d+ [a-z ]+)*) in ([\d.]+)s\b", re.MULTILINE)
COUNTED = re.compile(r"(\d+) ([a-z ]+)")


def closing_line(texts: list[str]) -> str:
    """Return one closing line for all the runs; what a run deselects is another run's, so it is left out.

    >>> closing_line(["x\\n=== 3 passed, 2 deselected in 1.50s ===\\n", "1 failed, 4 passed in 61.25s (0:01:01)\\n"])
    '=== 1 failed, 7 passed in 62.75s ==='
    """
    counts: Counter[str] = Counter()
    seconds = 0.0
    for text in texts:
        for what, duration in CLOSING.findall(text)[-1:]:
            counts.update({singular(kind): int(number) for number, kind in COUNTED.findall(what)})
            seconds += float(duration)
    counted = [f"{counts[kind]} {plural(kind, counts[kind])}" for kind in ORDER if counts[kind]]
    return f"=== {', '.join(counted) or 'no tests ran'} in {seconds:.2f}s ==="


def singular(kind: str) -> str:
    return kind.removesuffix("s") if kind in {"warnings", "errors"} else kind


def plural(kind: str, number: int) -> str:
    return f"{kind}s" if kind in {"warning", "error"} and number > 1 else kind


if __name__ == "__main__":
    print(closing_line([Path(name).read_text(encoding="utf-8", errors="replace") for name in sys.argv[1:]]))
