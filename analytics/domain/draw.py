"""Drawing by lot so that nobody can choose, and anybody can draw again. Standard library only: the page hands this file out.

Before the draw three things are published: the hash of the list, how many are drawn, and the hash of a secret seed. The seed is
opened later, and mixed with the root of the learning log's first signed head after that, which nobody could know. Each entry's
lot is SHA-256 over both and the entry; the smallest lots are drawn.
"""

import json
import sys
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

DOMAIN = b"zhuxue draw 1\n"


def in_order(items: Iterable[str]) -> list[str]:
    """Return the list as it is hashed: each entry once, sorted by code points."""
    return sorted(set(items))


def list_hash(items: Iterable[str]) -> str:
    """Return SHA-256 over the entries, sorted, each ended by a line feed; hexadecimal."""
    return sha256("".join(f"{item}\n" for item in in_order(items)).encode()).hexdigest()


def seed_hash(seed: str) -> str:
    """Return what is published of a seed before it is opened. seed: hexadecimal, 32 bytes."""
    return sha256(DOMAIN + bytes.fromhex(seed)).hexdigest()


def drawn(items: Iterable[str], sample: int, seed: str, beacon: str) -> list[str]:
    """Return the entries drawn, in the order of their lots. beacon: root of the head, hexadecimal."""
    mixed = DOMAIN + bytes.fromhex(seed) + bytes.fromhex(beacon)
    return sorted(in_order(items), key=lambda item: (sha256(mixed + item.encode()).digest(), item))[:sample]


def first_wrong(told: Mapping[str, Any]) -> str:
    """Return the first thing that is wrong with a published draw, or ""."""
    items: Sequence[str] = told["items"]
    if list_hash(items) != told["list_hash"]:
        return "the list is not the one whose hash was published before the draw"
    if seed_hash(told["seed"]) != told["seed_hash"]:
        return "the seed is not the one whose hash was published before the draw"
    root = root_of(told["checkpoint"])
    if root != told["beacon"]:
        return "the beacon is not the root of the checkpoint"
    if drawn(items, told["sample"], told["seed"], told["beacon"]) != list(told["drawn"]):
        return "other entries were drawn than the lots say"
    return ""


def root_of(checkpoint: str) -> str:
    """Return the root in the third line of a signed checkpoint, hexadecimal. Check its signature by the log's verifier."""
    return b64decode(checkpoint.split("\n")[2]).hex()


def main(arguments: Sequence[str]) -> int:
    """verify_draw.py PUBLISHED.json: 0 when the draw can be repeated with the same result, else 1 and why not."""
    if len(arguments) != 1:
        sys.stderr.write(f"{main.__doc__}\n")
        return 2
    with open(arguments[0], encoding="utf-8") as file:
        told = json.load(file)
    wrong = first_wrong(told)
    sys.stdout.write(f"WRONG: {wrong}\n" if wrong else "GOOD: " + ", ".join(told["drawn"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
