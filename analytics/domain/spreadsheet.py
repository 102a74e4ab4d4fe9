"""Text for spreadsheets: CSV lines that no program takes for formulas."""

import csv
import io
from collections.abc import Iterable

# Excel, WPS and LibreOffice run a cell that begins with one of these (OWASP, CSV injection); full-width forms included,
# because Chinese editions of both normalise them.
_DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 Chinese as GBK


def safe_cell(text: str) -> str:
    """Return the text so that a spreadsheet shows it and does not run it: an apostrophe goes before a formula's sign.

    >>> safe_cell("=cmd|'/c calc'!A0"), safe_cell("砖小明"), safe_cell("  +1")
    ("'=cmd|'/c calc'!A0", '砖小明', "'  +1")
    """
    first = text.lstrip(" \u3000")[:1]
    return f"'{text}" if first in _DANGEROUS and first else text


def csv_line(cells: Iterable[str | int]) -> str:
    """Return one CSV line (RFC 4180, ends with CR LF). Whole numbers stay numbers; text is made safe."""
    line = io.StringIO()
    csv.writer(line).writerow([cell if isinstance(cell, int) else safe_cell(cell) for cell in cells])
    return line.getvalue()
