"""A sheet of rows about training, read cell by cell: what can be understood, and each mistake with its row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

Cell = object  # whatever a spreadsheet holds: text, number, truth, day
MOST_ROWS = 2_000
MOST_HOURS = Fraction(8)  # of one day: more is a mistake, or several days
COLUMNS = {
    "name": ("姓名", "name"),
    "document": ("证件号码", "身份证号", "id number"),
    "day": ("培训日期", "日期", "date"),
    "title": ("培训内容", "内容", "training"),
    "hours": ("学时", "hours"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person's training on one day. number: of the row in the sheet, as people count (the head is 1)."""

    number: int
    name: str
    document: str
    day: date
    title: str
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one cell. column: its letter, "" for the whole row. code: of lms.enterprise.sentences."""

    row: int
    column: str
    code: str


def read_rows(sheet: Sequence[Sequence[Cell]], *, today: date) -> tuple[tuple[Row, ...], tuple[Mistake, ...]]:
    """Return the rows of a sheet and its mistakes. The first row names the columns, in any order; empty rows are skipped.

    Mistakes: empty_sheet, column_missing, too_many_rows, no_name, no_document, no_day, future_day, no_title, bad_hours,
    row_twice.
    """
    if not sheet:
        return (), (Mistake(1, "", "empty_sheet"),)
    places = _places(sheet[0])
    if missing := [name for name in COLUMNS if name not in places]:
        return (), tuple(Mistake(1, "", f"column_missing:{COLUMNS[name][0]}") for name in missing)
    rows: list[Row] = []
    mistakes: list[Mistake] = []
    seen: set[tuple[str, date, str]] = set()
    filled = [(number, cells) for number, cells in enumerate(sheet[1:], start=2) if any(_text(cell) for cell in cells)]
    if len(filled) > MOST_ROWS:
        return (), (Mistake(MOST_ROWS + 2, "", "too_many_rows"),)
    for number, cells in filled:
        found = _row(number, cells, places, today)
        if isinstance(found, Row):
            key = (found.document, found.day, found.title)
            if key in seen:
                mistakes.append(Mistake(number, "", "row_twice"))
            seen.add(key)
            rows.append(found)
        else:
            mistakes.extend(found)
    if not rows and not mistakes:
        mistakes.append(Mistake(2, "", "empty_sheet"))
    return tuple(rows), tuple(mistakes)


def column_letter(index: int) -> str:
    """Return how a spreadsheet calls its columns: 0 → A, 25 → Z, 26 → AA.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _places(head: Sequence[Cell]) -> dict[str, int]:
    titles = [_text(cell).lower() for cell in head]
    found: dict[str, int] = {}
    for name, known in COLUMNS.items():
        at = next((titles.index(title) for title in known if title in titles), None)
        if at is not None:
            found[name] = at
    return found


def _row(number: int, cells: Sequence[Cell], places: Mapping[str, int], today: date) -> Row | list[Mistake]:
    given = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
    day, hours = _day(given["day"]), _hours(given["hours"])
    wrong = [(name, f"no_{name}") for name in ("name", "document", "title") if not _text(given[name])]
    if day is None:
        wrong.append(("day", "no_day"))
    elif day > today:
        wrong.append(("day", "future_day"))
    if hours is None or not 0 < hours <= MOST_HOURS:
        wrong.append(("hours", "bad_hours"))
    if wrong or day is None or hours is None:
        return [Mistake(number, column_letter(places[name]), code) for name, code in wrong]
    return Row(number, _text(given["name"]), _text(given["document"]), day, _text(given["title"])[:120], hours)


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a long number that was typed without an apostrophe
    return "" if cell is None else str(cell).strip()


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell).replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").rstrip("日")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _hours(cell: Cell) -> Fraction | None:
    try:
        hours = Fraction(str(cell).strip()) if not isinstance(cell, bool) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        return None
    return hours if (hours * 2).denominator == 1 else None
