"""A cursor beside Django's own: parameters go apart from the statement, in binary where it says %b, and what is asked often is
parsed and planned once a connection (`prepare_threshold` in the settings)."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.pq import Format


def bound_cursor(*, binary: bool = False) -> CursorWrapper:
    """Return the cursor, whose errors are Django's. binary: what comes back.

    Where queries are written down (tests, DEBUG) it is Django's own, which can tell what was asked.
    """
    if connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    bare: Any = Cursor(connection.connection)  # Django's stubs know cursors of its own alone
    bare.format = Format.BINARY if binary else Format.TEXT
    return connection.make_cursor(bare)
