"""The Merkle tree: answers printed in public, a naive tree beside it, and every proof of every small tree."""

import base64
import random
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain import merkle
from analytics.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    OutOfTree,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots that implementations of RFC 6962 and 9162 have tested each other with since 2013.
KNOWN_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LARGEST = 1025


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]) as the RFC defines it, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of §2.1.3.1."""
    if len(leaves) <= 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of §2.1.4.1."""
    if m == len(leaves):
        return [] if known else [naive_root(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], known), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def leaves_of(count: int) -> list[bytes]:
    return [str(number).encode() for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots(size: int) -> None:
    assert root(KNOWN_LEAVES[:size]).hex() == KNOWN_ROOTS[size]
    assert Tree(KNOWN_LEAVES).root(size).hex() == KNOWN_ROOTS[size]


def test_the_known_proofs() -> None:
    """The paths of §2.1.5 (seven leaves d0 … d6), by the letters that the RFC gives the nodes."""
    d = leaves_of(7)
    a, b, c, d_, e, f, j = (leaf_hash(leaf) for leaf in d)
    g, h, i = node_hash(a, b), node_hash(c, d_), node_hash(e, f)
    k, top = node_hash(g, h), node_hash(i, j)
    assert root(d) == node_hash(k, top)
    assert inclusion_proof(d, 0) == [b, h, top]
    assert inclusion_proof(d, 3) == [c, g, top]
    assert inclusion_proof(d, 4) == [f, j, k]
    assert inclusion_proof(d, 6) == [i, k]
    assert consistency_proof(d, 3) == [c, d_, g, top]
    assert consistency_proof(d, 4) == [top]
    assert consistency_proof(d, 6) == [i, j, k]


def test_every_root_of_every_small_tree() -> None:
    leaves = leaves_of(LARGEST)
    tree, frontier = Tree(leaves), Frontier()
    for size in range(LARGEST + 1):
        assert tree.root(size) == frontier.root()
        if size < 130 or size in {255, 256, 257, 511, 512, 513, 1023, 1024, 1025}:
            assert tree.root(size) == naive_root(leaves[:size]) == root(leaves[:size])
        if size < LARGEST:
            frontier.extend([leaf_hash(leaves[size])])


def test_every_inclusion_proof_of_every_small_tree() -> None:
    tree = Tree(leaves_of(LARGEST))
    for size in range(1, LARGEST + 1):
        top = tree.root(size)
        for index in range(size):
            proof = tree.inclusion_proof(index, size)
            assert verify_inclusion(tree.node(0, index), index, size, proof, top)
            assert len(proof) <= (size - 1).bit_length()


def test_every_consistency_proof_of_every_small_tree() -> None:
    tree = Tree(leaves_of(LARGEST))
    roots = [tree.root(size) for size in range(LARGEST + 1)]
    for size2 in range(LARGEST + 1):
        for size1 in range(size2 + 1):
            proof = tree.consistency_proof(size1, size2)
            assert verify_consistency(size1, size2, roots[size1], roots[size2], proof)


@given(st.lists(st.binary(max_size=40), max_size=70), st.data())
def test_proofs_are_those_of_the_definition(leaves: list[bytes], data: st.DataObject) -> None:
    assert root(leaves) == naive_root(leaves)
    size1 = data.draw(st.integers(0, len(leaves)))
    proof = consistency_proof(leaves, size1)
    assert proof == (naive_subproof(size1, leaves, True) if size1 > 0 else [])
    assert verify_consistency(size1, len(leaves), root(leaves[:size1]), root(leaves), proof)
    if leaves:
        index = data.draw(st.integers(0, len(leaves) - 1))
        assert inclusion_proof(leaves, index) == naive_path(index, leaves)


@given(st.integers(1, 300), st.data())
def test_a_proof_that_differs_anywhere_is_refused(size: int, data: st.DataObject) -> None:
    tree = Tree(leaves_of(size + 1))
    top, index = tree.root(size), data.draw(st.integers(0, size - 1))
    leaf, proof = tree.node(0, index), tree.inclusion_proof(index, size)
    for wrong in spoilt(proof):
        assert not verify_inclusion(leaf, index, size, wrong, top)
    assert not verify_inclusion(leaf, index, size, proof, tree.root(size + 1))
    assert not verify_inclusion(tree.node(0, size), index, size, proof, top)
    for other in {index + 1, index - 1, size} - {index}:
        assert not verify_inclusion(leaf, other, size, proof, top)


@given(st.integers(2, 300), st.data())
def test_a_consistency_proof_that_differs_anywhere_is_refused(size2: int, data: st.DataObject) -> None:
    tree = Tree(leaves_of(size2))
    size1 = data.draw(st.integers(1, size2 - 1))
    root1, root2, proof = tree.root(size1), tree.root(size2), tree.consistency_proof(size1, size2)
    for wrong in spoilt(proof):
        assert not verify_consistency(size1, size2, root1, root2, wrong)
    assert not verify_consistency(size1, size2, root2, root1, proof)
    assert not verify_consistency(size2, size1, root1, root2, proof)
    assert not verify_consistency(size1, size2, flipped(root1), root2, proof)
    assert not verify_consistency(size1, size2, root1, flipped(root2), proof)


def spoilt(proof: list[bytes]) -> list[list[bytes]]:
    """Every proof that is not this one by little: a bit, one hash more, one less, two changed about."""
    found = [[*proof[:at], flipped(each), *proof[at + 1 :]] for at, each in enumerate(proof)]
    found += [[*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof]]
    found += [proof[1:], proof[:-1]] if proof else []
    return found + ([[proof[1], proof[0], *proof[2:]]] if len(proof) > 1 else [])


def flipped(value: bytes) -> bytes:
    at = random.randrange(len(value))  # noqa: S311 — not a secret
    return value[:at] + bytes([value[at] ^ 16]) + value[at + 1 :]


def test_the_empty_tree_and_equal_sizes() -> None:
    leaves = leaves_of(5)
    top = root(leaves)
    assert root([]) == EMPTY_ROOT == sha256(b"").digest()
    assert consistency_proof(leaves, 0) == consistency_proof(leaves, 5) == consistency_proof([], 0) == []
    assert verify_consistency(0, 5, EMPTY_ROOT, top, [])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert verify_consistency(5, 5, top, top, [])
    assert not verify_consistency(0, 5, top, top, [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, top, [top])
    assert not verify_consistency(5, 5, top, flipped(top), [])
    assert not verify_consistency(5, 5, top, top, [top])
    assert not verify_consistency(4, 5, root(leaves[:4]), top, [])
    assert not verify_inclusion(leaf_hash(b""), 0, 0, [], EMPTY_ROOT)
    assert verify_inclusion(leaf_hash(b"x"), 0, 1, [], root([b"x"]))


@pytest.mark.parametrize("index", [-1, 3, 99])
def test_what_is_not_in_the_tree_cannot_be_proved(index: int) -> None:
    with pytest.raises(OutOfTree):
        inclusion_proof(leaves_of(3), index)
    with pytest.raises(OutOfTree):
        consistency_proof(leaves_of(3), index if index < 0 else index + 1)
    with pytest.raises(IndexError):
        inclusion_proof([], 0)


GARBAGE: tuple[object, ...] = (
    None,
    "",
    "text",
    b"",
    b"short",
    -1,
    2**70,
    1.5,
    True,
    [None],
    [b"x"],
    ["a" * 32],
    {},
    object(),
    [b"\0" * 32],
)


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_verifiers_say_no_to_garbage_and_never_raise(garbage: object) -> None:
    leaves = leaves_of(6)
    inclusion: list[Any] = [leaf_hash(leaves[2]), 2, 6, inclusion_proof(leaves, 2), root(leaves)]
    consistency: list[Any] = [3, 6, root(leaves[:3]), root(leaves), consistency_proof(leaves, 3)]
    doors: list[tuple[list[Any], Callable[..., bool]]] = [
        (inclusion, verify_inclusion),
        (consistency, verify_consistency),
    ]
    for good, verify in doors:
        assert verify(*good)
        for at in range(5):
            assert verify(*good[:at], garbage, *good[at + 1 :]) is False


def test_a_proof_that_json_calls_null_is_an_empty_one() -> None:
    assert verify_inclusion(leaf_hash(b""), 0, 1, None, root([b""]))
    assert verify_consistency(1, 1, root([b""]), root([b""]), None)


def test_a_frontier_tells_the_tiles_that_became_full() -> None:
    leaves = leaves_of(256 * 256 + 300)
    frontier, at, full = Frontier(), 0, []
    while at < len(leaves):
        step = random.randrange(1, 2000)  # noqa: S311 — not a secret
        full += frontier.extend(leaf_hash(leaf) for leaf in leaves[at : at + step])
        at += step
    tree = Tree(leaves)
    assert frontier.size == len(leaves) and frontier.root() == tree.root(len(leaves))
    assert [(level, index) for level, index, _ in full if level == 1] == [(1, n) for n in range(257)]
    assert [(level, index) for level, index, _ in full if level == 2] == [(2, 0)]
    assert all(found == tree.node(8 * level, index) for level, index, found in full)
    assert merkle.folded([leaf_hash(leaf) for leaf in leaves[:256]]) == full[0][2]


def test_a_known_head_of_a_public_log_has_the_form_of_ours() -> None:
    """The root that other tools print for the eight known leaves, in the base64 of checkpoints."""
    assert base64.b64encode(root(KNOWN_LEAVES)).decode() == "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
