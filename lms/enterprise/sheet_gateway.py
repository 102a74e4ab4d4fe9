"""Opens spreadsheets that companies upload: the only file of this room that lets the reader near them."""

import zipfile
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from lms.enterprise.domain.rows import Cell
from lms.enterprise.domain.training import TrainingRefused

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED_BYTES = 60 * 1024 * 1024
_ZIP = b"PK\x03\x04"


def read_sheet(content: bytes) -> list[list[Cell]]:
    """Return the cells of the first sheet of an .xlsx, .xls or .ods file. Formulas are not computed, macros not run.

    Raises TrainingRefused (sheet_too_large, sheet_locked, sheet_unreadable).
    """
    if len(content) > MOST_BYTES:
        raise TrainingRefused("sheet_too_large")
    try:
        if content.startswith(_ZIP):
            with zipfile.ZipFile(BytesIO(content)) as parts:
                if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED_BYTES:
                    raise TrainingRefused("sheet_too_large")
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            cells: list[list[Cell]] = [[*row] for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except PasswordError:
        raise TrainingRefused("sheet_locked") from None
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, IndexError):
        raise TrainingRefused("sheet_unreadable") from None
    return cells
