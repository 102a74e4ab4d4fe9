"""Fills a database with the sealed chunks of many learners, as years of use would leave them.

Each learner has watched 8 lessons of an hour, in chunks of five minutes; so a small hoard has learners enough not to lie
whole in the processor's own memory. The chunks of all learners are mixed as time would mix them. Keys, checks and the
rule against two things at once are put back after the loading, which proves them for every row.
"""

import time
from typing import Any

CHUNK_SECONDS = 300
LESSONS = 8
CHUNKS_A_LESSON = 12
LESSON_MS = CHUNKS_A_LESSON * CHUNK_SECONDS * 1000
SECONDS_A_LEARNER = LESSONS * CHUNKS_A_LESSON * CHUNK_SECONDS

# One row that the product's own models have made is the pattern: columns of which we know nothing come from there.
PEOPLE = """
INSERT INTO accounts_user SELECT r.* FROM accounts_user u CROSS JOIN generate_series(1, %(learners)s) AS n
CROSS JOIN LATERAL jsonb_populate_record(u, jsonb_build_object(
    'id', u.id + n, 'username', 'hoard' || n, 'uuid', gen_random_uuid())) AS r
WHERE u.id = %(learner)s
"""
COVERAGE = """
INSERT INTO player_coverage SELECT r.* FROM player_coverage c
CROSS JOIN generate_series(1, %(learners)s) AS n CROSS JOIN generate_series(1, %(lessons)s) AS l
CROSS JOIN LATERAL jsonb_populate_record(c, jsonb_build_object(
    'id', c.id + (n - 1) * %(lessons)s + l, 'learner_id', %(learner)s + n, 'subject_uuid', gen_random_uuid(),
    'spans', '{[0,3600000)}', 'counted_ms', 3600000, 'position_ms', 3600000)) AS r
WHERE c.id = %(coverage)s
"""
SESSIONS = """
INSERT INTO player_watchsession SELECT r.* FROM player_watchsession s JOIN player_coverage c ON c.id > %(coverage)s
CROSS JOIN LATERAL jsonb_populate_record(s, jsonb_build_object(
    'id', s.id + c.id - %(coverage)s, 'uuid', gen_random_uuid(), 'learner_id', c.learner_id, 'subject_uuid', c.subject_uuid,
    'coverage_id', c.id, 'token', 1 + (c.id - %(coverage)s) %% %(lessons)s)) AS r
WHERE s.id = %(session)s
"""
CHUNKS = """
INSERT INTO player_watchchunk (session_id, learner_id, subject_uuid, wall, watched, counted, watched_ms, counted_ms, beats)
SELECT s.id, s.learner_id, s.subject_uuid, tstzrange(at, at + interval '300 s'), spans, spans, 300000, 300000, 60
FROM player_watchsession s CROSS JOIN generate_series(0, %(chunks)s - 1) AS k
CROSS JOIN LATERAL (SELECT
    timestamptz '2020-01-01' + s.token * interval '7 days' + (s.learner_id %% 600) * interval '1 minute'
        + k * interval '300 s' AS at,
    int4multirange(int4range((k * 300000)::int, ((k + 1) * 300000)::int)) AS spans) AS made
WHERE s.id > %(session)s ORDER BY at, s.learner_id
"""
TABLES = ("accounts_user", "player_coverage", "player_watchsession", "player_watchchunk")


def main(*, seconds: int) -> dict[str, object]:
    """Given back: how many learners, chunks, seconds and bytes there are now, and how long it took."""
    from django.db import connection

    learners = max(1, round(seconds / SECONDS_A_LEARNER))
    began = time.perf_counter()
    asked = {**_pattern(), "learners": learners, "lessons": LESSONS, "chunks": CHUNKS_A_LESSON}
    with connection.cursor() as cursor:
        for statement in (PEOPLE, COVERAGE, SESSIONS):
            cursor.execute(statement, asked)
        cursor.execute("ANALYZE player_watchsession")
        put_back = _take_off(cursor)
        cursor.execute(CHUNKS, asked)
        print(
            f"{learners * LESSONS * CHUNKS_A_LESSON:,} chunks loaded after {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        for statement in put_back:
            cursor.execute(statement)
        for table in TABLES:  # the server would have done so long ago
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("SELECT count(*), coalesce(sum(counted_ms), 0) FROM player_watchchunk")
        chunks, counted_ms = cursor.fetchone()
        cursor.execute("SELECT pg_total_relation_size('player_watchchunk')")
        (size,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM player_watchsession")
    took = time.perf_counter() - began
    return {"learners": learners, "chunks": chunks, "seconds": int(counted_ms) // 1000, "bytes": size, "took": took,
            "first": asked["learner"] + 1}  # fmt: skip


def _pattern() -> dict[str, int]:
    """Make one learner with one lesson that was left, through the product; return the ids of its rows."""
    from django.utils import timezone

    from infra.bench.product import seats
    from player.models import Coverage, WatchSession
    from player.watching.actions import close_session

    made: Any = seats.main(count=1, duration_ms=LESSON_MS)["seats"]
    seat = made[0]
    close_session(session_uuid=seat["session"], learner_id=seat["learner_id"], at=timezone.now())
    session = WatchSession.objects.get(uuid=seat["session"])
    return {
        "learner": seat["learner_id"],
        "session": session.pk,
        "coverage": Coverage.objects.get(learner_id=seat["learner_id"]).pk,
    }


def _take_off(cursor: Any) -> list[str]:
    """Drop constraints and indexes of the chunks; return the statements that make them again, as the server spells them."""
    table = "player_watchchunk"
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype <> 'n'",
        [table],
    )
    constraints = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    return [
        "SET maintenance_work_mem = '1GB'",
        *(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in constraints),
        *(definition for _, definition in indexes),
    ]


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
