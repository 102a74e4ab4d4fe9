"""The learning log: appended in deeds, sequenced, verified; each beside the same work with nothing proved by it."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

ROUNDS = 7
BATCH = 1_000
ASKED = {"deeds": 1_500, "records": 20_000, "batch": BATCH, "verified": 200_000}
SHORT = {"deeds": 50, "records": 2_000, "batch": BATCH, "verified": 20_000}


def measure(bench: Bench) -> list[Finding]:
    env = bench.house.env(bench.house.fresh_database("log"))
    asked = {**(SHORT if bench.short else ASKED), "rounds": bench.rounds(ROUNDS)}
    given = bench.house.run_inside("log_work", env, **asked)
    wrong = tuple(given["wrong"][:5])
    return [
        Finding(
            path="records appended in deeds ÷ bare INSERT",
            unit="records/s",
            ours=Samples("append: checked, spelt, hashed, put in its month, noted as waiting", tuple(given["append"])),
            limit=Samples(
                "INSERT of the same row, made beforehand, into a plain table with the same indexes",
                tuple(given["insert"]),
            ),
            bars=(Bar("ours/limit", at_least=0.7),),
            wrong=wrong,
            notes=("one record a transaction, committed durably, through the same driver and connection",),
        ),
        Finding(
            path=f"sequencing ÷ the same table without hashing, batches of {BATCH:,}",
            unit="records/s",
            ours=Samples("Sequencer.sequence: hashes, places, tree, triggers, signed heads", tuple(given["sequence"])),
            limit=Samples(
                "places of the same records by one statement a batch, no hash, no tree", tuple(given["place"])
            ),
            bars=(Bar("ours/limit", at_least=0.5, aim=0.8),),
            wrong=wrong,
        ),
        Finding(
            path="the whole log verified ÷ bare SHA-256 over the same bytes",
            unit="records/s",
            ours=Samples(
                "bytes, hashes, columns, places, tiles, heads, signatures, in a process a core", tuple(given["verify"])
            ),
            limit=Samples(
                "the bytes read from Postgres in parts as large, one SHA-256 each, in one process", tuple(given["hash"])
            ),
            bars=(Bar("ours/limit", at_least=0.5),),
            wrong=wrong,
            notes=(f"at least {asked['verified']:,} records",),
        ),
    ]


ROW = Row("log", "the learning log: append, sequence, verify ÷ the same work bare", measure)
