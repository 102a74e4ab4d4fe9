"""Reading the tree: places, tiles, heads and proofs. A proof reads a few tiles, whatever the size of the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from analytics.domain.merkle import (
    TILE_LEVELS,
    TILE_WIDTH,
    FetchNode,
    OutOfTree,
    consistency_ranges,
    folded,
    inclusion_ranges,
    range_root,
)
from analytics.learning_log.models import Cosignature, LogArrival, LogNode, LogPosition, TreeHead
from analytics.learning_log.queries.bound import bound_cursor

SIZE_AND_HEAD = """
SELECT (SELECT position + 1 FROM analytics_logposition ORDER BY position DESC LIMIT 1), head.*
FROM (SELECT) AS always LEFT JOIN LATERAL (
    SELECT id, size, root, signed_at, note, verifier_key FROM analytics_treehead ORDER BY size DESC LIMIT 1
) head ON true
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in the tree. leaf_hash: of the bytes that it had when it got there."""

    position: int
    record_id: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head as it was published. note: the checkpoint with the log's signature, without cosignatures."""

    id: int
    size: int
    root: bytes
    signed_at: datetime
    note: str
    verifier_key: str
    cosignatures: tuple[str, ...] = ()

    @property
    def published(self) -> str:
        """The checkpoint with every signature there is."""
        return self.note + "".join(self.cosignatures)


class NothingSealed(LookupError):
    """No head has been signed yet: there is nothing to prove by."""


def tree_size() -> int:
    """Return how many records have a place. One query, by the primary key."""
    last = LogPosition.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def size_and_head() -> tuple[int, Head | None]:
    """Return how many records have a place, and the newest head, without cosignatures. One query."""
    with bound_cursor() as cursor:
        cursor.execute(SIZE_AND_HEAD)
        size, *head = cursor.fetchone()
    return size or 0, Head(*head) if head[0] is not None else None


def waiting_count(most: int = 100_000) -> int:
    """Count the records that wait for a place, but no further than `most`. One query."""
    return LogArrival.objects.order_by("record_id")[:most].count()


def place_of(record_id: int) -> Place | None:
    """Return a record's place, or None while it waits for one. One query."""
    row = LogPosition.objects.filter(record_id=record_id).first()
    return _place(row) if row else None


def places(start: int, end: int) -> tuple[Place, ...]:
    """Return the places [start, end) in order. One query."""
    return tuple(
        _place(row) for row in LogPosition.objects.filter(position__gte=start, position__lt=end).order_by("position")
    )


def places_of(record_ids: Iterable[int]) -> dict[int, Place]:
    """Return the places of these records; those that wait for one are left out. One query."""
    return {row.record_id: _place(row) for row in LogPosition.objects.filter(record_id__in=list(record_ids))}


def latest_head() -> Head | None:
    """Return the newest signed head, or None before the first. Two queries."""
    return _head(TreeHead.objects.order_by("-size").first())


def head_over(position: int) -> Head | None:
    """Return the first head that covers a position, or None when none does yet. Two queries."""
    return _head(TreeHead.objects.filter(size__gt=position).order_by("size").first())


def head_of_size(size: int) -> Head | None:
    """Return the head of a tree of this size, or None when none was signed. Two queries."""
    return _head(TreeHead.objects.filter(size=size).first())


def heads(*, above: int = 0, limit: int = 10_000) -> tuple[Head, ...]:
    """Return heads of trees larger than `above`, smallest first. Two queries."""
    return _with_cosignatures(TreeHead.objects.filter(size__gt=above).order_by("size")[:limit])


def head_sizes() -> tuple[int, ...]:
    """Return the sizes of all trees that have a head, smallest first. One query."""
    return tuple(TreeHead.objects.order_by("size").values_list("size", flat=True))


def heads_of_sizes(sizes: Iterable[int]) -> tuple[Head, ...]:
    """Return the heads of trees of these sizes, smallest first. Two queries."""
    return _with_cosignatures(TreeHead.objects.filter(size__in=list(sizes)).order_by("size"))


def tile(level: int, index: int, width: int = TILE_WIDTH) -> bytes | None:
    """Return the hashes of a tile (C2SP tlog-tiles), one after another, or None when they are not all there. One query."""
    start = index * TILE_WIDTH
    found = _hashes(level, start, start + width)
    return b"".join(found) if len(found) == width else None


class TreeReader:
    """Proofs of the stored tree. Keeps the tiles it has read: a query for each tile, about one for 8 levels of a proof."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def inclusion_proof(self, position: int, size: int) -> list[bytes]:
        """Return the proof of one place in the tree of `size`. Raises OutOfTree, also for a tree larger than the log."""
        return self._proof(inclusion_ranges(position, size))

    def consistency_proof(self, size1: int, size2: int) -> list[bytes]:
        """Return the proof that the tree of size2 begins with that of size1. Raises OutOfTree."""
        return self._proof(consistency_ranges(size1, size2))

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves. Raises OutOfTree."""
        return range_root((0, size), self.node)

    def peaks(self, size: int) -> list[bytes]:
        """Return the roots of the complete subtrees of the first `size` leaves, the largest first. Raises OutOfTree."""
        levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
        return [self.node(level, (size >> level) - 1) for level in levels]

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree of 2^level leaves. Raises OutOfTree."""
        tile_level, above = divmod(level, TILE_LEVELS)
        first = index << above
        hashes = self._tile(tile_level, first // TILE_WIDTH)[first % TILE_WIDTH :][: 1 << above]
        if len(hashes) != 1 << above:
            raise OutOfTree(f"no subtree {index} of 2^{level} leaves")
        return folded(hashes)

    def _tile(self, level: int, index: int) -> tuple[bytes, ...]:
        if (level, index) not in self._tiles:
            self._tiles[level, index] = _hashes(level, index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        return self._tiles[level, index]

    def _proof(self, ranges: Iterable[tuple[int, int]]) -> list[bytes]:
        fetch: FetchNode = self.node
        return [range_root(each, fetch) for each in ranges]


def _hashes(level: int, start: int, end: int) -> tuple[bytes, ...]:
    """Return the hashes [start, end) of one level of tiles, as far as they follow each other without a gap."""
    rows: Iterable[tuple[int, bytes | memoryview]]
    if level == 0:
        rows = (
            LogPosition.objects.filter(position__gte=start, position__lt=end)
            .order_by("position")
            .values_list("position", "leaf_hash")
        )
    else:
        rows = (
            LogNode.objects.filter(level=level, index__gte=start, index__lt=end)
            .order_by("index")
            .values_list("index", "hash")
        )
    found = [bytes(each) for at, (number, each) in enumerate(rows) if number == start + at]
    return tuple(found)


def _place(row: LogPosition) -> Place:
    return Place(position=row.position, record_id=row.record_id, leaf_hash=bytes(row.leaf_hash))


def _head(row: TreeHead | None) -> Head | None:
    return None if row is None else _with_cosignatures([row])[0]


def _with_cosignatures(rows: Iterable[TreeHead]) -> tuple[Head, ...]:
    found = list(rows)
    lines: dict[int, list[str]] = {}
    signed = Cosignature.objects.filter(head_size__in=[row.size for row in found]).order_by("id")
    for size, line in signed.values_list("head_size", "line"):
        lines.setdefault(size, []).append(line)
    return tuple(
        Head(
            id=row.pk,
            size=row.size,
            root=bytes(row.root),
            signed_at=row.signed_at,
            note=row.note,
            verifier_key=row.verifier_key,
            cosignatures=tuple(lines.get(row.size, ())),
        )
        for row in found
    )
