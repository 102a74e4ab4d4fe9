"""Does one learner's timeline cost more when the log is ten or a hundred times as large? Flat is the goal."""

import shutil
from typing import Any

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, NotHere, Row

SMALL_RECORDS = 1_000_000
LARGE_RECORDS = 10_000_000
VAST_RECORDS = 100_000_000
BYTES_A_RECORD = 1_500  # rows and indexes: 1,374 were measured
ROUNDS = 7
FLAT = (Bar("ours/limit", at_most=1.2, aim=1.1),)
KINDS = {
    "day": ("one learner's day", "learner_day: the records of a day with their sentences, each hash checked"),
    "list": ("one learner's records", "the first page of 50 up to a day, newest first"),
}


def measure(bench: Bench) -> list[Finding]:
    return _measure(bench, LARGE_RECORDS)


def measure_vast(bench: Bench) -> list[Finding]:
    return _measure(bench, VAST_RECORDS)


def _measure(bench: Bench, full: int) -> list[Finding]:
    small, large = (SMALL_RECORDS // 20, full // 100) if bench.short else (SMALL_RECORDS, full)
    needed = (small + large) * BYTES_A_RECORD
    if (free := shutil.disk_usage(bench.folder).free) < needed:
        raise NotHere(f"{needed / 1024**3:.0f} GiB of disk are needed, {free / 1024**3:.0f} are free")
    urls = {name: bench.house.fresh_database(f"log_{name}") for name in ("small", "large")}
    stored: dict[str, Any] = {}
    for name, records in (("small", small), ("large", large)):
        stored[name] = bench.house.run_inside("log_hoard", bench.house.env(urls[name]), records=records)
        bench.say(f"{name}: {stored[name]['records']:,} records in {stored[name]['took']:.0f} s")
    env = bench.house.env(urls["small"], BENCH_OTHER_DATABASE_URL=urls["large"])
    given = bench.house.run_inside("ask_timeline", env, **stored, rounds=bench.rounds(ROUNDS))
    size = "; ".join(
        f"{name}: {one['records']:,} records of {one['learners']:,} learners, {one['size_bytes'] / 1024**2:,.0f} MiB"
        for name, one in stored.items()
    )
    plan = next((line.strip() for line in given["plan"] if "Index" in line), "no index was used")
    return [
        Finding(
            path=f"{path}: {large:,} ÷ {small:,} records",
            unit="ms",
            ours=Samples(f"{what}; in the large log", tuple(given[f"{kind} other"])),
            limit=Samples("the same in the small one", tuple(given[f"{kind} default"])),
            bars=FLAT,
            wrong=tuple(given["wrong"]),
            notes=(size, "both warm, learners and months at random, means of 40 questions", plan),
        )
        for kind, (path, what) in KINDS.items()
    ]


ROW = Row("timeline", "one learner's timeline in a log of 10 M records ÷ of 1 M", measure)
ROWS_ON_REQUEST = (Row("timeline_vast", "the same in a log of 100 M records", measure_vast, on_request=True),)
