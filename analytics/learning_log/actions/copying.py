"""Thousands of rows into a table by one COPY, in the database's own binary form: neither side spells or reads a value as text."""

from collections.abc import Iterable, Mapping, Sequence
from secrets import token_bytes
from uuid import UUID

from django.db import connection
from psycopg import sql
from psycopg.types.string import BytesBinaryDumper

_VERSION_OF_JSONB = b"\x01"
_SENT_AS = {"jsonb": "bytea"}  # its bytes are made here: the driver would want the value, to spell it once more


def copy_rows(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> int:
    """Stream rows into a table, and return how many. columns: name → type, in the order of a row's values.

    The database takes them in while the next are made. A type must be the column's own, to the width of its integers; a
    jsonb comes as `as_jsonb` gives it. In the transaction of the caller. Raises IntegrityError, DataError.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    sent = 0
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        cursor.adapters.register_dumper(bytes, BytesBinaryDumper)  # the driver's first choice takes three times as long
        copy.set_types([_SENT_AS.get(kind, kind) for kind in columns.values()])
        for row in rows:
            copy.write_row(row)
            sent += 1
    return sent


def random_pieces(count: int, size: int) -> list[bytes]:
    """Return so many random pieces of `size` bytes each.

    Asked for at once: a thread that asks the system for each lets another run, thousands of times.
    """
    pieces = token_bytes(count * size)
    return [pieces[at : at + size] for at in range(0, len(pieces), size)]


def random_uuids(count: int) -> list[UUID]:
    """Return so many uuids of version 4, as `random_pieces`."""
    return [UUID(bytes=piece, version=4) for piece in random_pieces(count, 16)]


def as_jsonb(text: str) -> bytes:
    """Return a JSON text as COPY takes it in binary: a byte for the version before it."""
    return _VERSION_OF_JSONB + text.encode()
