"""The roster of a company with fifty thousand staff, page by page: server time, and a number of queries that does not grow."""

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.rows import Bench, Row

PEOPLE, SHORT_PEOPLE = 50_000, 2_000
FEW = 200  # the company beside it: the same pages must ask the same number of questions
ROUNDS = 9


def measure(bench: Bench) -> list[Finding]:
    people = SHORT_PEOPLE if bench.short else PEOPLE
    env = bench.house.env(bench.house.fresh_database("roster"))
    given = bench.house.run_inside("roster_pages", env, people=people, few=FEW, rounds=bench.rounds(ROUNDS))
    wrong = tuple(given["wrong"])
    taken: dict[str, list[float]] = given["milliseconds"]
    middle = {name: sorted(values)[len(values) // 2] for name, values in taken.items()}
    slowest = max(middle, key=lambda name: middle[name])
    each = ", ".join(f"{name} {value:.0f}" for name, value in middle.items())
    return [
        Finding(
            path=f"roster of {people:,} staff, first page",
            unit="ms",
            ours=Samples("one request through all middleware, template included", tuple(taken["first page"])),
            bars=(Bar("ours", at_most=100.0),),
            wrong=wrong,
            notes=(f"{given['queries']['first page']} queries, as for {FEW} staff",),
        ),
        Finding(
            path=f"roster of {people:,} staff, the slowest of {len(taken)} ways to ask ({slowest})",
            unit="ms",
            ours=Samples("the same; every filter and order, the last page, the picture of risk", tuple(taken[slowest])),
            bars=(Bar("ours", at_most=100.0),),
            wrong=wrong,
            notes=(f"medians: {each}",),
        ),
    ]


ROW = Row("roster", "pages of a company with 50,000 staff: server time, queries", measure)
