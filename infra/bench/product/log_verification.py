"""The whole log verified by the processes of `verify_log`, beside bare SHA-256 over the same bytes read from Postgres."""

import hashlib
import time
from contextlib import AbstractContextManager
from typing import Any

BYTES = "SELECT canonical FROM analytics_logrecord WHERE id > %s ORDER BY id LIMIT 16384"
NEXT = "SELECT max(id), count(*) FROM (SELECT id FROM analytics_logrecord WHERE id > %s ORDER BY id LIMIT 16384) part"


def pool(processes: int) -> AbstractContextManager[Any]:
    """The pool of the command itself."""
    from analytics.management.commands.verify_log import pool_of

    return pool_of(processes)


def ready(number: int) -> int:
    """Connect, in a process of the pool."""
    from django.db import connection

    connection.ensure_connection()
    time.sleep(0.1)
    return number


def whole_log(run: Any, filed: int, wrong: list[str]) -> float:
    """Verify everything: bytes, hashes, columns, places, tiles, heads, signatures. Records a second."""
    from analytics.learning_log.queries import whole

    began = time.perf_counter()
    good = whole.verify_whole(keys=(), brought=(), start=0, run=run, tell=lambda *_: None)
    took = time.perf_counter() - began
    if good.records != filed:
        wrong.append(f"{filed} records are filed and {good.records} were verified")
    return good.records / took


def bare() -> float:
    """Read the bytes of all records, binary, in parts of the same size, and hash each."""
    from django.db import connection
    from psycopg import Cursor

    began, done, last = time.perf_counter(), 0, -1
    with connection.cursor() as opened, Cursor(opened.connection) as cursor:
        bounds = []
        while True:
            upto, count = cursor.execute(NEXT, [last]).fetchone() or (0, 0)
            if not count:
                break
            bounds.append(last)
            last = upto
        began = time.perf_counter()
        for after in bounds:
            for (data,) in cursor.execute(BYTES, [after], binary=True).fetchall():
                hashlib.sha256(data).digest()
                done += 1
    return done / (time.perf_counter() - began)
