"""The State Council's yearly notices of days off that are shipped, one file a year."""

from functools import cache
from importlib.resources import files

import yaml

from lms.organisations.domain.notice_reading import read_notice
from lms.organisations.domain.working_days import Notice


@cache
def shipped_notices() -> tuple[Notice, ...]:
    """Return every shipped notice, the earliest year first."""
    found = sorted((file for file in files(__name__).iterdir() if file.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(read_notice(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in found)
