"""Does an auditor's search cost more when the log is ten times as large? Flat is the goal."""

import shutil
from typing import Any

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, NotHere, Row

SMALL_RECORDS = 1_000_000
LARGE_RECORDS = 10_000_000
BYTES_A_RECORD = 2_200  # rows, indexes and cards
ROUNDS = 5
QUESTIONS = 60  # pages of each kind in a round
FLAT = (Bar("ours/limit", at_most=1.2, aim=1.1),)
KINDS = {
    "person": "the records of one learner",
    "company": "the records of one company of twenty: large logs have large companies",
    "kind": "the records of the kind that nearly all have",
    "address": "the records of one network address that ten people share",
}


def measure(bench: Bench) -> list[Finding]:
    small, large = (20_000, 200_000) if bench.short else (SMALL_RECORDS, LARGE_RECORDS)
    needed = (small + large) * BYTES_A_RECORD
    if (free := shutil.disk_usage(bench.folder).free) < needed:
        raise NotHere(f"{needed / 1024**3:.0f} GiB of disk are needed, {free / 1024**3:.0f} are free")
    stored: dict[str, Any] = {}
    envs = {}
    for name, records in (("small", small), ("large", large)):
        url = bench.house.fresh_database(f"search_{name}")
        envs[name] = bench.house.env(url, LMS_SECOND_FACTOR_ROLES="instructor")  # the auditor of the bench has none
        stored[name] = bench.house.run_inside("search_hoard", envs[name], records=records)
        bench.say(f"{name}: {stored[name]['records']:,} records in {stored[name]['took']:.0f} s")
    given: dict[str, list[dict[str, Any]]] = {"small": [], "large": []}
    for _ in range(bench.rounds(ROUNDS)):
        for name, rounds in given.items():
            learners = stored[name]["learners"]
            rounds.append(bench.house.run_inside("ask_search", envs[name], learners=learners, questions=QUESTIONS))
    wrong = tuple(each for rounds in given.values() for one in rounds for each in one["wrong"])[:5]
    size = "; ".join(
        f"{name}: {one['records']:,} records of {one['learners']:,} learners, {one['cards']:,} cards"
        for name, one in stored.items()
    )
    return [
        Finding(
            path=f"{kind}: {large:,} ÷ {small:,} records",
            unit="ms",
            ours=Samples(f"{what}; p95 of a page, in the large log", tuple(one[kind] for one in given["large"])),
            limit=Samples("the same in the small one", tuple(one[kind] for one in given["small"])),
            bars=FLAT,
            wrong=wrong,
            notes=(size, f"the page as the browser gets it, {QUESTIONS} at random a round, its look written down"),
        )
        for kind, what in KINDS.items()
    ]


ROW = Row("search", "an auditor's search in a log of 10 M records ÷ of 1 M", measure)
