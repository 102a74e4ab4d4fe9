"""Cells that no spreadsheet runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.spreadsheet import csv_line, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "　=1"])
def test_a_formula_is_shown_and_not_run(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "砖小明", "1+1", "a=b", "'=1", "{}", "  "])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=2, max_size=5))
def test_a_line_reads_back_as_the_safe_cells(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert read == [safe_cell(cell) for cell in cells]


def test_numbers_stay_numbers() -> None:
    assert csv_line([-5, "x"]) == "-5,x\r\n"
