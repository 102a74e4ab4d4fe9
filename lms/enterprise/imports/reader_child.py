"""Run as a script, confined: read a list that a stranger uploaded and write its rows, one JSON array a line.

    python -I reader_child.py look FILE OUT xlsx|csv ENCODING DELIMITER
    python -I reader_child.py rows FILE OUT xlsx|csv ENCODING DELIMITER SHEET MOST_ROWS MOST_COLUMNS

`look` writes one line a sheet: its name, how many rows it has, and the first rows. `rows` writes [row number, cells] of
each row that is not empty. A day is {"d": "2026-05-09"}. Ends with code 3 when there are more rows than may be, 4 for a
file that the reader cannot open, 5 for one with a password. It imports nothing of ours.
"""

import csv
import datetime
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

HEAD_ROWS = 40
LONGEST = 400  # characters of a cell
TOO_MANY, UNREADABLE, LOCKED = 3, 4, 5
Rows = Iterable[tuple[int, list[Any]]]


class TooMany(Exception):
    """More rows than may be read."""


def _workbook(path: str) -> list[tuple[str, int, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    names = [
        facts.name
        for facts in book.sheets_metadata
        if facts.typ == SheetTypeEnum.WorkSheet and facts.visible == SheetVisibleEnum.Visible
    ]
    sheets = [(name, book.get_sheet_by_name(name)) for name in names]
    return [(name, sheet.total_height, sheet) for name, sheet in sheets]


def _sheet_rows(sheet: Any, most_columns: int) -> Rows:
    """Rows with their numbers. The reader leaves out the empty columns before the first cell (not the rows): they count here."""
    if sheet.start is None:
        return
    first_column = sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [None] * first_column + list(row[: most_columns - first_column])


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


def _filled(rows: Rows) -> Iterator[tuple[int, list[Any]]]:
    for number, row in rows:
        if any(cell not in {None, ""} for cell in row):
            yield number, [cell[:LONGEST] if isinstance(cell, str) else cell for cell in row]


def _write(out: IO[str], what: object) -> None:
    # Surrogates that a broken sheet may hold are escaped in ASCII, and refused later as characters of no name.
    out.write(json.dumps(what, ensure_ascii=True, default=_plain, allow_nan=False) + "\n")


def _look(out: IO[str], name: str, height: int, rows: Rows) -> None:
    _write(out, [name, height, list(islice(_filled(rows), HEAD_ROWS))])


def _rows(out: IO[str], rows: Rows, most: int) -> None:
    for count, (number, row) in enumerate(_filled(rows), start=1):
        if count > most:
            raise TooMany
        _write(out, [number, row])


def _run(out: IO[str], arguments: list[str]) -> None:
    deed, path, _target, kind, encoding, delimiter, *rest = arguments
    most_columns = int(rest[2]) if rest else 200
    if kind == "csv":
        with open(path, encoding=encoding, newline="", errors="replace") as file:
            rows = _csv_rows(file, delimiter, most_columns)
            _look(out, "CSV", 0, rows) if deed == "look" else _rows(out, rows, int(rest[1]))
        return
    for name, height, sheet in _workbook(path):
        if deed == "look":
            _look(out, name, height, _sheet_rows(sheet, most_columns))
        elif name == rest[0]:
            _rows(out, _sheet_rows(sheet, most_columns), int(rest[1]))


def main(arguments: list[str]) -> int:
    """Return the code to end with."""
    with open(arguments[2], "w", encoding="ascii") as out:
        try:
            _run(out, arguments)
        except TooMany:
            return TOO_MANY
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
