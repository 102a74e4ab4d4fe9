"""The Merkle tree of RFC 9162 §2.1 with SHA-256: roots, inclusion and consistency proofs, and a tree that grows.

A leaf's hash is SHA-256(0x00 ‖ leaf), an inner node's SHA-256(0x01 ‖ left ‖ right); the prefixes keep a leaf from ever
being taken for a node. The left part of a tree of n leaves holds the largest power of two below n. Never edit what these
functions give: every head that was ever signed was taken by them.

Proofs are made from complete subtrees alone. A node (level, index) is the hash over the 2^level leaves from
index · 2^level on; whoever can fetch nodes (from a list, from tiles, from a table) can prove.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeAlias

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
TILE_LEVELS = 8  # a tile holds the hashes of 8 levels' leaves: 256 of them (C2SP tlog-tiles)
TILE_WIDTH = 1 << TILE_LEVELS

Range: TypeAlias = tuple[int, int]  # leaves [start, end)
FetchNode: TypeAlias = Callable[[int, int], bytes]


class OutOfTree(IndexError, ValueError):
    """An index or a size that this tree does not have."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf, 32 bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node over its two children's hashes."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves (their bytes, not their hashes). Without any leaf: SHA-256 of the empty string."""
    frontier = Frontier()
    frontier.extend(leaf_hash(leaf) for leaf in leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root, lowest first. Raises OutOfTree."""
    return Tree(leaves).inclusion_proof(index, len(leaves))


def consistency_proof(leaves: Sequence[bytes], size1: int) -> list[bytes]:
    """Return the hashes that show the tree of the first `size1` leaves inside the tree of all. Raises OutOfTree.

    Empty for size1 = 0 (every tree goes on from the empty one) and for size1 = all.
    """
    return Tree(leaves).consistency_proof(size1, len(leaves))


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes] | None, root: bytes) -> bool:
    """Say whether the leaf stands at `index` in the tree of this size and root (RFC 9162 §2.1.3.2). Never raises.

    proof: as `inclusion_proof` gives it; None (JSON's null) counts as empty.
    """
    hashes = _hashes(proof)
    if hashes is None or not (_is_hash(leaf_hash) and _is_hash(root) and _is_number(index) and _is_number(size)):
        return False
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf_hash
    for each in hashes:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(each, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, each)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes] | None) -> bool:
    """Say whether the tree (size2, root2) begins with all of the tree (size1, root1) (RFC 9162 §2.1.4.2). Never raises.

    Equal sizes: the roots must be equal and the proof empty. size1 = 0: root1 must be that of the empty tree and the
    proof empty; such a proof says nothing of root2. proof: None (JSON's null) counts as empty.
    """
    hashes = _hashes(proof)
    if hashes is None or not (_is_number(size1) and _is_number(size2)) or not 0 <= size1 <= size2:
        return False
    if not (isinstance(root1, bytes) and isinstance(root2, bytes)):
        return False
    if size1 == size2:
        return not hashes and root1 == root2
    if not (_is_hash(root1) and _is_hash(root2)):
        return False
    if size1 == 0:
        return not hashes and root1 == EMPTY_ROOT
    return bool(hashes) and _climb(size1, size2, root1, hashes) == (root1, root2)


