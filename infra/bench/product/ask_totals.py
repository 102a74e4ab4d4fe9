"""Times a learner's total in two databases, in turn: a small one (`default`) and a large one (`other`)."""

import random
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from infra.bench.measure import interleaved
from infra.bench.product.hoard import SECONDS_A_LEARNER

LEAST_LEARNERS = 200  # asked in one measurement, at random and with repetition
FROM_COVERAGE = "SELECT coalesce(sum(counted_ms), 0) FROM player_coverage WHERE learner_id = %s"
FROM_CHUNKS = "SELECT coalesce(sum(counted_ms), 0) FROM player_watchchunk WHERE learner_id = %s"

Ask = Callable[[int], int]


def main(*, small: dict[str, int], large: dict[str, int], rounds: int) -> dict[str, object]:
    """small, large: what `hoard` gave back. Given back: milliseconds a question, one mean for each round."""
    ways: dict[str, Callable[[], float]] = {}
    wrong: list[str] = []
    for kind in ("product", "coverage", "chunks"):
        for alias, hoard in (("default", small), ("other", large)):
            ask = _product(alias, hoard) if kind == "product" else _sql(kind, alias)
            ways[f"{kind} {alias}"] = partial(_mean_ms, ask, hoard, random.Random(7), wrong)  # noqa: S311 — repeatable
    taken = interleaved(ways, rounds=rounds, warm_up=2, say=lambda text: print(text, flush=True))
    return {**{name: samples.values for name, samples in taken.items()}, "wrong": wrong[:5]}


def _mean_ms(ask: Ask, hoard: dict[str, int], chance: random.Random, wrong: list[str]) -> float:
    learners = [hoard["first"] + chance.randrange(hoard["learners"]) for _ in range(LEAST_LEARNERS)]
    began = time.perf_counter()
    totals = [ask(learner) for learner in learners]
    passed = time.perf_counter() - began
    wrong += [f"a total of {total} ms" for total in totals if total != SECONDS_A_LEARNER * 1000]
    return passed / len(learners) * 1000


def _product(alias: str, hoard: dict[str, int]) -> Ask:
    """Ask as the product's pages do: what was covered of each lesson of the learner."""
    from infra.bench.product import router
    from player.models import Coverage
    from player.watching.queries import coverage_of

    subjects: dict[int, list[UUID]] = {}

    def ask(learner: int) -> int:
        router.chosen = alias
        return sum(facts.counted_ms for facts in coverage_of(learner, subjects[learner]).values())

    router.chosen = alias
    for learner, subject in Coverage.objects.filter(learner_id__gte=hoard["first"]).values_list(
        "learner_id", "subject_uuid"
    ):
        subjects.setdefault(learner, []).append(subject)
    return ask


def _sql(kind: str, alias: str) -> Ask:
    from django.db import connections

    statement = FROM_COVERAGE if kind == "coverage" else FROM_CHUNKS

    def ask(learner: int) -> int:
        with connections[alias].cursor() as cursor:
            cursor.execute(statement, [learner])
            return int(cursor.fetchone()[0])

    return ask


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
