"""Checking one chunk of the stored log: its records, columns, places and tiles. Chunks are what processes share."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256

from django.db import connection, transaction
from psycopg import DataError

from analytics.domain.merkle import TILE_LEVELS, Frontier, levels, peaks_at
from analytics.domain.record import first_fault
from analytics.learning_log.queries import blocks
from analytics.learning_log.queries.blocks import Filed, Hashed, Placed, PlacedBlock
from analytics.learning_log.queries.filed import find_record


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
    placed = blocks.placed_block(asked.start, asked.end)
    try:
        with _point_to_return_to():
            whole = _whole_chunk(asked, placed, blocks.filed_hashes(placed.numbers))
    except DataError:  # bytes that are no JSON
        whole = None
    return whole or _first_fault(asked)


def _whole_chunk(asked: ChunkAsked, placed: PlacedBlock, filed: Sequence[Hashed]) -> ChunkFound | None:
    """Return what a chunk gives in which nothing is wrong and nothing is gone; None for any other. Whole lists at a time."""
    if not placed.stand_at(asked.start, asked.end) or not all(row[3] for row in filed):
        return None
    if [row[0] for row in filed] != placed.numbers:  # who committed late has a place after those with larger numbers
        by_number = {row[0]: row for row in filed}
        filed = [by_number[number] for number in placed.numbers if number in by_number]
    leaves = [row[2] for row in filed]
    if leaves != [row[1] for row in filed] or b"".join(leaves) != placed.leaves:
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


def _first_fault(asked: ChunkAsked) -> ChunkFound:
    """Go through a chunk row by row: name the first thing that is wrong, or count what has left for files."""
    found, rows = ChunkFound(asked.start, asked.end, {}, ""), _joined(*_rows(asked))
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


def _rows(asked: ChunkAsked) -> tuple[list[Placed], list[Filed]]:
    placed = blocks.placed_rows(asked.start, asked.end)
    numbers = [number for _, number, _ in placed]
    try:
        with _point_to_return_to():
            return placed, blocks.filed_rows(numbers, compared=True)
    except DataError:  # the slow way finds out whose
        return placed, blocks.filed_rows(numbers, compared=False)


def _point_to_return_to() -> AbstractContextManager[None]:
    """Return a savepoint within a transaction; alone, a question needs none."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


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
    for level in sorted({level for level, _ in found}):
        indexes = sorted(index for at, index in found if at == level)
        stored = blocks.nodes(level, indexes[0], indexes[-1])
        for index in indexes:
            if stored.get(index) != found[level, index]:
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
