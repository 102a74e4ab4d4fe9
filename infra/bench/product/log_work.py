"""Times the learning log: appending in deeds, sequencing, verifying; each beside the same work without a log."""

import os
import time
from functools import cache
from typing import Any

from infra.bench.measure import interleaved
from infra.bench.product import log_verification as verification

# What a record of watching holds, under a kind of which no room hears: the bell's listeners are measured by other rows.
KIND = "bench.span_watched"
FIELDS = ("session_uuid", "subject_uuid", "video_uuid", "spans", "counted_ms", "wall_from", "wall_until", "beats")
PLAIN = """
DROP TABLE IF EXISTS bench_record;
CREATE TABLE bench_record (LIKE analytics_logrecord);
ALTER TABLE bench_record ADD PRIMARY KEY (id), ALTER COLUMN id SET DEFAULT nextval('analytics_logrecord_id_seq');
CREATE UNIQUE INDEX ON bench_record (uuid);
CREATE INDEX ON bench_record USING brin (recorded_at);
CREATE INDEX ON bench_record (learner_id, id);
CREATE INDEX ON bench_record (kind, id);
CREATE INDEX ON bench_record (subject, id)
"""
COLUMNS = "uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload, canonical, leaf_hash"


TAKE = """
WITH waiting AS (SELECT record_id FROM bench_arrival ORDER BY record_id LIMIT %(batch)s), placed AS (
    INSERT INTO bench_position (position, record_id, leaf_hash)
    SELECT %(size)s + row_number() OVER (ORDER BY record.id) - 1, record.id, record.leaf_hash
    FROM waiting JOIN analytics_logrecord record ON record.id = waiting.record_id RETURNING position, record_id
), taken AS (
    DELETE FROM bench_arrival USING placed WHERE bench_arrival.record_id = placed.record_id
) SELECT count(*) FROM placed
"""
PLACES = """
DROP TABLE IF EXISTS bench_arrival, bench_position;
CREATE TABLE bench_arrival (LIKE analytics_logarrival INCLUDING ALL);
CREATE TABLE bench_position (LIKE analytics_logposition INCLUDING ALL);
INSERT INTO bench_arrival SELECT * FROM analytics_logarrival
"""


def main(*, deeds: int, records: int, batch: int, verified: int, rounds: int) -> dict[str, object]:
    """Given back: samples by what was measured, and what was wrong.

    deeds: appended a round, one a transaction. records: sequenced a round, in transactions of `batch`. verified: how many
    the log holds at least when it is verified.
    """
    from django.db import connection

    from analytics.learning_log import kinds

    kinds.register(kinds.Kind(KIND, zh="", en="", fields=dict.fromkeys(FIELDS, "as in player.span_watched")))
    with connection.cursor() as cursor:
        cursor.execute("SET client_min_messages = error")
        cursor.execute(PLAIN)
    wrong: list[str] = []
    appending = {"append": lambda: _append(deeds, wrong), "insert": lambda: _insert(deeds)}
    taken = interleaved(appending, rounds=rounds)
    _seal_the_rest()
    size = _Size()
    sequencing = {
        "sequence": lambda: _sequence(records, batch, size, wrong),
        "place": lambda: _place(records, batch, size),
    }
    taken |= interleaved(sequencing, rounds=rounds)
    filed = _fill(verified)
    with verification.pool(os.cpu_count() or 1) as run:
        list(run(verification.ready, range(8)))  # every process has connected before the clock starts
        verifying = {"verify": lambda: verification.whole_log(run, filed, wrong), "hash": verification.bare}
        taken |= interleaved(verifying, rounds=rounds)
    given: dict[str, object] = {name: samples.values for name, samples in taken.items()}
    return given | {"wrong": wrong}


class _Size:
    """How many places the plain table has; what waits for both ways was filed by `_sequence`."""

    value = 0


