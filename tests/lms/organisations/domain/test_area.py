"""Areas as beginnings of codes, and the table of regions that they are beginnings of."""

import re

import pytest

from lms.organisations.domain.area import area_prefix, covers
from lms.organisations.domain.regions import all_regions


@pytest.mark.parametrize(
    ("watched", "region", "covered"),
    [
        ("100000", "500112", True),
        ("100000", "999900", True),
        ("500000", "500000", True),
        ("500000", "500243", True),
        ("500000", "510000", False),
        ("360100", "360100", True),
        ("360100", "361000", False),
        ("361000", "361000", True),
        ("361000", "361100", False),
        ("500112", "500113", False),
    ],
)
def test_an_area_covers_what_lies_in_it(watched: str, region: str, covered: bool) -> None:
    assert covers({area_prefix(watched)}, region) is covered


def test_no_area_covers_nothing() -> None:
    assert not covers(frozenset(), "500112")


def test_every_region_is_there_once_after_its_parent_and_inside_it() -> None:
    seen: set[str] = set()
    for entry in all_regions(fictional=True):
        assert re.fullmatch(r"\d{6}", entry.code)
        assert entry.code not in seen
        assert entry.parent_code == "" or entry.parent_code in seen
        assert entry.fictional or entry.parent_code == "" or covers({area_prefix(entry.parent_code)}, entry.code)
        seen.add(entry.code)


def test_the_regions_whose_rules_are_known_have_their_units() -> None:
    codes = [entry.code for entry in all_regions(fictional=False)]
    assert sum(code.startswith("50") for code in codes) == 1 + 38
    assert sum(code.startswith("36") for code in codes) == 1 + 11
    assert sum(code.startswith("65") for code in codes) == 1 + 15
    assert sum(code.endswith("0000") for code in codes) == 1 + 34


def test_the_fictional_region_is_only_there_when_asked_for() -> None:
    assert not any(entry.fictional for entry in all_regions(fictional=False))
    assert [entry.code for entry in all_regions(fictional=True) if entry.fictional] == ["999900"]
