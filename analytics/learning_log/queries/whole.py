"""Verifying the stored log, a chunk at a time, so that many processes can share the work.

A chunk is 2^CHUNK_LEVELS places from a multiple of that on. Its tree is a complete subtree of the whole, so the roots of
all heads follow from what the chunks give back, without reading anything twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from analytics.domain.evidence import Wrong
from analytics.domain.merkle import TILE_LEVELS, Frontier, bagged, paired
from analytics.domain.note import (
    BadNote,
    Checkpoint,
    VerifierKey,
    cosigned_at,
    opened,
    parse_key,
    parse_note,
    parse_signature,
)
from analytics.learning_log.models import Cosignature
from analytics.learning_log.queries import archived, packs, tree
from analytics.learning_log.queries.chunks import ChunkAsked, ChunkFound, check_chunk, wrong_node
from analytics.learning_log.signer import verify_quickly

CHUNK_LEVELS = 13
CHUNK = 1 << CHUNK_LEVELS
COSIGNATURES = 1_000  # so many are read at a time
# In one snapshot: every record has a place or waits for one, unless it was put in by hand.
COUNTS = """
SELECT (SELECT count(*) FROM analytics_logrecord), (SELECT count(*) FROM analytics_logposition),
    (SELECT count(*) FROM analytics_logarrival waits
     WHERE EXISTS (SELECT FROM analytics_logrecord WHERE id = waits.record_id)
         AND NOT EXISTS (SELECT FROM analytics_logposition placed WHERE placed.record_id = waits.record_id))
"""


@dataclass(frozen=True, slots=True)
class WholeLog:
    """What was verified. archived: of the records, those that have left the tables, proved by the hashes that stayed."""

    records: int
    heads: int
    brought: int
    size: int
    waiting: int
    archived: int


Progress = Callable[[int, int], None]
Map = Callable[[Callable[[ChunkAsked], ChunkFound], Iterable[ChunkAsked]], Iterable[ChunkFound]]


def verify_whole(
    *, keys: Sequence[VerifierKey], brought: Sequence[str], start: int, run: Map, tell: Progress
) -> WholeLog:
    """Verify everything from position `start` on, and every head; raise Wrong with the first thing that is wrong.

    keys: by which heads must be signed; none = those that the heads name. brought: heads that left the house, as notes.
    run: `map`, or that of a pool of processes. tell: is given records checked and records in all.
    """
    # The heads before the size of the tree: it may grow meanwhile, and what is under a head has a place.
    signed, told = tree.head_sizes(), [_brought(note, keys) for note in brought]
    size = tree.tree_size()
    _must_cover(size, signed, told)
    first = start // CHUNK * CHUNK
    left = archived.state()
    sizes = sorted({*signed, *(checkpoint.size for checkpoint in told)})
    # A pool begins at once, and checks records while all is counted here and signatures are checked.
    chunks = run(check_chunk, _chunks(first, size, sizes, left.until))
    filed, placed, waiting = _counts()
    roots, heads = _roots(signed, keys, told)
    whole = _frontier_of_chunks(first)
    if first == 0:
        _must_agree(roots, 0, bagged([]), 0)
    good, gone, tops = 0, 0, list[bytes]()
    for chunk in chunks:
        if chunk.fault:
            raise Wrong(chunk.fault)
        for at, peaks in sorted(chunk.peaks.items()):
            _must_agree(roots, at, bagged([*whole.peaks, *peaks]), good)
            good = at if at in roots else good
        if chunk.end - chunk.start == CHUNK:
            whole.extend(chunk.peaks[chunk.end])
            tops += chunk.peaks[chunk.end]
        gone += chunk.archived
        tell(chunk.end - first, size - first)
    if fault := _wrong_above(first >> CHUNK_LEVELS, tops):
        raise Wrong(fault)
    if first == 0 and gone != left.records:
        raise Wrong(
            f"{gone} records with numbers below {left.until} are gone, and the log's own records tell of {left.records}"
            " that left for files"
        )
    # How many are gone is not to be told when part of the log was read.
    if (first or filed != placed - gone + waiting) and (loose := packs.unplaced().first()):
        raise Wrong(f"record #{loose} has no place in the tree and waits for none: it was put in by hand")
    return WholeLog(size - first, heads, len(brought), size, tree.waiting_count(), gone)


def _counts() -> tuple[int, int, int]:
    """Return how many records are filed, have a place, and wait for one."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        filed, placed, waiting = cursor.fetchone()
    return filed, placed, waiting


