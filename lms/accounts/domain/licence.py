"""What may be written about a post certificate: its number, its day, its region, and the rules its hours are judged by."""

import re
import unicodedata
from datetime import date

from lms.accounts.domain.provinces import PROVINCES
from lms.accounts.domain.refusals import BadLicence

FICTIONAL_REGIONS = "99"  # no province has this number: the demo region, whose hours are a minute long

# Continuing education belongs to the region that issued the certificate; where no rules of its own are known, the
# national ones apply. The rules themselves are lms.credit's.
_RULES_OF_REGION = {"50": "chongqing", "36": "jiangxi", "65": "xinjiang", "99": "demo"}

# The official coding rule (annex 1 of 建办人函〔2019〕384号) was never published: shape only, a short prefix in Han
# characters allowed as old certificates have it.
_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,6}[0-9A-Z\-]{8,32}")
_EARLIEST = date(1990, 1, 1)


def rule_set_of_region(region_code: str) -> str:
    """Return the code of the rule set by which certificates issued there are judged.

    >>> rule_set_of_region("500000"), rule_set_of_region("420000")
    ('chongqing', 'national')
    """
    return _RULES_OF_REGION.get(region_code[:2], "national")


def normalise_number(text: str) -> str:
    """Return the certificate number in half-width capitals without blanks."""
    if not text or _NUMBER.fullmatch(text):
        return text
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def check_licence(
    number: str, issued_on: date | None, region_code: str, *, today: date, fictional_allowed: bool
) -> None:
    """Raise BadLicence unless these may stand on one certificate; number as `normalise_number` gives it.

    issued_on None: the holder is a candidate, who has no number either; a number may be unknown.
    Codes, in the order in which they are looked for: number_shape, number_without_day, day_in_future, day_too_early,
    region_unknown.
    """
    if number and not _NUMBER.fullmatch(number):
        raise BadLicence("number_shape")
    if number and issued_on is None:
        raise BadLicence("number_without_day")
    if issued_on is not None and issued_on > today:
        raise BadLicence("day_in_future")
    if issued_on is not None and issued_on < _EARLIEST:
        raise BadLicence("day_too_early")
    if not (region_code[:2] + "0000" in PROVINCES or (fictional_allowed and region_code[:2] == FICTIONAL_REGIONS)):
        raise BadLicence("region_unknown")
