"""Does a learner's total cost more when a hundred times as much is stored? Flat is the goal."""

import shutil
from typing import Any

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, NotHere, Row

SMALL_SECONDS = 1_000_000
LARGE_SECONDS = 100_000_000
VAST_SECONDS = 10_000_000_000
BYTES_A_SECOND_STORED = 3  # of media: rows, indexes and the log of writing them
ROUNDS = 9
FLAT = (Bar("ours/limit", at_most=1.2, aim=1.1), Bar("ours", at_most=1.0))
KINDS = {
    "product": ("one learner's total, as the pages ask", "coverage_of over the learner's 8 lessons, through Django"),
    "coverage": ("one learner's total, one SQL sum over lessons", "sum over the coverage rows"),
    "chunks": ("one learner's total, summed anew from chunks", "sum over 96 sealed chunks"),
}


def measure(bench: Bench) -> list[Finding]:
    return _measure(bench, LARGE_SECONDS // 10 if bench.short else LARGE_SECONDS)


def measure_vast(bench: Bench) -> list[Finding]:
    needed = VAST_SECONDS * BYTES_A_SECOND_STORED
    if not bench.short and (free := shutil.disk_usage(bench.folder).free) < needed:
        raise NotHere(f"{needed / 1024**3:.0f} GiB of disk are needed, {free / 1024**3:.0f} are free")
    return _measure(bench, LARGE_SECONDS if bench.short else VAST_SECONDS)


def _measure(bench: Bench, large_seconds: int) -> list[Finding]:
    urls = {name: bench.house.fresh_database(name) for name in ("small", "large")}
    stored: dict[str, Any] = {}
    for name, seconds in (("small", SMALL_SECONDS), ("large", large_seconds)):
        stored[name] = bench.house.run_inside("hoard", bench.house.env(urls[name]), seconds=seconds)
        bench.say(f"{name}: {stored[name]['chunks']:,} chunks in {stored[name]['took']:.0f} s")
    env = bench.house.env(urls["small"], BENCH_OTHER_DATABASE_URL=urls["large"])
    given = bench.house.run_inside("ask_totals", env, **stored, rounds=bench.rounds(ROUNDS))
    small, large = stored["small"], stored["large"]
    size = (
        f"{large['seconds']:,} s of {large['learners']:,} learners in {large['chunks']:,} chunks"
        f" ({large['bytes'] / 1024**2:,.0f} MiB) beside {small['seconds']:,} s of {small['learners']:,} in {small['chunks']:,}"
    )
    return [
        Finding(
            path=f"{path}: {large_seconds:,} s ÷ {SMALL_SECONDS:,} s",
            unit="ms",
            ours=Samples(f"{what}, in the large database", tuple(given[f"{kind} other"])),
            limit=Samples("the same in the small one", tuple(given[f"{kind} default"])),
            bars=FLAT,
            wrong=tuple(given["wrong"]),
            notes=(size, "both warm, learners at random, means of 200 questions"),
        )
        for kind, (path, what) in KINDS.items()
    ]


ROW = Row("totals", "one learner's total at 100 M stored seconds ÷ at 1 M", measure)
ROWS_ON_REQUEST = (Row("totals_vast", "the same at 10,000 M stored seconds", measure_vast, on_request=True),)
