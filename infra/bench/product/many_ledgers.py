"""Fills a database with certificates and their ledgers, and times the decisions over all of them beside one SQL aggregate."""

import time
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from infra.bench.measure import interleaved

BATCH = 1_000
ENTRIES = 12  # of each ledger: a cycle's worth
TODAY = date(2026, 11, 20)
QUESTIONS = 500

# One person and certificate that the product has made is the pattern: columns of which we know nothing come from there.
PEOPLE = """
INSERT INTO accounts_user SELECT r.* FROM accounts_user u CROSS JOIN generate_series(1, %(count)s) AS n
CROSS JOIN LATERAL jsonb_populate_record(u, jsonb_build_object(
    'id', u.id + n, 'username', 'ledger' || n, 'uuid', gen_random_uuid())) AS r
WHERE u.id = %(user)s
"""
LICENCES = """
INSERT INTO accounts_licence SELECT r.* FROM accounts_licence l CROSS JOIN generate_series(1, %(count)s) AS n
CROSS JOIN LATERAL jsonb_populate_record(l, jsonb_build_object(
    'id', l.id + n, 'uuid', gen_random_uuid(), 'holder_id', %(user)s + n, 'number', 'BENCH-' || lpad(n::text, 8, '0'),
    'issued_on', date '2024-12-01' + (n %% 700)::int - 365)) AS r
WHERE l.id = %(licence)s
"""
LEDGERS = """
INSERT INTO credit_creditentry (uuid, learner_id, category, seconds, activity_day, post_code, state, source_kind,
    source_ref, title, note, evidence, recorded_at)
SELECT gen_random_uuid(), %(user)s + n,
    (array['online_general', 'online_professional', 'live', 'self_study'])[1 + k %% 4],
    2700 * (1 + (n + k) %% 9), date '2026-11-01' - (k * 53 + n %% 40)::int,
    CASE WHEN k %% 4 = 1 THEN 'site_civil' ELSE '' END, CASE WHEN (n + k) %% 17 = 0 THEN 'pending_review' ELSE 'valid' END,
    CASE WHEN k %% 4 < 2 THEN 'video' ELSE 'imported' END, 'bench ' || k, 'bench', '', '{}', timestamptz '2026-11-01'
FROM generate_series(1, %(count)s) AS n CROSS JOIN generate_series(0, %(entries)s - 1) AS k
"""
AGGREGATE = """
SELECT learner_id, category, sum(seconds) FROM credit_creditentry WHERE state = 'valid' GROUP BY learner_id, category
"""
ONE_BALANCE = (
    "SELECT state, satisfied, figures FROM credit_creditbalance WHERE licence_id = %s ORDER BY cycle DESC LIMIT 1"
)


def main(*, licences: int, rounds: int) -> dict[str, object]:
    """Given back: licences a second decided, summed and compared, milliseconds for one balance, and what was wrong."""
    first = fill(licences)
    wrong: list[str] = []
    taken = interleaved(
        {"decide": lambda: _decide_all(licences, wrong), "aggregate": lambda: _aggregate(licences)},
        rounds=rounds,
        warm_up=0,  # a hundred thousand ledgers warm it up within the first seconds
        say=lambda text: print(text, flush=True),
    )
    store_balances()
    compared = [_compare_all(wrong)]
    asked = interleaved(
        {"server": lambda: _in_the_server(first, licences), "product": lambda: _by_the_product(first, licences)},
        rounds=rounds,
        warm_up=2,
        say=lambda text: print(text, flush=True),
    )
    return {
        **{name: samples.values for name, samples in {**taken, **asked}.items()},
        "compare": compared,
        "wrong": [*wrong[:5], *_compare_some(first)],
        "entries": licences * ENTRIES,
    }


