"""Files as people and attackers send them: real ones are read, hostile ones are refused cheaply and in words."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lms.enterprise.domain.roster_columns import find_head, recognise
from lms.enterprise.domain.roster_file import ListRefused, csv_facts, format_of
from lms.enterprise.imports import reader_gateway
from tests.lms.enterprise.imports.lists import document, person, saved, workbook


def read(content: bytes) -> list[tuple[int, list[object]]]:
    """Every row of the first sheet."""
    taken = reader_gateway.take_in(content)
    return [(number, list(cells)) for number, cells in reader_gateway.rows_of(taken.rows, taken.sheets[0].name)]


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], *, add: dict[str, bytes] | None = None) -> bytes:
    """A workbook with its parts changed, and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
        for name, body in (add or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def same(_part: str, body: bytes) -> bytes:
    return body


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda part, body: body.replace(old, new) if part == "xl/worksheets/sheet1.xml" else body


GOOD = workbook([person(1), person(2)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_in_every_encoding_and_with_every_mark(encoding: str, mark: str) -> None:
    text = f"姓名{mark}身份证号\r\n测小乙{mark}{document(1)}\r\n"
    assert read(text.encode(encoding)) == [(1, ["姓名", "身份证号"]), (2, ["测小乙", document(1)])]


def test_a_line_break_inside_a_cell_does_not_shift_what_follows() -> None:
    rows = read('姓名,身份证号\n"测\n小乙",1\n\n测小丙,2\n'.encode())
    assert [number for number, _ in rows] == [1, 2, 4]


def test_rows_keep_their_numbers_in_a_sheet_that_begins_lower_and_further_right() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page["C4"], page["D4"], page["C7"], page["D7"] = "姓名", "证件号码", "测小乙", document(1)
    rows = read(saved(book))
    assert rows == [(4, [None, None, "姓名", "证件号码"]), (7, [None, None, "测小乙", document(1)])]
    head = find_head([(number, ["" if cell is None else str(cell) for cell in cells]) for number, cells in rows])
    assert head is not None and (head.last, recognise(head.headings)) == (4, {"name": 2, "document": 3})


def test_merged_heads_dates_numbers_and_several_sheets() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "说明"
    first["A1"] = "请看第二页"
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden.append(["姓名", "证件号码"])
    page = book.create_sheet("人员")
    page.append(["人员", "", "证书"])
    page.append(["姓名", "身份证号", "发证日期"])
    page.merge_cells("A1:B1")
    page.append(["测小乙", 500234199003121234, date(2025, 3, 10)])
    taken = reader_gateway.take_in(saved(book))
    assert [sheet.name for sheet in taken.sheets] == ["说明", "人员"]
    found = [cells for _number, cells in reader_gateway.rows_of(taken.rows, "人员")]
    assert found[2][1] == pytest.approx(5.00234199003121e17) and found[2][2] == date(2025, 3, 10)


def bomb() -> bytes:
    return rewritten(GOOD, same, add={"xl/media/image1.xml": b"0" * 60_000_000})


def far_cell() -> bytes:
    return rewritten(GOOD, in_sheet(b'<dimension ref="A1:G3"', b'<dimension ref="A1:G1048576"'))


def many_rows() -> bytes:
    return rewritten(GOOD, in_sheet(b'<dimension ref="A1:G3"', b'<dimension ref="A1:G2000000"'))


def entities() -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'
    return rewritten(GOOD, in_sheet(b"<worksheet", doctype))


def macros() -> bytes:
    return rewritten(GOOD, same, add={"xl/vbaProject.bin": b"x"})


def locked() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")


def open_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (bomb, "zip_bomb"),
        (far_cell, "far_cell"),
        (many_rows, "too_many_rows"),
        (entities, "has_entities"),
        (macros, "macros"),
        (locked, "locked_file"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_xls"),
        (open_document, "not_a_workbook"),
        (lambda: GOOD[:-200], "not_a_workbook"),
        (lambda: b"", "empty_file"),
        (lambda: b" \r\n" * 9, "empty_file"),
        (lambda: b"x" * (10 * 1024 * 1024 + 1), "file_too_large"),
        (lambda: b"\x7fELF" + bytes(range(256)), "not_a_workbook"),
        (lambda: workbook([], head=[f"列{n}" for n in range(300)]), "too_many_columns"),
    ],
)
def test_hostile_files_are_refused_before_any_reader_opens_them(make: Callable[[], bytes], code: str) -> None:
    content = make()
    began = time.process_time()
    with pytest.raises(ListRefused) as refused:
        format_of(content)
    assert refused.value.code == code
    assert time.process_time() - began < 0.5


def test_a_far_cell_that_the_dimension_does_not_tell_of_costs_a_refusal_and_not_the_machine() -> None:
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    content = rewritten(GOOD, in_sheet(b"</sheetData>", cell))
    with pytest.raises(ListRefused) as refused:
        read(content)
    assert refused.value.code in {"too_heavy", "unreadable", "too_many_rows"}


def test_more_rows_than_may_be_are_refused_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_gateway, "MOST_ROWS", 50)
    with pytest.raises(ListRefused, match="too_many_rows"):
        read(("姓名\n" + "甲\n" * 60).encode())
    assert len(read(("姓名\n" + "甲\n" * 50).encode())) == 51


def test_a_long_sheet_does_not_hide_the_one_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_gateway, "MOST_ROWS", 3)
    book = Workbook()
    for at, length in enumerate((9, 2)):
        page = book.create_sheet(f"第{at}页")
        for row in range(length):
            page.append([f"{at}-{row}"])
    taken = reader_gateway.take_in(saved(book))
    assert [sheet.name for sheet in taken.sheets] == ["第0页", "第1页"]
    assert [cells for _number, cells in reader_gateway.rows_of(taken.rows, "第1页")] == [["1-0"], ["1-1"]]
    with pytest.raises(ListRefused, match="too_many_rows"):
        list(reader_gateway.rows_of(taken.rows, "第0页"))


