"""Areas as prefixes of GB/T 2260 codes: whoever watches over 360000 watches over every code that begins with 36."""

from collections.abc import Iterable

NATION = "100000"


def area_prefix(region_code: str) -> str:
    """Return the shortest beginning that all codes inside the region share; "" for the whole country.

    >>> [area_prefix(code) for code in ("100000", "500000", "360100", "500112")]
    ['', '50', '3601', '500112']
    """
    if region_code == NATION:
        return ""
    prefix = region_code
    while prefix.endswith("00"):
        prefix = prefix[:-2]
    return prefix


def covers(area: Iterable[str], region_code: str) -> bool:
    """Say whether a region lies in the area, given as prefixes; an area without prefixes covers nothing."""
    return any(region_code.startswith(prefix) for prefix in area)
