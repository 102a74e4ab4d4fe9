"""How long a company's report takes: figures and lines come from totals that the deeds keep, and are not added up."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

LEARNERS = 10_000
SHORT_LEARNERS = 300
ROUNDS = 9
PARTS = {
    "balances": (
        "where every learner of a company stands",
        "the stored balance of each certificate's cycle, kept by every deed on the ledger in its own transaction",
    ),
    "figures": ("a company's report as a page", "people by urgency, by site and by post, and the first fifty lines"),
    "file": ("a company's report as a file", "every person's line as CSV through the page's view, to the last byte"),
}


def measure(bench: Bench) -> list[Finding]:
    learners = SHORT_LEARNERS if bench.short else LEARNERS
    env = bench.house.env(bench.house.fresh_database("report"))
    given = bench.house.run_inside("company_report", env, learners=learners, rounds=bench.rounds(ROUNDS))
    return [
        Finding(
            path=path,
            unit="ms",
            ours=Samples(what, tuple(given[name])),
            bars=(Bar("ours", at_most=1_000),),
            wrong=tuple(given["wrong"]),
            notes=(f"{learners:,} learners at 20 sites, a certificate and twelve entries of the ledger each",),
        )
        for name, (path, what) in PARTS.items()
    ]


ROW = Row("report", "a company's report of 10,000 learners", measure)
