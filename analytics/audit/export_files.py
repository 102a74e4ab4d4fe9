"""From pieces to one file: CSV, XLSX, Parquet or PDF, without ever holding more than a piece in memory (a PDF is bounded)."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from analytics.audit.paper import MARGIN, numbered
from analytics.domain.sentence import words
from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line, safe_cell

Cells = list[str | int]
COLUMNS = (
    "id", "recorded_at", "happened_at", "kind", "kind_label", "sentence", "actor_id", "actor", "learner_id", "learner",
    "subject", "subject_name", "sealed", "leaf_hash", "verdict",
)  # fmt: skip
_NUMBERS = {"id", "actor_id", "learner_id"}
_LONGEST_CELL = 32_767  # characters; Excel calls a file with more in one cell damaged
_SHEET = "records"
# Widths in characters of a workbook's columns, in the order of COLUMNS.
_WIDTHS = (18, 25, 25, 28, 18, 70, 10, 14, 10, 14, 38, 40, 60, 66, 24)
_NUMBER, _AT, _KIND = COLUMNS.index("id"), COLUMNS.index("happened_at"), COLUMNS.index("kind_label")
_SENTENCE, _HASH = COLUMNS.index("sentence"), COLUMNS.index("leaf_hash")


def write_csv(into: Path, heading: Cells, rows: Iterable[Cells]) -> None:
    """Write the file of a spreadsheet's import."""
    with into.open("w", encoding="utf-8", newline="") as file:
        file.write(BYTE_ORDER_MARK)
        file.write(csv_line(heading))
        file.writelines(csv_line(row) for row in rows)


def write_xlsx(into: Path, heading: Cells, rows: Iterable[Cells]) -> None:
    """Write a workbook of one sheet, its heading always in sight.

    Text stays text: no cell is a formula, whatever it begins with.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    names = [WriteOnlyCell(sheet, value=name) for name in heading]
    for name in names:
        name.font = Font(bold=True)
    sheet.append(names)
    for row in rows:
        sheet.append([cell if isinstance(cell, int) else _plain(cell) for cell in row])
    book.save(into)


def write_parquet(into: Path, rows: Iterable[Cells], scratch: Path) -> None:
    """Write columns for programs, under names that do not change with the language."""
    with scratch.open("w", encoding="utf-8") as file:
        for row in rows:
            told = {name: cell if cell != "" else None for name, cell in zip(COLUMNS, row, strict=True)}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    types = {name: "BIGINT" if name in _NUMBERS else "VARCHAR" for name in COLUMNS}
    read = f"SELECT * FROM read_json(?, format='newline_delimited', columns={types})"  # noqa: S608 — names of our own
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({read}) TO '{_quoted(into)}' (FORMAT parquet)", [str(scratch)])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a report says besides its records. about: lines under the title. font: registered with reportlab."""

    title: str
    about: tuple[str, ...]
    font: str
    language: str


def write_pdf(into: Path, sheet: Sheet, rows: Iterable[Cells], *, sign: Callable[[bytes], bytes]) -> None:
    """Write a report, a record a paragraph with its time, kind and fingerprint, and sign it."""
    font = sheet.font
    plain = ParagraphStyle("plain", fontName=font, fontSize=9, leading=13, wordWrap="CJK", spaceBefore=5)
    small = ParagraphStyle("small", parent=plain, fontSize=7, leading=10, textColor="#51606f", spaceBefore=0)
    about = ParagraphStyle("about", parent=small, fontSize=8.5, leading=13)
    head = ParagraphStyle("head", parent=plain, fontSize=16, leading=24, spaceAfter=4)

    def story() -> Iterator[Flowable]:
        yield Paragraph(escape(sheet.title), head)
        yield from (Paragraph(escape(line), about) for line in sheet.about)
        yield Spacer(1, 10)
        for row in rows:
            at = words("happened_at", row[_AT], language=sheet.language)
            yield KeepTogether(
                [
                    Paragraph(escape(str(row[_SENTENCE])), plain),
                    Paragraph(escape(f"{at} · {row[_KIND]} · #{row[_NUMBER]}"), small),
                    Paragraph(escape(str(row[_HASH])), small),
                ]
            )

    document = SimpleDocTemplate(
        str(into), pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=sheet.title, author="筑学", invariant=1,
    )  # fmt: skip
    document.build(list(story()), onFirstPage=numbered(font), onLaterPages=numbered(font))
    into.write_bytes(sign(into.read_bytes()))


def _plain(cell: str) -> str:
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", cell)[: _LONGEST_CELL - 1])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