def _climb(size1: int, size2: int, root1: bytes, hashes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return both roots as a consistency proof makes them, or None for a proof of the wrong length."""
    if size1 & (size1 - 1) == 0:
        hashes = [root1, *hashes]  # the old tree is one complete subtree: the proof leaves it out
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, each)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the leaves under each hash of an inclusion proof, lowest first. Raises OutOfTree."""
    if not 0 <= index < size:
        raise OutOfTree(f"no leaf {index} in a tree of {size}")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(size1: int, size2: int) -> list[Range]:
    """Return the leaves under each hash of a consistency proof, lowest first. Raises OutOfTree."""
    if not 0 <= size1 <= size2:
        raise OutOfTree(f"no tree of {size1} in a tree of {size2}")
    if size1 in {0, size2}:
        return []
    start, end, found, whole = 0, size2, [], True
    while size1 != end:
        middle = start + _split(end - start)
        if size1 <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, whole = middle, False
    if not whole:  # else the old tree is this very subtree, and its root is known
        found.append((start, end))
    return found[::-1]


def range_root(leaves: Range, node: FetchNode) -> bytes:
    """Return the hash over leaves [start, end) of a proof, made of complete subtrees."""
    start, end = leaves
    peaks = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return bagged(peaks)


def bagged(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees in order, the largest first; EMPTY_ROOT for none."""
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in peaks[-2::-1]:
        found = node_hash(peak, found)
    return found


def paired(row: Iterable[bytes]) -> list[bytes]:
    """Return the level above a level's hashes; a last one without a neighbour is left out."""
    pairs = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the roots of all complete subtrees over a tree's leaf hashes, level by level from the leaves on."""
    found = [list(hashes)]
    while len(found[-1]) > 1:
        found.append(paired(found[-1]))
    return found


def peaks_at(found: Sequence[Sequence[bytes]], size: int) -> list[bytes]:
    """Return the peaks of the first `size` leaves out of `levels` over at least so many."""
    return [found[bit][(size >> bit) - 1] for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a complete subtree over 2^k hashes."""
    return levels(hashes)[-1][0]


@dataclass(slots=True)
class Frontier:
    """A tree that grows: its size and the roots of its complete subtrees, the largest first. 32 bytes a level."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def extend(self, leaf_hashes: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Append leaves by their hashes; return each full tile's root that came about, as (tile level, index, hash).

        Tile level t ≥ 1 spans 256^t leaves.
        """
        row, first, level = list(leaf_hashes), self.size, 0
        full: list[tuple[int, int, bytes]] = []
        peaks: list[bytes] = []
        self.size += len(row)
        # A whole level at a time, which is quicker than leaf by leaf; `first` is the index of row[0] in its level.
        while row:
            if level and level % TILE_LEVELS == 0:
                full += [(level // TILE_LEVELS, first + at, node) for at, node in enumerate(row)]
            if first & 1:
                row.insert(0, self.peaks.pop())
                first -= 1
            if len(row) & 1:
                peaks.append(row.pop())
            row = paired(row)
            first, level = first >> 1, level + 1
        self.peaks += peaks[::-1]
        return full

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return bagged(self.peaks)


class Tree:
    """A whole tree in memory, for proofs between any of its sizes."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        """leaves: their bytes, not their hashes."""
        row = [leaf_hash(leaf) for leaf in leaves]
        self.size = len(row)
        self._rows = [row]
        while len(row) > 1:
            row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
            self._rows.append(row)

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree."""
        return self._rows[level][index]

    def root(self, size: int) -> bytes:
        """Return the root over the first `size` leaves. Raises OutOfTree."""
        self._must_have(size)
        return range_root((0, size), self.node)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return the proof of one leaf in the tree of the first `size` leaves. Raises OutOfTree."""
        self._must_have(size)
        return [range_root(each, self.node) for each in inclusion_ranges(index, size)]

    def consistency_proof(self, size1: int, size2: int) -> list[bytes]:
        """Return the proof between two sizes of this tree. Raises OutOfTree."""
        self._must_have(size2)
        return [range_root(each, self.node) for each in consistency_ranges(size1, size2)]

    def _must_have(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise OutOfTree(f"no tree of {size} in a tree of {self.size}")


def _split(size: int) -> int:
    """Return the largest power of two below `size`, for sizes of two and more."""
    return 1 << ((size - 1).bit_length() - 1)


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_BYTES


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _hashes(proof: object) -> list[bytes] | None:
    """Return the proof's hashes, or None for anything that is no list of them."""
    if proof is None:
        return []
    if not isinstance(proof, list | tuple) or not all(_is_hash(each) for each in proof):
        return None
    return list(proof)