def _must_cover(size: int, signed: Sequence[int], told: Sequence[Checkpoint]) -> None:
    """Refuse a head that covers more records than have a place."""
    largest = max((checkpoint.size for checkpoint in told), default=0)
    if largest > size:
        raise Wrong(f"removed tail: {_left(largest)} covers records that are gone; {size} are left")
    if signed and signed[-1] > size:
        raise Wrong(f"removed tail: {_signed(signed[-1])} covers records that are gone; {size} are left")


def _roots(
    signed: Sequence[int], keys: Sequence[VerifierKey], told: Sequence[Checkpoint]
) -> tuple[dict[int, tuple[bytes, str]], int]:
    """Return the root that the tree must have at each head's size, and who says so; every signature is checked.

    signed: the sizes of the heads. Those that were signed later are left for the next time.
    """
    found: dict[int, tuple[bytes, str]] = {}
    above, last = 0, signed[-1] if signed else 0
    while above < last and (part := tree.heads(above=above)):
        for head in part:
            checkpoint = _opened(head.note, keys or [parse_key(head.verifier_key)], f"the head of {head.size}")
            if (checkpoint.size, checkpoint.root) != (head.size, head.root):
                raise Wrong(f"the head of {head.size}: its signed note tells another size or root")
            if head.size <= last:
                found[head.size] = head.root, _signed(head.size)
        above = part[-1].size
    heads = len(found)
    _check_cosignatures()
    for checkpoint in told:
        root, _ = found.get(checkpoint.size, (checkpoint.root, ""))
        if root != checkpoint.root:
            raise Wrong(f"forked head: the head of {checkpoint.size} that left the house has another root")
        found[checkpoint.size] = root, _left(checkpoint.size)
    return found, heads


def _signed(size: int) -> str:
    return f"the signed head of {size}"


def _left(size: int) -> str:
    return f"the head of {size} that left the house"


def _brought(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Return what a head says that left the house; without keys by the key of the newest head."""
    newest = None if keys else tree.latest_head()
    return _opened(note, keys or ([parse_key(newest.verifier_key)] if newest else []), "a head that left the house")


def _opened(note: str, keys: Sequence[VerifierKey], named: str) -> Checkpoint:
    try:
        return opened(note, keys, verify_quickly)
    except BadNote as bad:
        raise Wrong(f"{named}: {bad}") from None


def _check_cosignatures() -> None:
    """Check every cosignature, in the order in which they came. Three queries for a thousand of them."""
    above = 0
    while part := list(Cosignature.objects.filter(pk__gt=above).order_by("pk")[:COSIGNATURES]):
        heads = {head.size: head for head in tree.heads_of_sizes({row.head_size for row in part})}
        _check_against(heads, part)
        above = part[-1].pk


def _check_against(heads: Mapping[int, tree.Head], rows: Iterable[Cosignature]) -> None:
    for row in rows:
        head = heads.get(row.head_size)
        try:
            if head is None:
                raise BadNote("there is no such head")
            signature = parse_signature(row.line)
            cosigned_at(parse_note(head.note).text, signature, parse_key(row.verifier_key), verify_quickly)
        except BadNote as bad:
            raise Wrong(f"the cosignature of {row.witness} on the head of {row.head_size}: {bad}") from None


def _chunks(first: int, size: int, sizes: Sequence[int], archived_until: int) -> Iterator[ChunkAsked]:
    for start in range(first, size, CHUNK):
        end = min(start + CHUNK, size)
        yield ChunkAsked(start, end, tuple(at for at in sizes if start < at <= end), archived_until)


def _frontier_of_chunks(first: int) -> Frontier:
    """Return the tree of the chunks before `first`; its leaves are whole chunks."""
    return Frontier(first >> CHUNK_LEVELS, tree.TreeReader().peaks(first))


def _must_agree(roots: dict[int, tuple[bytes, str]], at: int, root: bytes, good: int) -> None:
    if at in roots and roots[at][0] != root:
        raise Wrong(
            f"the tree of the first {at} records is not that of {roots[at][1]}:"
            f" a record was rewritten, put in, taken out or moved at a position from {good} on"
        )


def _wrong_above(chunk: int, tops: list[bytes]) -> str:
    """Compare the stored roots of tiles that are as large as a chunk or larger; tops: the chunks' roots from `chunk` on."""
    row, index, level, full = tops, chunk, CHUNK_LEVELS, []
    while row:
        if level % TILE_LEVELS == 0 and level:
            full += [(level // TILE_LEVELS, index + at, node) for at, node in enumerate(row)]
        row, index = (row[1:], index + 1) if index & 1 else (row, index)
        row, index, level = paired(row), index >> 1, level + 1
    return wrong_node(0, full)
