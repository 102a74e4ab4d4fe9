"""Run as a script, confined: read a list that a stranger uploaded and write all its rows, one JSON value a line.

    python -I reader_child.py FILE OUT xlsx|csv ENCODING DELIMITER MOST_ROWS MOST_COLUMNS

Each visible sheet is a line {"name", "height"} and then a line [row number, cells] for each row that is not empty; a last line
{"more": true} when there are more than may be. A day is {"d": "2026-05-09"}. Ends with code 4 for a file that the reader cannot
open, 5 for one with a password. It imports nothing of ours.
"""

import csv
import datetime
import gc
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

LONGEST = 400  # characters of a cell
UNREADABLE, LOCKED = 4, 5
Rows = Iterable[tuple[int, list[Any]]]
_EMPTY = frozenset({None, ""})


def _workbook(path: str) -> Iterator[tuple[str, int, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    for facts in book.sheets_metadata:
        if facts.typ == SheetTypeEnum.WorkSheet and facts.visible == SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(facts.name)
            yield facts.name, sheet.total_height, sheet


def _sheet_rows(sheet: Any, most_columns: int) -> Rows:
    """Rows with their numbers. The reader leaves out the empty columns before the first cell (not the rows): they count here."""
    if sheet.start is None:
        return
    first_column = sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [None] * first_column + row[: most_columns - first_column]


def _csv_rows(file: IO[str], delimiter: str, most_columns: int) -> Rows:
    csv.field_size_limit(100_000)
    for number, row in enumerate(csv.reader(file, delimiter=delimiter), start=1):
        yield number, row[:most_columns]


def _plain(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    return str(value)


# Surrogates that a broken sheet may hold are escaped in ASCII, and refused later as characters of no name.
_spell = json.JSONEncoder(ensure_ascii=True, allow_nan=False, default=_plain, separators=(",", ":")).encode


def _filled(rows: Rows) -> Iterator[tuple[int, list[Any]]]:
    for number, row in rows:
        if not _EMPTY.issuperset(row):
            yield number, [cell[:LONGEST] if type(cell) is str else cell for cell in row]


def _write(out: IO[str], name: str, height: int, rows: Rows, most: int) -> None:
    out.write(_spell({"name": name, "height": height}) + "\n")
    filled = _filled(rows)
    out.writelines(f"{_spell(row)}\n" for row in islice(filled, most))
    if next(filled, None) is not None:
        out.write('{"more":true}\n')


def _run(out: IO[str], arguments: list[str]) -> None:
    path, _target, kind, encoding, delimiter, most, columns = arguments
    if kind == "csv":
        with open(path, encoding=encoding, newline="", errors="replace") as file:
            _write(out, "CSV", 0, _csv_rows(file, delimiter, int(columns)), int(most))
        return
    for name, height, sheet in _workbook(path):
        _write(out, name, height, _sheet_rows(sheet, int(columns)), int(most))


def main(arguments: list[str]) -> int:
    """Return the code to end with."""
    gc.disable()  # nothing here refers to itself; the collector would look at every row again and again
    with open(arguments[1], "w", encoding="ascii") as out:
        try:
            _run(out, arguments)
        except csv.Error:
            return UNREADABLE
        except Exception as error:
            if type(error).__name__ == "PasswordError":
                return LOCKED
            if isinstance(error, (ValueError, OSError, IndexError)) or "python_calamine" in type(error).__module__:
                return UNREADABLE
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
