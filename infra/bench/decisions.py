"""Decisions over many ledgers beside one SQL aggregate over the same rows; and the balance of one learner."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

LICENCES = 100_000
SHORT_LICENCES = 2_000
NIGHT = 1_000_000
ROUNDS = 3


def measure(bench: Bench) -> list[Finding]:
    licences = SHORT_LICENCES if bench.short else LICENCES
    env = bench.house.env(bench.house.fresh_database("decisions"))
    given = bench.house.run_inside("many_ledgers", env, licences=licences, rounds=bench.rounds(ROUNDS))
    wrong = tuple(given["wrong"])
    decide = Samples("decide() of every certificate, batches of 1,000 ledgers, one process", tuple(given["decide"]))
    night = NIGHT / decide.median
    size = f"{licences:,} certificates, {given['entries']:,} entries"
    return [
        Finding(
            path="decisions ÷ one SQL aggregate over the same ledger",
            unit="certificates/s",
            ours=decide,
            limit=Samples("sum by learner and category: no window, no limits, no reasons", tuple(given["aggregate"])),
            wrong=wrong,
            notes=(size, f"a night of {NIGHT:,} certificates: about {night:,.0f} s in one process"),
        ),
        Finding(
            path="the nightly comparison of stored balances with the ledger",
            unit="balances/s",
            ours=Samples("all cycles judged anew, 500 learners at a time, one process", tuple(given["compare"])),
            limit=decide,
            wrong=wrong,
            notes=(size, f"{NIGHT:,} balances: about {NIGHT / given['compare'][0]:,.0f} s in one process"),
        ),
        Finding(
            path="the balance of one learner, in the database",
            unit="ms",
            ours=Samples("planned and executed, as the server says (EXPLAIN ANALYZE)", tuple(given["server"])),
            limit=Samples("the same through the product: Django, the wire, figures read", tuple(given["product"])),
            bars=(Bar("ours", at_most=1.0),),
            wrong=wrong,
            notes=(size, "means of 500 questions, certificates at random, warm"),
        ),
    ]


ROW = Row("decisions", "decisions over 100,000 ledgers ÷ one SQL aggregate; one balance", measure)
