"""A cursor beside Django's own: parameters go apart from the statement, in binary where it says %b, and what is asked often is
parsed and planned once a connection (`prepare_threshold` in the settings)."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.pq import Format


def bound_cursor(*, binary: bool = False) -> CursorWrapper:
    """Return the cursor. It counts, and turns errors into Django's, as `connection.cursor()` does. binary: what comes back."""
    connection.ensure_connection()
    bare: Any = Cursor(connection.connection)  # Django's stubs know cursors of its own alone
    bare.format = Format.BINARY if binary else Format.TEXT
    return connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare)
