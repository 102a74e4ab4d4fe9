"""A list of ten thousand staff, from upload to people, beside the least it can be and beside Kolibri's bulk import."""

import csv
import time

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.kolibri import PASSWORD, Kolibri
from infra.bench.rows import Bench, NotHere, Row

ROWS, SHORT_ROWS = 10_000, 200
LARGE, SHORT_LARGE = 100_000, 1_000
PEER_ROWS, SHORT_PEER_ROWS = 500, 20
ROUNDS = 3
_PEER_HEAD = (
    *("UUID", "USERNAME", "PASSWORD", "FULL_NAME", "USER_TYPE", "IDENTIFIER", "BIRTH_YEAR", "GENDER"),
    *("ENROLLED_IN", "ASSIGNED_TO"),
)


def measure(bench: Bench) -> list[Finding]:
    rows = SHORT_ROWS if bench.short else ROWS
    large = SHORT_LARGE if bench.short else LARGE
    env = bench.house.env(bench.house.fresh_database("imports"))
    given = bench.house.run_inside("list_import", env, rows=rows, rounds=bench.rounds(ROUNDS), large=large)
    wrong = tuple(given["wrong"])
    ours = Samples(
        "upload, check, error sheet, confirm, run: accounts, documents sealed, records", tuple(given["product"])
    )
    grown, child = given["large_megabytes"]
    parts = ", ".join(
        f"{name} {sorted(values)[len(values) // 2]:.2f} s" for name, values in given["parts"].items() if values
    )
    found = [
        Finding(
            path=f"import of {rows:,} rows ÷ bare parse, COPY and two INSERTs",
            unit="s",
            ours=ours,
            limit=Samples(
                "calamine, COPY into a staging table, users and places by one INSERT each", tuple(given["bare"])
            ),
            bars=(Bar("ours/limit", at_most=5.0, aim=2.5),),
            wrong=wrong,
            notes=(f"1 % of the rows refused; medians: {parts}",),
        ),
        Finding(
            path=f"import of {large:,} rows: memory",
            unit="MB",
            ours=Samples("growth of the worker, and the largest child", (max(grown, child),)),
            bars=(Bar("ours", at_most=600.0),),
            wrong=wrong,
            notes=(f"{given['large_seconds']:.1f} s; worker {grown:.0f} MB more, child {child:.0f} MB",),
        ),
    ]
    return [*found, _beside_kolibri(bench, ours, rows, wrong)]


def _beside_kolibri(bench: Bench, ours: Samples, rows: int, wrong: tuple[str, ...]) -> Finding:
    count = SHORT_PEER_ROWS if bench.short else PEER_ROWS
    rates = Samples("rows of the import above, its median: Kolibri is run once", (rows / ours.median,))
    try:
        with Kolibri(bench.folder, learners=1) as kolibri:
            path = bench.folder / "kolibri-users.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_PEER_HEAD)
                for number in range(count):
                    name = f"bulk{number}"
                    writer.writerow(("", name, PASSWORD, "Learner", "LEARNER", "", "", "", "", ""))
            nothing = kolibri.import_users(None)
            began = time.perf_counter()
            kolibri.import_users(path)
            seconds = max(time.perf_counter() - began - nothing, 0.01)
            version = kolibri.version
    except NotHere as missing:
        return Finding(
            path="import ÷ Kolibri bulkimportusers", unit="rows/s", ours=rates, wrong=wrong, notes=(str(missing),)
        )
    return Finding(
        path="import ÷ Kolibri bulkimportusers",
        unit="rows/s",
        ours=rates,
        peer=Samples(f"Kolibri {version}: bulkimportusers of {count} rows, its start taken off", (count / seconds,)),
        bars=(Bar("ours/peer", at_least=500.0),),
        wrong=wrong,
        notes=(
            "Kolibri hashes a password for each person while it imports; here each sets their own at first sign-in",
        ),
    )


ROW = Row("imports", "a list of 10,000 staff ÷ bare parse + COPY + two INSERTs, and ÷ Kolibri", measure)