def _append(count: int, wrong: list[str]) -> float:
    from django.db import transaction

    from analytics.learning_log.actions import append
    from analytics.learning_log.models import LogRecord

    before, made = LogRecord.objects.count(), drafts(count)
    began = time.perf_counter()
    for each in made:
        with transaction.atomic():
            append(
                kind=each.kind, actor_id=each.actor_id, learner_id=each.learner_id, subject=each.subject,
                happened_at=each.happened_at, payload=each.payload,
            )  # fmt: skip
    took = time.perf_counter() - began
    if LogRecord.objects.count() != before + count:
        wrong.append(f"{count} deeds appended {LogRecord.objects.count() - before} records")
    return count / took


def _insert(count: int) -> float:
    """The same rows, made beforehand, one INSERT a transaction by the same driver into a plain table with the same indexes."""
    from django.db import connection, transaction

    from analytics.learning_log.actions.filing import filled

    rows: list[tuple[Any, ...]] = []
    for each in drafts(count):
        row, payload = filled(each, each.happened_at)
        rows.append(
            (row.uuid, row.kind, row.actor_id, row.learner_id, row.subject, row.happened_at, row.recorded_at,
             payload, row.canonical, row.leaf_hash)
        )  # fmt: skip
    statement = f"INSERT INTO bench_record ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"  # noqa: S608 — constants
    began = time.perf_counter()
    for values in rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.fetchone()
    return count / (time.perf_counter() - began)


def _sequence(count: int, batch: int, size: _Size, wrong: list[str]) -> float:
    """File `count` records, let the plain tables have the same to place, and give them their places in the tree."""
    from django.db import connection, transaction
    from django.utils import timezone

    from analytics.learning_log.actions import append_many

    for first in range(0, count, 1000):
        with transaction.atomic():
            append_many(drafts(min(1000, count - first), first))
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
    size.value = 0
    sequencer, placed = _sequencer(), 0
    began = time.perf_counter()
    while placed < count:
        done = sequencer.sequence(at=timezone.now(), batch=batch)
        placed += done.placed if done else 0
    took = time.perf_counter() - began
    if placed != count or sequencer.sequence(at=timezone.now(), batch=batch).placed:
        wrong.append(f"{count} records waited and {placed} were placed")
    return count / took


def _place(count: int, batch: int, size: _Size) -> float:
    """The same rows into a table of the same shape, in transactions of the same size, without hashes, tree, triggers, heads."""
    from django.db import connection, transaction

    began, placed = time.perf_counter(), 0
    while placed < count:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TAKE, {"batch": batch, "size": placed})
            placed += cursor.fetchone()[0]
    return count / (time.perf_counter() - began)


@cache
def _sequencer() -> Any:
    from analytics.learning_log.actions import Sequencer
    from analytics.learning_log.signer import log_signer

    return Sequencer(log_signer())


def _fill(wanted: int) -> int:
    """Append and seal until the log holds so many records; return how many it holds. Heads are signed as in life."""
    from django.db import connection, transaction

    from analytics.learning_log.actions import append_many
    from analytics.learning_log.queries import tree_size

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM analytics_logrecord")
        (there,) = cursor.fetchone()
    for first in range(there, wanted, 1000):
        with transaction.atomic():
            append_many(drafts(1000, first))
        _seal_the_rest()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE analytics_logrecord, analytics_logposition")
    return tree_size()


def _seal_the_rest() -> None:
    from django.utils import timezone

    while (done := _sequencer().sequence(at=timezone.now())) and done.placed:
        pass


def drafts(count: int, first: int = 0) -> list[Any]:
    """Return so many watched spans of a thousand learners."""
    from django.utils import timezone

    from analytics.learning_log.actions import Draft

    now, made = timezone.now(), []
    for number in range(first, first + count):
        subject = f"{number % 97:08x}-0000-4000-8000-000000000000"
        payload: dict[str, Any] = {
            "session_uuid": f"{number % 1000:08x}-0000-4000-8000-000000000000", "subject_uuid": subject,
            "video_uuid": subject, "spans": [[number * 1000, number * 1000 + 300_000]],
            "counted_ms": 300_000, "beats": 60, "wall_from": "2026-05-09T01:30:00.000Z", "wall_until": "2026-05-09T01:35:00.000Z",
        }  # fmt: skip
        made.append(
            Draft(
                kind=KIND,
                actor_id=number % 1000,
                learner_id=number % 1000,
                subject=subject,
                happened_at=now,
                payload=payload,
            )
        )
    return made


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
