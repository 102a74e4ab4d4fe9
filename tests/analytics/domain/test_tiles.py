"""The addresses of tiles, as the public specification writes them."""

import pytest

from analytics.domain.tiles import Tile, parse_tile


@pytest.mark.parametrize(
    ("tile", "address"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 273, 112), "0/273.p/112"),
        (Tile(1, 1, 17), "1/001.p/17"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(63, 1000, 255), "63/x001/000.p/255"),
    ],
)
def test_an_address_and_its_tile(tile: Tile, address: str) -> None:
    assert tile.address == address
    assert parse_tile(address) == tile


@pytest.mark.parametrize(
    "address",
    ["", "0", "0/0", "0/1234", "00/000", "64/000", "0/x000/001", "0/000/001", "0/000.p/0", "0/000.p/256", "0/000.p/01",
     "0/000.p/", "entries/000", "0/x1234/067", "-1/000", "0/٠٠٠", "0/000\n"],
)  # fmt: skip
def test_what_is_written_otherwise_is_no_address(address: str) -> None:
    assert parse_tile(address) is None


def test_which_tiles_a_tree_has() -> None:
    """The example of the specification: a tree of 70,000."""
    has = [Tile(0, 272), Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    lacks = [Tile(0, 273), Tile(0, 273, 113), Tile(1, 1), Tile(1, 1, 18), Tile(2, 0, 2), Tile(3, 0, 1)]
    assert all(tile.is_in_tree_of(70_000) for tile in has)
    assert not any(tile.is_in_tree_of(70_000) for tile in lacks)
