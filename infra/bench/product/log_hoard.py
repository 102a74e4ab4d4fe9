"""Fills the log with the records of two years, as the sequencer would leave them, without the tree: months, bytes, indexes.

A thousand records a learner, so that a large log has more learners and not longer lives. Each learner studies on one day of
each month and files some forty records in it; the days of all learners lie mixed, as time would mix them.
"""

import time
from typing import Any

MONTHS = 24
DAYS = 28
RECORDS_A_LEARNER = 1_008
RECORDS_A_DAY = RECORDS_A_LEARNER // MONTHS
FIRST_YEAR = 2022  # earlier than any month that the migration has made

# The oldest partition begins with the first month that is made here, and stays empty.
ROOM = """
ALTER TABLE analytics_logrecord DETACH PARTITION analytics_logrecord_before;
ALTER TABLE analytics_logrecord ATTACH PARTITION analytics_logrecord_before FOR VALUES FROM (MINVALUE) TO (10000000000);
ALTER TABLE analytics_logrecord DISABLE TRIGGER log_record_arrives
"""
TABLE = "CREATE TABLE {table} (LIKE analytics_logrecord INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
RECORDS = """
INSERT INTO {table} (id, uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload, canonical, leaf_hash)
SELECT id, uuid, 'player.span_watched', learner, learner, subject, at, at, payload::jsonb, canonical,
    sha256('\\x00'::bytea || canonical)
FROM (SELECT n, %(low)s + n AS id, 1 + n / %(daily)s + %(days)s * (n %% (%(learners)s / %(days)s)) AS learner,
        date_trunc('milliseconds', timestamptz %(first)s + (n / %(daily)s) * interval '1 day'
            + (n %% %(daily)s) * interval '1 day' / %(daily)s) AS at
    FROM generate_series(0, %(days)s * %(daily)s - 1) AS n) AS numbered
CROSS JOIN LATERAL (SELECT md5(id::text)::uuid AS uuid, md5((n %% 97)::text)::uuid::text AS subject,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS told) AS named
CROSS JOIN LATERAL (SELECT '{{"beats":60,"counted_ms":300000,"session_uuid":"' || md5((id / 12)::text)::uuid
    || '","spans":[[' || n %% 12 * 300000 || ',' || (n %% 12 + 1) * 300000 || ']],"subject_uuid":"' || subject
    || '","video_uuid":"' || subject || '","wall_from":"' || told || '","wall_until":"' || told || '"}}' AS payload) AS spelt
CROSS JOIN LATERAL (SELECT '\\x01'::bytea || convert_to('{{"actor_id":' || learner || ',"happened_at":"' || told
    || '","kind":"player.span_watched","learner_id":' || learner || ',"payload":' || payload || ',"recorded_at":"' || told
    || '","subject":"' || subject || '","uuid":"' || uuid || '"}}', 'UTF8') AS canonical) AS sealed
ORDER BY n
"""
ATTACH = "ALTER TABLE analytics_logrecord ATTACH PARTITION {table} FOR VALUES FROM ({low}) TO ({high})"


def main(*, records: int) -> dict[str, object]:
    """Given back: how many learners, records and bytes there are now, and how long it took."""
    from django.db import connection

    learners = max(DAYS, records // RECORDS_A_LEARNER // DAYS * DAYS)
    daily = learners // DAYS * RECORDS_A_DAY
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for number in range(MONTHS):
            _fill_month(cursor, number, {"learners": learners, "daily": daily, "days": DAYS})
        cursor.execute("VACUUM (ANALYZE) analytics_logrecord")  # the server would have done so long ago
        cursor.execute("SELECT count(*) FROM analytics_logrecord")
        (there,) = cursor.fetchone()
        cursor.execute("SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
                       " WHERE inhparent = 'analytics_logrecord'::regclass")  # fmt: skip
        (size,) = cursor.fetchone()
    return {
        "learners": learners, "records": there, "size_bytes": int(size), "took": time.perf_counter() - began,
    }  # fmt: skip


def month_of(number: int) -> tuple[int, int]:
    """Return year and month of one of the months that are filled."""
    return FIRST_YEAR + number // 12, number % 12 + 1


def _fill_month(cursor: Any, number: int, asked: dict[str, int]) -> None:
    """Without indexes first: attaching makes those that the whole table has."""
    year, month = month_of(number)
    low = ((year - 2000) * 100 + month) * 10**10
    table = f"analytics_logrecord_{low // 10**10}"
    cursor.execute(TABLE.format(table=table))
    cursor.execute(RECORDS.format(table=table), asked | {"low": low, "first": f"{year}-{month:02d}-01 00:00:00+08"})
    cursor.execute(ATTACH.format(table=table, low=low, high=low + 10**10))
    cursor.execute("SELECT analytics_guard_log_month(%s)", [table])
    if number % 6 == 5:  # noqa: PLR2004 — now and then
        print(f"{number + 1} of {MONTHS} months filled", flush=True)


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
