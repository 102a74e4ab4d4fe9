"""One face against its own templates, and against a hundred thousand: our searches beside bare queries of pgvector."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

TEMPLATES = 100_000
ROUNDS = 9
WAYS = {
    "1:1": (
        "one face against its person's templates ÷ the bare pgvector query",
        "likeness to the nearest of the person's own",
    ),
    "1:N": (
        "one face among {count:,} templates ÷ the bare pgvector query",
        "the nearest five of others, the width told with the question",
    ),
}


def measure(bench: Bench) -> list[Finding]:
    count = 4_000 if bench.short else TEMPLATES
    env = bench.house.env(bench.house.fresh_database("faces"))
    given = bench.house.run_inside("face_hoard", env, templates=count, rounds=bench.rounds(ROUNDS))
    found = [
        Finding(
            path=path.format(count=count),
            unit="matches/s",
            ours=Samples(what, tuple(given[f"{kind} ours"])),
            limit=Samples(
                "the same query by bare psycopg, its vector handed over by pgvector's adapter",
                tuple(given[f"{kind} bare"]),
            ),
            bars=(Bar("ours/limit", at_least=0.8),),
            notes=("512 dimensions, HNSW m=16; one connection each, warm",),
        )
        for kind, (path, what) in WAYS.items()
    ]
    recall = Finding(
        path=f"recall of 5 among {count:,} templates",
        unit="share of the exact five",
        ours=Samples("the nearest five of others by HNSW, found again by exact search", (given["recall"],)),
        bars=(Bar("ours", at_least=0.98),),
        notes=(f"hnsw.ef_search = {given['width']}; vectors of persons that use 48 of 512 dimensions",),
    )
    return [*found, recall]


ROW = Row("faces", "1:1 and 1:N among 100,000 templates ÷ bare pgvector; recall of 5", measure)
