"""The shipped rule sets, one file a region, and the sources of their values. Read from here into the table once."""

from functools import cache
from importlib.resources import files

import yaml

from lms.credit.domain.inheritance import Node, resolve

# Parents first, so that whoever reads in this order never meets a child before its parent.
SHIPPED = ("national", "national_calendar_year", "chongqing", "jiangxi", "xinjiang", "demo", "demo_presence")


@cache
def shipped_files() -> dict[str, Node]:
    """Return each shipped file as written, by code."""
    return {code: _read(f"{code}.yaml") for code in SHIPPED}


def shipped(code: str) -> dict[str, object]:
    """Return one shipped rule set with its inherited leaves filled in and marked."""
    return resolve(code, shipped_files())


@cache
def sources() -> dict[str, dict[str, str]]:
    """Return short name and title, and number and url where there is one, of each source by its code."""
    rows = _read("sources.yaml")
    return {
        code: {str(key): str(value) for key, value in row.items()}
        for code, row in rows.items()
        if isinstance(row, dict)
    }


def _read(name: str) -> dict[str, object]:
    loaded = yaml.safe_load(files(__name__).joinpath(name).read_text(encoding="utf-8"))
    return {str(key): value for key, value in loaded.items()}
