"""Lists as LibreOffice writes them, from what people keep: CSV of two encodings, old .xls, typed dates and numbers."""

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from lms.enterprise.domain.roster_columns import find_head, recognise
from lms.enterprise.imports import reader_gateway
from tests.lms.enterprise.imports.lists import document

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not on this machine")
HEAD = ["姓名", "证件号码", "手机号", "发证日期"]
ROWS = [
    ["测小乙", document(1), "12000000001", "2025-03-10"],
    ["测小丙", document(2), "12000000002", "2024-02-29"],
]
# Of LibreOffice's CSV filter: comma, double quotes, the number of the encoding, from the first line, all columns as text.
CSV = "Text - txt - csv (StarCalc):44,34,{encoding},1,1/2/2/2/3/2/4/2"
UTF_8, GB18030 = 76, 85


def convert(source: Path, form: str, *, to: Path, infilter: str = "") -> Path:
    """Let LibreOffice read a file and write it in another form, with a profile of its own."""
    to.mkdir()
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(to / 'profile').as_uri()}", "--headless",
            *([f"--infilter={infilter}"] if infilter else []), "--convert-to", form, "--outdir", str(to), str(source),
        ],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip
    return to / f"{source.stem}.{form.partition(':')[0]}"


def read(path: Path) -> list[list[object]]:
    taken = reader_gateway.take_in(path.read_bytes())
    return [list(cells) for _number, cells in reader_gateway.rows_of(taken.rows, taken.sheets[0].name)]


def texts(rows: list[list[object]]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in cells[: len(HEAD)]] for cells in rows]


def csv_list(folder: Path, encoding: str) -> Path:
    source = folder / "list.csv"
    source.write_text("".join(",".join(row) + "\r\n" for row in [HEAD, *ROWS]), encoding=encoding)
    return source


@pytest.mark.parametrize(("encoding", "number"), [("utf-8", UTF_8), ("gb18030", GB18030)])
def test_a_csv_saved_as_xlsx_keeps_every_digit(tmp_path: Path, encoding: str, number: int) -> None:
    found = convert(csv_list(tmp_path, encoding), "xlsx", to=tmp_path / "out", infilter=CSV.format(encoding=number))
    assert texts(read(found)) == [HEAD, *ROWS]


def test_an_old_xls_saved_anew_as_xlsx_is_read(tmp_path: Path) -> None:
    old = convert(csv_list(tmp_path, "utf-8"), "xls", to=tmp_path / "old", infilter=CSV.format(encoding=UTF_8))
    assert texts(read(convert(old, "xlsx", to=tmp_path / "new"))) == [HEAD, *ROWS]


def test_a_workbook_saved_as_csv_for_the_chinese_system_is_read(tmp_path: Path) -> None:
    book = convert(csv_list(tmp_path, "utf-8"), "xlsx", to=tmp_path / "book", infilter=CSV.format(encoding=UTF_8))
    form = f"csv:Text - txt - csv (StarCalc):44,34,{GB18030},1"
    found = convert(book, form, to=tmp_path / "csv")
    assert "姓名".encode("gb18030") in found.read_bytes()
    assert texts(read(found)) == [HEAD, *ROWS]


def test_typed_dates_stay_dates_and_a_number_that_lost_its_digits_is_not_taken_for_one(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["员工登记表"])
    page.merge_cells("A1:D1")
    page.append(HEAD)
    page.append(["测小乙", float(document(1)[:17] + "0"), "12000000001", datetime(2025, 3, 10)])
    book.save(tmp_path / "typed.xlsx")
    rows = read(convert(tmp_path / "typed.xlsx", "xlsx", to=tmp_path / "out"))
    head = find_head(list(enumerate(texts(rows), start=1)))
    assert head is not None and head.last == 2
    assert set(recognise(head.headings)) >= {"name", "document", "phone"}
    _name, number, _phone, issued = rows[2][: len(HEAD)]
    assert isinstance(number, float)  # so that the check says which cell, and how to mend it
    assert isinstance(issued, date) and (issued.year, issued.month, issued.day) == (2025, 3, 10)
