"""Where the tiles of a tree are found: the addresses of C2SP tlog-tiles, below a log's prefix."""

import re
from dataclasses import dataclass

from analytics.domain.merkle import TILE_LEVELS, TILE_WIDTH

HIGHEST_LEVEL = 63
_ADDRESS = re.compile(r"(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: level 0 holds leaf hashes, level l the roots of full tiles of level l − 1. width: 256, or less at the edge."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def address(self) -> str:
        """The tile's address after `tile/`.

        >>> Tile(0, 1234067).address, Tile(1, 0, 17).address
        ('0/x001/x234/067', '1/000.p/17')
        """
        digits = f"{self.index:03d}"
        digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"{self.level}/{path}{partial}"

    def is_in_tree_of(self, size: int) -> bool:
        """Say whether a tree of so many leaves has all of this tile."""
        return self.index * TILE_WIDTH + self.width <= size >> (TILE_LEVELS * self.level)


def parse_tile(address: str) -> Tile | None:
    """Return the tile of an address after `tile/`, or None for anything but the one way to write it."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    index = int(found[2].replace("x", "").replace("/", ""))
    tile = Tile(int(found[1]), index, int(found[3] or TILE_WIDTH))
    whole = tile.level <= HIGHEST_LEVEL and (found[3] is None or tile.width < TILE_WIDTH)
    return tile if whole and tile.address == address else None