def test_a_sheet_that_does_not_tell_how_long_it_is_ends_where_a_list_must() -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n * 7919 % 100_003) for n in range(1, 150_000)
    )
    content = rewritten(GOOD, in_sheet(b"</sheetData>", rows + b"</sheetData>"))
    content = rewritten(content, in_sheet(b'<dimension ref="A1:G3"/>', b""))
    with pytest.raises(ListRefused, match="too_many_rows"):
        read(content)


def test_an_entity_behind_a_long_comment_is_never_filled_in() -> None:
    """Where the cheap look at the first kilobytes ends, the reader itself must know no entities."""
    comment = b"<!--" + b"x" * 10_000 + b"-->"
    doctype = comment + b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbb">]><worksheet'
    content = rewritten(GOOD, in_sheet(b"<worksheet", doctype))
    content = rewritten(content, lambda part, body: body.replace("测小乙".encode(), b"&a;&b;"))
    try:
        cells = str(read(content))
    except ListRefused:
        return
    assert "root:" not in cells and "bbbb" not in cells


def test_the_child_reads_nothing_but_the_list(tmp_path: Path) -> None:
    """An external reference is text to it: no formula is computed, no other file opened."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["姓名", "证件号码"])
    page.append(["='[/etc/passwd]Sheet1'!A1", '=WEBSERVICE("http://127.0.0.1/")'])
    rows = read(saved(book))
    assert all("root:" not in str(cell) for _number, cells in rows for cell in cells)


@given(st.binary(max_size=4000))
@settings(max_examples=200, deadline=None)
def test_whatever_bytes_are_judged_without_a_crash(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            format_of(head + content)
        except ListRefused as refused:
            assert refused.code


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_workbook_with_broken_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    broken = bytearray(GOOD)
    for at, value in changes:
        broken[at] = value
    try:
        read(bytes(broken))
    except ListRefused as refused:
        assert refused.code


@given(st.text(min_size=1, max_size=300))
@settings(max_examples=100, deadline=None)
def test_the_text_of_a_csv_is_recognised_in_what_it_was_written(text: str) -> None:
    try:
        facts = csv_facts(text.encode("utf-8"))
    except ListRefused:
        assert any(ord(c) < 32 for c in text)
        return
    assert facts.encoding == "utf-8-sig"
