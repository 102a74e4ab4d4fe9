"""Reading a chunk of the log: its places as a few long strings of bytes, what is filed as rows of bytes along the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import pack, unpack
from typing import Any

from django.db import connection
from psycopg import Cursor

from analytics.domain.merkle import HASH_BYTES

AT_ONCE = 128  # rows that are held of what the database sends: more than these leave the processor's own memory
WIDEST_GAP = 1_000  # numbers that are read for nothing rather than that the database is asked once more

PLACED = """
SELECT position, record_id, leaf_hash FROM analytics_logposition WHERE position >= %s AND position < %s ORDER BY position
"""
PLACED_BLOCK = f"""
SELECT string_agg(int8send(position), ''), string_agg(int8send(record_id), ''), string_agg(leaf_hash, ''),
    bool_and(octet_length(leaf_hash) = {HASH_BYTES})
FROM ({PLACED} OFFSET 0) placed
"""  # noqa: S608 — made of constants
# Read along the numbers, month by month: for each place its own look-up costs more than all else.
FILED = "SELECT id, leaf_hash, canonical, false FROM analytics_logrecord WHERE id >= %s AND id <= %s ORDER BY id"
# Whether the columns say what the bytes say is asked of the database, which parses faster than we do. Of canonical bytes all but
# the payload has one spelling: it is spelt anew around the payload and compared as a whole; the payload alone is parsed. JSON's
# way to write a time is the quickest, once a microsecond is added so that no zeros are left out at its end; a time with
# microseconds was changed, for bytes have none. Two payloads of one text are the same byte by byte; of others that are equal
# `first_fault` says so. A negative length (head and tail are longer than the bytes) is an error, as is what is no JSON.
FILED_COMPARED = """
SELECT id, leaf_hash, canonical, exact AND head || told || tail = canonical
    AND record_image_eq(ROW(convert_from(told, 'UTF8')::jsonb), ROW(payload))
FROM (
    SELECT *, substr(canonical, octet_length(head) + 1, octet_length(canonical) - octet_length(head) - octet_length(tail)) AS told
    FROM (
        SELECT id, leaf_hash, canonical, payload,
            happened_at::timestamptz(3) = happened_at AND recorded_at::timestamptz(3) = recorded_at AS exact,
            '\\x01'::bytea || convert_to(
                '{' || CASE WHEN actor_id IS NULL THEN '' ELSE '"actor_id":' || actor_id || ',' END || '"happened_at":'
                || left(to_json((happened_at AT TIME ZONE 'UTC') + interval '1 microsecond')::text, -4) || 'Z","kind":"' || kind
                || CASE WHEN learner_id IS NULL THEN '"' ELSE '","learner_id":' || learner_id END || ',"payload":', 'UTF8'
            ) AS head,
            convert_to(
                ',"recorded_at":' || left(to_json((recorded_at AT TIME ZONE 'UTC') + interval '1 microsecond')::text, -4)
                || 'Z","subject":' || to_json(subject) || ',"uuid":"' || uuid || '"}', 'UTF8'
            ) AS tail
        FROM analytics_logrecord WHERE id >= %s AND id <= %s ORDER BY id OFFSET 0
    ) spelt OFFSET 0
) cut
"""
NODES = "SELECT index, hash FROM analytics_lognode WHERE level = %s AND index >= %s AND index <= %s"

Placed = tuple[int, int, bytes]
Filed = tuple[int, bytes, bytes, bool]
Hashed = tuple[int, bytes, bytes, bool]


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """Places in order. positions: 8 bytes each, one after another; leaves: hashes, 32 bytes each. sound: so they are."""

    positions: bytes
    numbers: list[int]
    leaves: bytes
    sound: bool

    def stand_at(self, start: int, end: int) -> bool:
        """Say whether these are the places [start, end), each once, in order."""
        return self.sound and self.positions == pack(f">{end - start}q", *range(start, end))


def placed_block(start: int, end: int) -> PlacedBlock:
    """Return the places [start, end). One query."""
    ((positions, numbers, leaves, sound),) = _fetched(PLACED_BLOCK, [start, end])
    if positions is None:
        return PlacedBlock(b"", [], b"", sound=False)
    whole = bool(sound) and len(numbers) == len(positions)  # what is NULL is left out
    return PlacedBlock(positions, list(unpack(f">{len(numbers) // 8}q", numbers)), leaves or b"", whole)


def placed_rows(start: int, end: int) -> list[Placed]:
    """Return the places [start, end): position, record, hash. One query."""
    return _fetched(PLACED, [start, end])


def filed_hashes(numbers: Sequence[int]) -> list[Hashed]:
    """Return what is filed at these numbers, by number: number, kept hash, hash of its bytes, whether its columns agree.

    A query a stretch; the bytes themselves are let go as they come. Raises DataError for bytes that are no JSON.
    """
    filed, hashed = list[Hashed](), sha256
    with connection.cursor() as opened, Cursor(opened.connection) as cursor:
        for first, last in stretches(numbers):
            rows = cursor.stream(FILED_COMPARED, [first, last], binary=True, size=AT_ONCE)
            filed += [
                (number, kept, hashed(b"\x00" + bytes_of).digest(), agree) for number, kept, bytes_of, agree in rows
            ]
    return _only(filed, numbers)


def filed_rows(numbers: Sequence[int], *, compared: bool) -> list[Filed]:
    """Return what is filed at these numbers, by number: number, hash, bytes, whether its columns agree. A query a stretch.

    compared: else nothing is said to agree. Raises DataError when compared with bytes that are no JSON.
    """
    filed = list[Filed]()
    for first, last in stretches(numbers):
        filed += _fetched(FILED_COMPARED if compared else FILED, [first, last])
    return _only(filed, numbers)


def nodes(level: int, first: int, last: int) -> dict[int, bytes]:
    """Return the stored roots of tiles at one level, by index. One query."""
    return dict(_fetched(NODES, [level, first, last]))


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each stretch of numbers without large gaps; a late record, or a month's end, makes its own.

    >>> stretches([7, 5, 6, 20_000, 20_002])
    [(5, 7), (20000, 20002)]
    """
    ordered = sorted(numbers)
    if not ordered:
        return []
    if ordered[-1] - ordered[0] < len(ordered) + WIDEST_GAP:
        return [(ordered[0], ordered[-1])]
    ends = [at for at in range(1, len(ordered)) if ordered[at] - ordered[at - 1] > WIDEST_GAP]
    return [(ordered[first], ordered[end - 1]) for first, end in zip([0, *ends], [*ends, len(ordered)], strict=True)]


def _only(filed: list[Filed], numbers: Sequence[int]) -> list[Filed]:
    if len(filed) == len(numbers):
        return filed
    wanted = set(numbers)  # others lie between: they wait for a place, or were put in by hand
    return [row for row in filed if row[0] in wanted]


def _fetched(statement: str, values: Sequence[int]) -> list[Any]:
    # As bytes and not as text: hexadecimal would be written there and read here for nothing.
    with connection.cursor() as opened, Cursor(opened.connection) as cursor:
        return cursor.execute(statement, values, binary=True).fetchall()
