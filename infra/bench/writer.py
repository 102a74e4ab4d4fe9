"""The batch writer alone, beside a raw INSERT of the same beats."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

SESSIONS = 1_000
BATCH = 500  # what one transaction takes at most when many wait
BATCHES = 16
ROUNDS = 9


def measure(bench: Bench) -> list[Finding]:
    env = bench.house.env(bench.house.fresh_database("writer"))
    asked = {"sessions": SESSIONS, "batch": BATCH, "batches": BATCHES, "rounds": ROUNDS}
    if bench.short:
        asked = {"sessions": 100, "batch": 50, "batches": 4, "rounds": 1}
    given = bench.house.run_inside("write_beats", env, **asked)
    ours = "report_beats: judged, merged into the coverage, sealed and logged where due"
    limit = "INSERT … SELECT unnest($arrays) ON CONFLICT DO NOTHING of all that a beat says, with its key"
    return [
        Finding(
            path="batch writer ÷ raw INSERT",
            unit="beats/s",
            ours=Samples(ours, tuple(given["ours"])),
            limit=Samples(limit, tuple(given["raw"])),
            bars=(Bar("ours/limit", at_least=0.3, aim=0.5),),
            wrong=tuple(given["wrong"]),
            notes=(
                f"batches of {asked['batch']} from {asked['sessions']} sessions, one transaction each, sent by the same psycopg",
                f"{given['sealed']} chunks were sealed on the way, as many as in five-minute chunks of such beats",
            ),
        )
    ]


ROW = Row("writer", "batch writer alone ÷ raw INSERT … unnest of the same rows", measure)
