"""The list as it was uploaded, with a remark in each cell that is to be mended. Nothing in it runs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from analytics.domain.spreadsheet import safe_cell
from lms.enterprise.domain.roster_cells import Cell
from lms.enterprise.domain.roster_file import MOST_COLUMNS
from lms.enterprise.domain.rows import column_letter
from lms.enterprise.imports.workbook_parts import (
    BOLD,
    DAY,
    YELLOW,
    YELLOW_DAY,
    fixed_parts,
    remark_parts,
    sheet_end,
    sheet_head,
)

Remarks = Mapping[int, str]  # column from 0 → what is wrong there
MOST_REMARKS = 5_000  # beside cells: a sheet with more opens for minutes. The rest are yellow, and in the second sheet
_WIDTH = 20
_WIDENED = 26
_LONG_DIGITS = 12
_ROWS_AT_ONCE = 1_000
_QUICK = 1  # of zlib: a third of the time, a fifth more bytes
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February before it, which there never was
_ZERO_DAY = date(1899, 12, 30)
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEXED = re.compile("_(x[0-9A-Fa-f]{4}_)")  # programs read _x0041_ as A
# What must not be written as it is: marks of XML, what XML has not, signs of a formula, blanks at the ends, _x0041_.
_NOT_PLAIN = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|^[\\s=+\\-@＝＋－＠]|\\s$|_x[0-9A-Fa-f]{4}_")
_LETTERS = tuple(column_letter(at) for at in range(MOST_COLUMNS + 1))


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
    beside = dict(islice(_places(remarks), MOST_REMARKS))
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_QUICK) as book:
        parts = fixed_parts((_title(sheet), _title(words[0])), has_remarks=bool(beside))
        for name, text in (*parts.items(), *(remark_parts(beside).items() if beside else ())):
            book.writestr(name, text)
        lines = (_row(number, cells, remarks.get(number)) for number, cells in rows)
        _sheet(book, 1, lines, columns=min(width, _WIDENED), has_remarks=bool(beside))
        told = (_texts(number, line) for number, line in enumerate(list_of_remarks, start=2))
        _sheet(book, 2, (_texts(1, words[1:], BOLD), *told), columns=len(words) - 1)
    return out.getvalue()


def _sheet(book: ZipFile, number: int, lines: Iterable[str], *, columns: int, has_remarks: bool = False) -> None:
    remaining = iter(lines)
    with book.open(f"xl/worksheets/sheet{number}.xml", "w") as page:
        page.write(sheet_head(columns, _WIDTH).encode())
        while some := "".join(islice(remaining, _ROWS_AT_ONCE)):
            page.write(some.encode())
        page.write(sheet_end(has_remarks=has_remarks).encode())


def _row(number: int, cells: Sequence[Cell], remarks: Remarks | None) -> str:
    if remarks:
        places = range(max(len(cells), max(remarks) + 1))
        return _line(
            number,
            "".join(_cell(f"{_LETTERS[at]}{number}", cells[at] if at < len(cells) else None, at in remarks) for at in places),
        )  # fmt: skip
    return _line(
        number,
        "".join(
            # Most cells are plain text, and are not worth a call.
            f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            if type(cell) is str and cell and _NOT_PLAIN.search(cell) is None
            else _cell(f"{letter}{number}", cell, False)
            for letter, cell in zip(_LETTERS, cells, strict=False)
        ),
    )


def _line(number: int, cells: str) -> str:
    return f'<row r="{number}">{cells}</row>'


def _texts(number: int, texts: Sequence[str], style: int = 0) -> str:
    return _line(
        number, "".join(_text(f"{letter}{number}", text, style) for letter, text in zip(_LETTERS, texts, strict=False))
    )


def _cell(reference: str, cell: Cell, marked: bool) -> str:
    style = YELLOW if marked else 0
    if cell is None or cell == "":
        return f'<c r="{reference}" s="{style}"/>' if marked else ""
    if isinstance(cell, str):
        return _text(reference, cell, style)
    if isinstance(cell, bool):
        return f'<c r="{reference}" s="{style}" t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, date):
        day = cell.date() if isinstance(cell, datetime) else cell
        if day < _FIRST_DAY:
            return _text(reference, day.isoformat(), style)
        return f'<c r="{reference}" s="{YELLOW_DAY if marked else DAY}"><v>{(day - _ZERO_DAY).days}</v></c>'
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_LONG_DIGITS:
        cell = int(cell)
    return f'<c r="{reference}" s="{style}"><v>{cell!r}</v></c>'


def _text(reference: str, text: str, style: int) -> str:
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_written(safe_cell(text))}</t></is></c>'


def _written(text: str) -> str:
    """A text as XML takes it: what XML has no way to say is left out."""
    return escape(_HEXED.sub(r"_x005F_\1", _NOT_OF_XML.sub("", text)))


def _places(remarks: Mapping[int, Remarks]) -> Iterator[tuple[tuple[int, int, str], str]]:
    for number, found in sorted(remarks.items()):
        for at, text in sorted(found.items()):
            yield (number - 1, at, f"{_LETTERS[at]}{number}"), _written(text)


def _title(text: str) -> str:
    return "".join(c for c in _NOT_OF_XML.sub("", text) if c not in "[]:*?/\\'")[:31] or "Sheet"
