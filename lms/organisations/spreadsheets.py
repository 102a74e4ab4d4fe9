"""Lists of a company or about companies as files that spreadsheets open and do not run."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line, safe_cell

Row = tuple[str | int | Decimal, ...]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_766  # characters, with an apostrophe before them; Excel calls a file with more in one cell damaged


def list_answer(rows: Iterable[Row], *, form: str, name: str) -> StreamingHttpResponse | FileResponse:
    """Send rows, of which the first is the heading, as `csv` (row by row) or `xlsx`. Raises Http404 for another form.

    Numbers stay numbers, so that a spreadsheet can add them up; text stays text, whatever it begins with.
    """
    if form == "csv":
        answer = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv") or ""
        return answer
    if form == "xlsx":
        return _xlsx(rows, name)
    raise Http404


def moment_cell(value: datetime | None) -> str:
    """Return a moment as a cell, to the minute, in local time; "" for none."""
    return timezone.localtime(value).isoformat(" ", "minutes")[:16] if value else ""


def _csv(rows: Iterable[Row]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    for row in rows:
        yield csv_line([str(cell) if isinstance(cell, Decimal) else cell for cell in row])


def _xlsx(rows: Iterable[Row], name: str) -> FileResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("list")
    for row in rows:
        sheet.append([cell if isinstance(cell, (int, Decimal)) else _plain(cell) for cell in row])
    out = TemporaryFile()  # noqa: SIM115 — the answer closes it
    book.save(out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _plain(text: str) -> str:
    """Return the text so that no program runs it and Excel opens the file: no control characters, not too long."""
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST_CELL])
