"""The list as it was uploaded, with a remark in each cell that is to be mended; and the empty template. Nothing in them runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from analytics.domain.spreadsheet import safe_cell
from lms.enterprise.domain.roster_cells import Cell

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Remarks = Mapping[int, str]  # column from 0 → what is wrong there
_YELLOW = PatternFill("solid", fgColor="FFF3D6")
_BOLD = Font(bold=True)
_TEXT = "@"  # long numbers stay as they are typed
_WIDTH = 20
_LONG_DIGITS = 12


def corrected(
    rows: Iterable[tuple[int, Sequence[Cell]]],
    remarks: Mapping[int, Remarks],
    *,
    sheet: str,
    width: int,
    words: Sequence[str],
    list_of_remarks: Iterable[Sequence[str]],
) -> bytes:
    """Return a workbook with the same rows at the same numbers, remarks as comments on yellow, and all remarks in a second sheet.

    words: title of the second sheet, then its headings. Texts that a spreadsheet would run are made harmless.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(_title(sheet))
    _widen(page, width)
    at = 0
    for number, cells in rows:
        while at + 1 < number:
            page.append([])
            at += 1
        found = remarks.get(number)
        page.append(_marked(page, cells, found) if found else [_harmless(cell) for cell in cells])
        at = number
    second = book.create_sheet(_title(words[0]))
    _widen(second, 5)
    second.append([_bold(second, word) for word in words[1:]])
    for line in list_of_remarks:
        second.append([safe_cell(text) for text in line])
    return _saved(book)


def template(
    headings: Sequence[str],
    examples: Sequence[Sequence[str]],
    *,
    sheet: str,
    notes: Sequence[str],
    posts: Sequence[str],
) -> bytes:
    """Return the empty list with two rows as examples, and a second sheet of explanations with the names of all posts.

    Every cell of the first thousand rows is text, so that no number loses its last digits.
    """
    book = Workbook()
    page = book.active
    if page is None:
        raise RuntimeError("a new workbook has a sheet")
    page.title = _title(sheet)
    for at, heading in enumerate(headings, start=1):
        page.cell(1, at, heading).font = _BOLD
        page.column_dimensions[get_column_letter(at)].width = _WIDTH
        page.column_dimensions[get_column_letter(at)].number_format = _TEXT
        for row in range(2, 1002):
            page.cell(row, at).number_format = _TEXT
    for row, example in enumerate(examples, start=2):
        for at, text in enumerate(example, start=1):
            page.cell(row, at, text)
    page.freeze_panes = "A2"
    second = book.create_sheet(_title(notes[0]))
    second.column_dimensions["A"].width = 70
    for text in (*notes[1:], *posts):
        second.append([text])
    return _saved(book)


def _marked(page: WriteOnlyWorksheet, cells: Sequence[Cell], remarks: Remarks) -> Iterator[object]:
    width = max(len(cells), max(remarks) + 1)
    for at in range(width):
        value = _harmless(cells[at]) if at < len(cells) else None
        if at not in remarks:
            yield value
            continue
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time.min)
        cell = WriteOnlyCell(page, value="" if value is None else value)
        cell.fill = _YELLOW
        cell.comment = Comment(remarks[at], "筑学", height=90, width=260)
        yield cell


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_LONG_DIGITS:
        return int(cell)
    return cell


def _bold(page: WriteOnlyWorksheet, text: str) -> object:
    cell = WriteOnlyCell(page, value=text)
    cell.font = _BOLD
    return cell


def _widen(page: Any, columns: int) -> None:  # the stubs of a write-only sheet have no dimensions
    for at in range(min(columns, 26)):
        page.column_dimensions[chr(ord("A") + at)].width = _WIDTH


def _title(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31] or "Sheet"


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
