"""The engine against the table of worked cases."""

from pathlib import Path

import pytest

from tests.lms.credit.domain.cases import Case, cases

VECTORS = Path(__file__).parents[3] / "vectors" / "credit_cases.yaml"


@pytest.mark.parametrize("case", cases(VECTORS), ids=lambda case: case.name)
def test_worked_case(case: Case) -> None:
    assert case.found == case.expected
