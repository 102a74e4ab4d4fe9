"""What may stand on a certificate, and whose rules it follows."""

from datetime import date

import pytest

from lms.accounts.domain.licence import check_licence, normalise_number, rule_set_of_region
from lms.accounts.domain.refusals import BadLicence

TODAY = date(2026, 5, 9)


@pytest.mark.parametrize(
    ("number", "issued_on", "region"),
    [
        ("0500202500001013", date(2025, 3, 10), "500000"),
        ("渝建-0500-1013-0001", date(2025, 3, 10), "500112"),
        ("0500202500001013", TODAY, "360100"),
        ("", None, "650000"),
        ("", date(2025, 3, 10), "110000"),
    ],
)
def test_a_certificate_as_they_are_passes(number: str, issued_on: date | None, region: str) -> None:
    check_licence(normalise_number(number), issued_on, region, today=TODAY, fictional_allowed=False)


@pytest.mark.parametrize(
    ("number", "issued_on", "region", "code"),
    [
        ("1234567", date(2025, 3, 10), "500000", "number_shape"),
        ("0500 2025/00001013", date(2025, 3, 10), "500000", "number_shape"),
        ("0500202500001013", None, "500000", "number_without_day"),
        ("0500202500001013", date(2026, 5, 10), "500000", "day_in_future"),
        ("0500202500001013", date(1989, 12, 31), "500000", "day_too_early"),
        ("0500202500001013", date(2025, 3, 10), "990000", "region_unknown"),
        ("0500202500001013", date(2025, 3, 10), "", "region_unknown"),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(number: str, issued_on: date | None, region: str, code: str) -> None:
    with pytest.raises(BadLicence) as refused:
        check_licence(normalise_number(number), issued_on, region, today=TODAY, fictional_allowed=False)
    assert refused.value.code == code


def test_the_region_of_the_demo_passes_only_there() -> None:
    check_licence("", None, "999900", today=TODAY, fictional_allowed=True)
    with pytest.raises(BadLicence):
        check_licence("", None, "999900", today=TODAY, fictional_allowed=False)


@pytest.mark.parametrize(
    ("region", "rules"),
    [
        ("500000", "chongqing"),
        ("500112", "chongqing"),
        ("360100", "jiangxi"),
        ("650000", "xinjiang"),
        ("999900", "demo"),
        ("420000", "national"),
    ],
)
def test_the_issuing_region_decides_the_rules(region: str, rules: str) -> None:
    assert rule_set_of_region(region) == rules


def test_a_number_has_one_written_form() -> None:
    assert normalise_number(" ０５００ abc ") == "0500ABC"
