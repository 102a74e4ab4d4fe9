"""Times one learner's timeline in two logs, in turn: a small one (`default`) and a large one (`other`)."""

import random
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from infra.bench.measure import interleaved
from infra.bench.product.log_hoard import DAYS, MONTHS, RECORDS_A_DAY, month_of

QUESTIONS = 40  # in one measurement, learners and months at random
PAGE = 50

Ask = Callable[[int, int], int]


def main(*, small: dict[str, int], large: dict[str, int], rounds: int) -> dict[str, object]:
    """small, large: what `log_hoard` gave back. Given back: milliseconds a question, one mean for each round."""
    ways: dict[str, Callable[[], float]] = {}
    wrong: list[str] = []
    for kind, ask, expected in (("day", _day, RECORDS_A_DAY), ("list", _list, PAGE)):
        for alias, hoard in (("default", small), ("other", large)):
            chance = random.Random(7)  # noqa: S311 — repeatable
            ways[f"{kind} {alias}"] = partial(_mean_ms, partial(ask, alias), hoard, chance, expected, wrong)
    taken = interleaved(ways, rounds=rounds, warm_up=2, say=lambda text: print(text, flush=True))
    plans = {alias: _plan(alias) for alias in ("default", "other")}
    wrong += [
        f"{alias}: {line}"
        for alias, plan in plans.items()
        for line in plan
        if "Seq Scan on analytics_logrecord_2" in line
    ]
    return {**{name: samples.values for name, samples in taken.items()}, "wrong": wrong[:5], "plan": plans["other"]}


def _mean_ms(ask: Ask, hoard: dict[str, int], chance: random.Random, expected: int, wrong: list[str]) -> float:
    asked = [(1 + chance.randrange(hoard["learners"]), chance.randrange(MONTHS)) for _ in range(QUESTIONS)]
    began = time.perf_counter()
    found = [ask(learner, number) for learner, number in asked]
    passed = time.perf_counter() - began
    wrong += [f"{count} records instead of {expected}" for count in found if count != expected]
    return passed / len(asked) * 1000


def _studied_on(learner: int, number: int) -> date:
    year, month = month_of(number)
    return date(year, month, 1 + (learner - 1) % DAYS)


def _day(alias: str, learner: int, number: int) -> int:
    """The picture of one learner's day, as the page asks: rows with their sentences, each hash checked."""
    from analytics.audit.learner_days import learner_day
    from infra.bench.product import router

    router.chosen = alias
    shown = learner_day(learner, _studied_on(learner, number))
    return sum(not row.fault for row in shown.rows)


def _list(alias: str, learner: int, number: int) -> int:
    """The first page of one learner's records up to a day, newest first."""
    from datetime import datetime, timedelta

    from django.utils import timezone

    from analytics.audit.queries import rows_of
    from analytics.learning_log.queries import RecordFilter, records
    from infra.bench.product import router

    router.chosen = alias
    year, month = month_of(max(number, 2))  # two months' records fill a page
    until = timezone.make_aware(datetime(year, month, 1)) + timedelta(days=DAYS)
    asked = RecordFilter(learner_ids=(learner,), recorded_until=until)
    return len(rows_of(records(asked, limit=PAGE)))


def _plan(alias: str) -> list[str]:
    """How the database finds a day, for the report: by an index of one month, or it is wrong."""
    from django.db import connections

    from infra.bench.product import router

    router.chosen = alias
    told: list[str] = []

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "analytics_logrecord" in sql:
            with context["connection"].connection.cursor() as cursor:
                told.extend(line for (line,) in cursor.execute(f"EXPLAIN {sql}", params).fetchall())
        return execute(sql, params, many, context)

    with connections[alias].execute_wrapper(explained):
        _day(alias, 1, MONTHS // 2)
    return told


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
