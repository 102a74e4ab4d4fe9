"""Checking one chunk of the stored log: its records, columns, places and tiles. Chunks are what processes share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db import connection, transaction
from psycopg import Cursor, DataError

from analytics.domain.merkle import TILE_LEVELS, Frontier, levels, peaks_at
from analytics.domain.record import first_fault
from analytics.learning_log.models import LogNode
from analytics.learning_log.queries.filed import find_record

WIDEST_GAP = 1_000  # numbers that are read for nothing rather than that the database is asked once more

PLACED = """
SELECT position, record_id, leaf_hash FROM analytics_logposition WHERE position >= %s AND position < %s ORDER BY position
"""
# Read along the numbers, month by month: for each place its own look-up costs more than all else.
FILED = "SELECT id, leaf_hash, canonical, false FROM analytics_logrecord WHERE id >= %s AND id <= %s ORDER BY id"
# Whether the columns say what the bytes say is asked of the database, which parses faster than we do. Of canonical bytes all but
# the payload has one spelling: it is spelt anew and compared, and the payload alone is parsed. A time with microseconds was
# changed: bytes have none. A negative length (head and tail are longer than the bytes) is an error, as is what is no JSON.
FILED_COMPARED = """
SELECT id, leaf_hash, canonical, exact AND substr(canonical, 1, octet_length(head)) = head
    AND substr(canonical, octet_length(canonical) - octet_length(tail) + 1) = tail
    AND convert_from(substr(canonical, octet_length(head) + 1,
        octet_length(canonical) - octet_length(head) - octet_length(tail)), 'UTF8')::jsonb = payload
