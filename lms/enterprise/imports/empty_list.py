"""The empty list for companies to fill in."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

_BOLD = Font(bold=True)
_TEXT = "@"  # long numbers stay as they are typed
_WIDTH = 20


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
    page.title = sheet
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
    second = book.create_sheet(notes[0])
    second.column_dimensions["A"].width = 70
    for text in (*notes[1:], *posts):
        second.append([text])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
