"""Lists as no two people write them: whatever the file, its order, its blanks and its days, the same persons come out."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from lms.enterprise.domain.roster_cells import Cell
from lms.enterprise.domain.roster_columns import find_head, recognise
from lms.enterprise.domain.roster_people import ListReader, Staff
from lms.enterprise.imports import reader_gateway
from lms.enterprise.imports.corrected_copy import corrected
from tests.lms.enterprise.imports.lists import document, saved

TODAY = date(2026, 5, 9)
HEADINGS = {
    "name": ("姓名", "员工姓名", " 姓 名* ", "Name"),
    "document": ("证件号码", "身份证号（18位）", "公民身份号码", "ID No"),
    "phone": ("手机", "联系电话", "手机号码："),
    "post": ("岗位", "专业岗位", "持证岗位"),
    "number": ("证书编号", "岗位证书号"),
    "issued_on": ("发证日期", "取证时间"),
    "joined_on": ("入职日期", "进场日期"),
    "other": ("备注", "序号", "班组"),
}
DAYS: tuple[Callable[[date], Cell], ...] = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f" {day.year} . {day.month} . {day.day} ",
    lambda day: (day - date(1899, 12, 30)).days,
)
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
PADDING = ("", " ", "\u3000", "\u200b", "\u00a0", "\ufeff")
days = st.dates(date(1990, 1, 1), TODAY)
names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


@st.composite
def _people(draw: Any) -> list[Staff]:
    numbers = draw(st.lists(st.integers(1, 9_999), min_size=1, max_size=8, unique=True))
    return [
        Staff(
            name=draw(names),
            kind="resident_id",
            document=document(number),
            phone=f"120{number:08d}",
            post_code="site_civil",
            number=f"测-{number:08d}",
            issued_on=draw(days),
            region_code="500112",
            joined_on=draw(days),
        )
        for number in numbers
    ]


@st.composite
def _sheet(draw: Any) -> tuple[list[Staff], list[list[Cell]]]:
    """Persons, and a sheet that says them in somebody's own way."""
    people = draw(_people())
    order = draw(st.permutations(list(HEADINGS)))
    rows: list[list[Cell]] = []
    if draw(st.booleans()):
        rows += [["2026 年员工名单"], ["填表人：", "", draw(names)]]
    rows.append([draw(st.sampled_from(HEADINGS[field])) for field in order])
    for one in people:
        rows += [[]] * draw(st.integers(0, 2))
        said = {
            "name": one.name,
            "document": one.document,
            "phone": draw(st.sampled_from((one.phone, f"+86 {one.phone}", f"{one.phone[:3]}-{one.phone[3:]}"))),
            "post": draw(st.sampled_from(("土建施工员", "施工员（土建）", "施工员-土建"))),
            "number": one.number,
            "issued_on": draw(st.sampled_from(DAYS))(_day(one.issued_on)),
            "joined_on": draw(st.sampled_from(DAYS))(_day(one.joined_on)),
            "other": draw(st.sampled_from(("", "=1+1", "二班", 7))),
        }
        rows.append([_as_typed(draw, said[field]) for field in order])
    return people, rows


def _day(day: date | None) -> date:
    assert day is not None
    return day


def _as_typed(draw: Any, cell: Cell) -> Cell:
    if not isinstance(cell, str) or not cell or cell.startswith("="):
        return cell
    text = cell.translate(WIDE) if draw(st.booleans()) else cell
    return draw(st.sampled_from(PADDING)) + text + draw(st.sampled_from(PADDING))  # type: ignore[no-any-return]  # draw knows no types


def _found(content: bytes) -> list[Staff | None]:
    taken = reader_gateway.take_in(content)
    sheet = taken.sheets[0]
    head = find_head(sheet.rows)
    assert head is not None
    reader = ListReader(recognise(head.headings), TODAY, "500112", True)
    rows = reader_gateway.rows_of(taken.rows, sheet.name)
    return [reader.read(number, cells)[0] for number, cells in rows if number > head.last]


@given(_sheet())
@settings(max_examples=20, deadline=None)
def test_a_workbook_in_anybodys_way_gives_the_same_persons(given_sheet: tuple[list[Staff], list[list[Cell]]]) -> None:
    people, rows = given_sheet
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    if len(rows[0]) == 1:
        page.merge_cells("A1:D1")
    assert _found(saved(book)) == people


@given(_sheet(), st.sampled_from(("gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16")), st.sampled_from(",\t;"))
@settings(max_examples=20, deadline=None)
def test_a_text_file_in_anybodys_way_gives_the_same_persons(
    given_sheet: tuple[list[Staff], list[list[Cell]]], encoding: str, mark: str
) -> None:
    people, rows = given_sheet
    lines = [mark.join(f'"{"" if cell is None else cell}"' for cell in row) for row in rows]
    content = "\r\n".join(lines).encode(encoding, "ignore" if encoding == "gbk" else "strict")
    assert _found(content) == people


@given(days)
def test_a_day_is_the_same_in_every_style(day: date) -> None:
    reader = ListReader({"name": 0, "document": 1, "joined_on": 2}, TODAY, "500112", True)
    for at, style in enumerate(DAYS):
        staff, faults = reader.read(at + 2, ["测小乙", document(at + 1), style(day)])
        assert staff is not None and staff.joined_on == day, (style(day), faults)


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1890, 1, 1), date(2100, 1, 1)),
    st.text(max_size=20),
    st.sampled_from(("=1+1", "＝1+1", "+1", "-2", "@x", "\t=1", "\r\n=1", " =1", "]]>", "</t>", "&amp;", "_x0041_")),
)


@given(
    st.lists(st.lists(cells, max_size=6), max_size=6),
    st.dictionaries(
        st.integers(1, 7), st.dictionaries(st.integers(0, 7), st.text(max_size=20), min_size=1, max_size=2), max_size=4
    ),
)
@settings(max_examples=150, deadline=None)
def test_whatever_cells_are_copied_nothing_in_the_copy_runs(
    rows: list[list[Cell]], remarks: dict[int, dict[int, str]]
) -> None:
    content = corrected(
        list(enumerate(rows, start=1)),
        remarks,
        sheet="[名]:单",
        width=6,
        words=("要改", "行"),
        list_of_remarks=[["=1"]],
    )
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            shown = page.cell(number, at + 1)
            assert shown.data_type != "f"
            if isinstance(cell, str) and cell.lstrip(" \u3000")[:1] in set("=+-@＝＋－＠") and cell.strip():
                assert str(shown.value).startswith("'")
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                assert shown.value == pytest.approx(cell)
    for number, found in remarks.items():
        if number <= len(rows):
            assert all(page.cell(number, at + 1).comment is not None for at in found)
    assert book.worksheets[1]["A2"].value == "'=1"
    _same_by_another_reader(content, rows)


def _same_by_another_reader(content: bytes, rows: Sequence[Sequence[Cell]]) -> None:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    read = sheet.to_python(skip_empty_area=False)
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, str) and cell.isalnum():
                assert read[number][at] == cell