FROM (
    SELECT id, leaf_hash, canonical, payload,
        date_trunc('milliseconds', happened_at) = happened_at AND date_trunc('milliseconds', recorded_at) = recorded_at AS exact,
        '\\x01'::bytea || convert_to(
            '{' || CASE WHEN actor_id IS NULL THEN '' ELSE '"actor_id":' || actor_id || ',' END
            || '"happened_at":"' || to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z","kind":"' || kind
            || CASE WHEN learner_id IS NULL THEN '"' ELSE '","learner_id":' || learner_id END || ',"payload":', 'UTF8') AS head,
        convert_to(
            ',"recorded_at":"' || to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS') || 'Z","subject":'
            || to_json(subject) || ',"uuid":"' || uuid || '"}', 'UTF8') AS tail
    FROM analytics_logrecord WHERE id >= %s AND id <= %s ORDER BY id OFFSET 0
) spelt
"""

Placed = tuple[int, int, bytes]
Filed = tuple[int, bytes, bytes, bool]


@dataclass(frozen=True, slots=True)
class ChunkAsked:
    """A chunk to be checked. sizes: those heads' sizes that lie in (start, end].

    archived_until: records with smaller numbers may be gone; the tree is built of the hashes that stayed.
    """

    start: int
    end: int
    sizes: tuple[int, ...]
    archived_until: int = 0


@dataclass(frozen=True, slots=True)
class ChunkFound:
    """What a chunk gave. peaks: of its own leaves, at each size asked for and at its end. fault: the first, or ""."""

    start: int
    end: int
    peaks: dict[int, list[bytes]]
    fault: str
    archived: int = 0


def check_chunk(asked: ChunkAsked) -> ChunkFound:
    """Check the records of one chunk and return the peaks of its tree. Raises nothing: a fault is told."""
    try:
        with transaction.atomic():
            placed = _placed(asked)
            filed = _filed(placed, FILED_COMPARED)
    except DataError:  # bytes that are no JSON: the slow way finds out whose
        placed = _placed(asked)
        filed = _filed(placed, FILED)
    return _whole_chunk(asked, placed, filed) or _first_fault(asked, placed, filed)


def _whole_chunk(asked: ChunkAsked, placed: Sequence[Placed], filed: Sequence[Filed]) -> ChunkFound | None:
    """Return what a chunk gives in which nothing is wrong and nothing is gone; None for any other. Whole lists at a time."""
    if [position for position, _, _ in placed] != list(range(asked.start, asked.end)):
        return None
    numbers = [number for _, number, _ in placed]
    if [row[0] for row in filed] != numbers:  # who committed late has a place after those with larger numbers
        by_number = {row[0]: row for row in filed}
        filed = [by_number[number] for number in numbers if number in by_number]
    leaves = [sha256(b"\x00" + row[2]).digest() for row in filed]
    if leaves != [leaf for _, _, leaf in placed] or leaves != [row[1] for row in filed]:
        return None
    if not all(row[3] for row in filed):
        return None
    found = levels(leaves)
    full = [
        (level // TILE_LEVELS, index, node)
        for level in range(TILE_LEVELS, len(found), TILE_LEVELS)
        for index, node in enumerate(found[level])
    ]
    if wrong_node(asked.start, full):
        return None
    peaks = {at: peaks_at(found, at - asked.start) for at in {*asked.sizes, asked.end}}
    return ChunkFound(asked.start, asked.end, peaks, "")


def _first_fault(asked: ChunkAsked, placed: Sequence[Placed], filed: Sequence[Filed]) -> ChunkFound:
    """Go through a chunk row by row: name the first thing that is wrong, or count what has left for files."""
    found, rows = ChunkFound(asked.start, asked.end, {}, ""), _joined(placed, filed)
    frontier, at, wanted = Frontier(), asked.start, {*asked.sizes, asked.end}
    changed: list[tuple[int, int, bytes, bytes]] = []
    pending: list[bytes] = []
    left = 0
    for position, record_id, in_tree, kept, canonical, agrees in rows:
        if position != at:
            return _told(found, f"position {at} is missing")
        if canonical is None:
            if record_id >= asked.archived_until:
                return _told(found, f"record #{record_id} at position {position} is gone: the row was deleted")
            left += 1
        elif (leaf := sha256(b"\x00" + canonical).digest()) != in_tree or leaf != kept:
            changed.append((position, record_id, leaf, in_tree))
        elif not agrees and not changed and (fault := _fault(record_id)):
            altered = f"record #{record_id} at position {position} was altered"
            return _told(found, f"{altered}: the column {fault} says other than the sealed bytes")
        pending.append(in_tree)
        at += 1
        if at in wanted:
            if fault := wrong_node(asked.start, frontier.extend(pending)):
                return _told(found, fault) if not changed else _told(found, _what_changed(changed))
            pending.clear()
            found.peaks[at] = list(frontier.peaks)
    if changed:
        return _told(found, _what_changed(changed))
    return replace(found, archived=left) if at == asked.end else _told(found, f"position {at} is missing")


def _placed(asked: ChunkAsked) -> list[Placed]:
    """Return the places of a chunk: position, record, hash."""
    # As bytes and not as text: hexadecimal would be written there and read here for nothing.
    with connection.cursor() as opened, Cursor(opened.connection) as cursor:
        return cursor.execute(PLACED, [asked.start, asked.end], binary=True).fetchall()


def _filed(placed: Sequence[Placed], statement: str) -> list[Filed]:
    """Return what is filed at the numbers of these places: number, hash, bytes, whether its columns agree. By number."""
    numbers, filed, first = sorted(number for _, number, _ in placed), [], 0
    with connection.cursor() as opened, Cursor(opened.connection) as cursor:
        # Stretches of numbers without large gaps: a late record, or a month's end, makes a stretch of its own.
        ends = [at for at in range(1, len(numbers)) if numbers[at] - numbers[at - 1] > WIDEST_GAP]
        for end in [*ends, len(numbers)] if numbers else []:
            filed += cursor.execute(statement, [numbers[first], numbers[end - 1]], binary=True).fetchall()
            first = end
    if len(filed) != len(numbers):  # others lie between: they wait for a place, or were put in by hand
        wanted = set(numbers)
        return [row for row in filed if row[0] in wanted]
    return filed


def _joined(
    placed: Sequence[Placed], filed: Sequence[Filed]
) -> list[tuple[int, int, bytes, bytes | None, bytes | None, bool]]:
    """Return position, record, hash of the place; hash and bytes of the record, and whether its columns agree; None = gone."""
    by_number, rows = {row[0]: row for row in filed}, []
    for position, number, leaf in placed:
        _, kept, canonical, agrees = by_number.get(number, (number, None, None, False))
        rows.append((position, number, leaf, kept, canonical, agrees))
    return rows


def _fault(record_id: int) -> str:
    sealed = find_record(record_id)
    return first_fault(sealed.record, sealed.canonical, sealed.leaf_hash) if sealed else ""


def wrong_node(start: int, full: Sequence[tuple[int, int, bytes]]) -> str:
    """Compare the full tiles' roots of a chunk with the stored ones."""
    found = {(level, index + (start >> TILE_LEVELS * level)): root for level, index, root in full}
    for level in {level for level, _ in found}:
        indexes = [index for at, index in found if at == level]
        stored = dict(LogNode.objects.filter(level=level, index__in=indexes).values_list("index", "hash"))
        for index in sorted(indexes):
            if bytes(stored.get(index, b"")) != found[level, index]:
                return f"tile {level - 1}/{index}: its stored root is not that of its hashes"
    return ""


def _what_changed(changed: Sequence[tuple[int, int, bytes, bytes]]) -> str:
    position, record_id, leaf, placed = changed[0]
    for other, _, other_leaf, other_placed in changed[1:]:
        if other_leaf == placed and other_placed == leaf:
            return f"swapped pair: the records at positions {position} and {other} stand for each other"
    return f"record #{record_id} at position {position} was altered: its bytes do not give the leaf hash that was kept"


def _told(found: ChunkFound, fault: str) -> ChunkFound:
    return ChunkFound(found.start, found.end, found.peaks, fault)