def fill(count: int) -> int:
    from django.db import connection
    from django.utils import timezone

    from lms.accounts.actions import record_licence, register_person
    from lms.credit.actions import load_rule_sets

    now = timezone.now()
    load_rule_sets(at=now)
    user = register_person(username="ledger", name="台账", phone=None, password=None, at=now, by=None)
    licence = record_licence(
        holder=user, post_code="site_civil", number="BENCH-00000000", issued_on=date(2024, 12, 1), region_code="500000",
        rule_set_code="chongqing", at=now, by=None,
    )  # fmt: skip
    asked = {"count": count, "user": user.pk, "licence": licence.pk, "entries": ENTRIES}
    with connection.cursor() as cursor:
        for statement in (PEOPLE, LICENCES, LEDGERS):
            cursor.execute(statement, asked)
        for table in ("accounts_user", "accounts_licence", "credit_creditentry"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return int(licence.pk) + 1


def _decided() -> Iterator[Any]:
    """Yield every certificate with its decision, a batch of ledgers at a time, as a nightly run would."""
    from lms.accounts.queries import licences_judged_by
    from lms.credit.domain.hours import decide
    from lms.credit.queries.decisions import evidence_of, holding_of
    from lms.credit.queries.rules import rule_set_on

    rules, after = rule_set_on("chongqing", TODAY), 0
    assert rules is not None  # noqa: S101 — loaded above
    while batch := licences_judged_by("chongqing", after=after, limit=BATCH):
        evidence = evidence_of({licence.holder_id for licence in batch})
        for licence in batch:
            yield licence, decide(evidence.get(licence.holder_id, ()), rules, holding_of(licence), TODAY)
        after = batch[-1].id


def _decide_all(count: int, wrong: list[str]) -> float:
    began, seen = time.perf_counter(), 0
    for _licence, decision in _decided():
        seen += 1
        if decision.window is None:
            wrong.append("a decision without a window")
    if seen != count + 1:
        wrong.append(f"{seen} certificates instead of {count + 1}")
    return seen / (time.perf_counter() - began)


def _aggregate(count: int) -> float:
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(AGGREGATE)
        cursor.fetchall()
    return count / (time.perf_counter() - began)


def store_balances() -> None:
    """Write what each ledger comes to, in bulk: the product writes one with each deed."""
    from django.db import connection
    from django.utils import timezone

    from lms.credit.models import CreditBalance
    from lms.credit.queries import decisions_held
    from lms.credit.queries.balances import computed_balances, learners_with_hours

    now, after = timezone.now(), 0
    while learners := learners_with_hours(after=after, limit=BATCH):
        rows = [
            CreditBalance(
                licence_id=held.licence.id, learner_id=held.licence.holder_id, cycle=found.cycle,
                starts_on=found.starts_on, ends_on=found.ends_on, state=found.state, satisfied=found.satisfied,
                as_of=found.as_of, basis=found.basis, figures=found.figures, newest_entry_id=0, rebuilt_at=now,
            )
            for standings in decisions_held(learners, TODAY).values()
            for held in standings
            for found in computed_balances(held, TODAY)
        ]  # fmt: skip
        CreditBalance.objects.bulk_create(rows)
        after = learners[-1]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) credit_creditbalance")


def _compare_all(wrong: list[str]) -> float:
    """Certificates a second in the nightly comparison: each ledger judged anew, all its cycles, beside what is stored."""
    from lms.credit.actions import compare_all_balances

    at = datetime(TODAY.year, TODAY.month, TODAY.day, 3, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
    began = time.perf_counter()
    found = compare_all_balances(at=at)
    spent = time.perf_counter() - began
    if found.mismatches or found.rebuilt:
        wrong.append(f"the nightly comparison found {found.mismatches} mismatches and rebuilt {found.rebuilt}")
    return found.balances / spent


def _some(first: int, count: int) -> list[int]:
    return [first + (n * 7_919) % count for n in range(QUESTIONS)]


def _in_the_server(first: int, count: int) -> float:
    """Milliseconds that the server itself says one question took: planned and executed, without the wire."""
    from django.db import connection

    total = Fraction(0)
    with connection.cursor() as cursor:
        for licence_id in _some(first, count):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {ONE_BALANCE}", [licence_id])
            (told,) = cursor.fetchone()[0]
            total += Fraction(told["Planning Time"]) + Fraction(told["Execution Time"])
    return float(total / QUESTIONS)


def _by_the_product(first: int, count: int) -> float:
    from lms.credit.queries import balances_of

    began = time.perf_counter()
    for licence_id in _some(first, count):
        balances_of([licence_id])
    return (time.perf_counter() - began) / QUESTIONS * 1000


def _compare_some(first: int) -> list[str]:
    """Stored balances must be what is decided anew from the ledger, and the aggregate must see the same hours in a window."""
    from lms.accounts.queries import licence
    from lms.credit.domain.balance import balance_of_decision
    from lms.credit.queries import balances_of, decisions_of

    wrong = []
    for licence_id in range(first, first + 50):
        found = licence(licence_id)
        held = decisions_of(found.holder_id, TODAY)[0] if found else None
        if held is None or held.current is None:
            wrong.append(f"certificate {licence_id} has no decision")
        elif balance_of_decision(held.current, held.holding).figures != balances_of([licence_id])[licence_id].figures:
            wrong.append(f"the balance of certificate {licence_id} is not what its ledger says")
    return wrong[:5]


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
