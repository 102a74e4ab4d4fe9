"""Lists of staff for tests: fictional people, and workbooks as people send them."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

from lms.accounts.domain.id_document import check_character

HEAD = ("姓名", "证件号码", "手机号", "岗位", "证书编号", "发证日期", "入职日期")


def document(number: int) -> str:
    """A valid resident ID number of the area that is assigned to nobody."""
    first = (
        f"990000{1960 + number // 10_000 % 40:04d}{number // 28 % 12 + 1:02d}{number % 28 + 1:02d}{number % 1000:03d}"
    )
    return first + check_character(first)


def person(number: int, *, name: str = "", post: str = "土建施工员") -> list[object]:
    """A row that has nothing wrong."""
    return [
        name or f"测小{_han(number)}",
        document(number),
        f"120{number:08d}",
        post,
        f"测-{number:08d}" if post else "",
        "2025-03-10" if post else "",
        "2024-01-02",
    ]


def workbook(rows: Sequence[Sequence[object]], *, head: Sequence[object] = HEAD, sheet: str = "名单") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in (head, *rows):
        page.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _han(number: int) -> str:
    digits = "甲乙丙丁戊己庚辛壬癸"
    return "".join(digits[int(digit)] for digit in str(number))
