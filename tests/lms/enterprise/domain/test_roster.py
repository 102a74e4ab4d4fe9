"""Headings, cells, rows and outcomes of a list of staff: tables of what people write."""

from datetime import date, datetime

import pytest

from lms.enterprise.domain.roster_cells import (
    BadCell,
    Cell,
    day_of,
    document_of,
    kind_of,
    name_of,
    post_of,
    region_of,
    text_of,
)
from lms.enterprise.domain.roster_columns import find_head, recognise
from lms.enterprise.domain.roster_outcome import Known, Outcome, outcome_of
from lms.enterprise.domain.roster_people import Fault, ListReader, Staff
from tests.lms.enterprise.imports.lists import document

TODAY = date(2026, 5, 9)


@pytest.mark.parametrize(
    ("rows", "remembered", "last", "columns"),
    [
        ([["姓名", "证件号码"], ["张三", "1"]], {}, 1, {"name": 0, "document": 1}),
        ([["2026 年人员名单"], ["填表人：李四"], ["序号", "身份证号（18位）", "职工姓名*"]], {}, 3, {"document": 1, "name": 2}),
        (
            [["人员信息", "", "岗位证书", ""], ["姓名", "身份证号", "编号", "发证日期"]],
            {},
            2,
            {"name": 0, "document": 1, "issued_on": 3, "number": 2},
        ),
        (
            [["姓名", "身份证", "证书", ""], ["", "", "编号", "发证时间"]],
            {},
            2,
            {"name": 0, "document": 1, "number": 2, "issued_on": 3},
        ),
        ([["法人姓名", "姓名", "身份证号"]], {}, 1, {"name": 1, "document": 2}),
        ([["Full Name", "ID Number", "Mobile"]], {}, 1, {"name": 0, "document": 1, "phone": 2}),
        ([["代号", "号"], ["张三", "1"]], {"name": "代号", "document": "号"}, 1, {"name": 0, "document": 1}),
        ([["姓 名", "证 件 号 码", "证件类型", "岗位证书编号"]], {}, 1, {"name": 0, "document": 1, "kind": 2, "number": 3}),
    ],
)  # fmt: skip
def test_a_head_is_found_wherever_it_stands(
    rows: list[list[str]], remembered: dict[str, str], last: int, columns: dict[str, int]
) -> None:
    head = find_head(list(enumerate(rows, start=1)), remembered)
    assert head is not None and head.last == last
    assert recognise(head.headings, remembered) == columns


@pytest.mark.parametrize("rows", [[], [["张三", "李四"]], [["姓名"], ["张三"]], [["", ""]]])
def test_what_is_no_head_is_none(rows: list[list[str]]) -> None:
    assert find_head(list(enumerate(rows, start=1))) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 5, 9), date(2026, 5, 9)),
        (datetime(2026, 5, 9, 8, 30), date(2026, 5, 9)),
        ("2026-05-09", date(2026, 5, 9)),
        ("2026/5/9", date(2026, 5, 9)),
        ("2026.5.9", date(2026, 5, 9)),
        ("2026 年 5 月 9 日", date(2026, 5, 9)),
        ("２０２６－０５－０９", date(2026, 5, 9)),
        ("20260509", date(2026, 5, 9)),
        (20260509.0, date(2026, 5, 9)),
        (46151.0, date(2026, 5, 9)),
        ("46151", date(2026, 5, 9)),
        ("2026-05-09 08:30:00", date(2026, 5, 9)),
        ("", None),
        (None, None),
    ],
)
def test_days_in_all_their_styles(cell: Cell, day: date | None) -> None:
    assert day_of(cell, "bad") == day


@pytest.mark.parametrize("cell", ["09/05/2026", "2026-13-01", "2026-02-30", "昨天", "5.9", 3.5])
def test_what_is_no_day(cell: Cell) -> None:
    with pytest.raises(BadCell, match="bad"):
        day_of(cell, "bad")


@pytest.mark.parametrize(
    "cell", [5.00234199003121e17, 500234199003121234, "5.00234E+17", "5.00234e17", 110101199003078888.0]
)
def test_a_document_that_was_stored_as_a_number_is_refused(cell: Cell) -> None:
    with pytest.raises(BadCell, match="document_as_number"):
        document_of(cell)


def test_a_document_is_cleaned() -> None:
    assert document_of(" 990000 19900101 004x ") == "99000019900101004X"
    assert document_of("９９００００１９９００１０１００４Ｘ") == "99000019900101004X"
    assert document_of("'99000019900101004X\u200b") == "99000019900101004X"
    assert document_of(123456789.0) == "123456789"
    assert text_of(True) == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("土建施工员", "site_civil"),
        ("施工员（土建）", "site_civil"),
        ("施工员-土建方向", "site_civil"),
        ("材料员", "material"),
        ("", ""),
    ],
)
def test_posts_are_known_by_their_letters(typed: str, code: str) -> None:
    assert post_of(typed) == code


@pytest.mark.parametrize(
    ("typed", "code", "about"),
    [
        ("市政施工员", "post_unknown", "市政工程施工员"),
        ("瓦匠", "post_unknown", ""),
        ("施工员", "post_of_family", "土建施工员、装饰装修施工员、市政工程施工员、设备安装施工员"),
    ],
)
def test_unknown_posts_come_with_the_nearest(typed: str, code: str, about: str) -> None:
    with pytest.raises(BadCell) as refused:
        post_of(typed)
    assert (refused.value.code, refused.value.about) == (code, about)


def test_names_kinds_regions() -> None:
    assert name_of("阿依努尔·买买提") == "阿依努尔·买买提"
    assert name_of("Li  Ming") == "Li Ming"
    for bad in ("张3", "=1+1", "a<b", "·", "x" * 61):
        with pytest.raises(BadCell, match="bad_name"):
            name_of(bad)
    assert (kind_of(""), kind_of("台胞证")) == ("resident_id", "taiwan_permit")
    with pytest.raises(BadCell, match="kind_unknown"):
        kind_of("驾驶证")
    assert [region_of(text) for text in ("重庆", "江西省南昌市", "新疆", "500112", "")] == [
        "500000", "360000", "650000", "500112", "",
    ]  # fmt: skip
    with pytest.raises(BadCell, match="region_unknown"):
        region_of("火星")


COLUMNS = {"name": 0, "document": 1, "phone": 2, "post": 3, "number": 4, "issued_on": 5, "joined_on": 6}


def reader() -> ListReader:
    return ListReader(COLUMNS, TODAY, "500000", fictional_allowed=True)


GOOD: list[Cell] = ["张三", document(1), "120 0000 0001", "材料员", "测-00000001", "2025-03-10", ""]


def test_a_row_that_has_nothing_wrong() -> None:
    staff, faults = reader().read(2, GOOD)
    assert faults == ()
    assert staff == Staff(
        "张三",
        "resident_id",
        document(1),
        "12000000001",
        "",
        "material",
        "测-00000001",
        date(2025, 3, 10),
        "500000",
        None,
    )
    assert document(1) not in repr(staff)


@pytest.mark.parametrize(
    ("at", "cell", "fault"),
    [
        (0, "", Fault("A", "no_name")),
        (1, "", Fault("B", "no_document")),
        (1, document(1)[:-1], Fault("B", "id_length")),
        (1, document(1)[:-1] + ("0" if document(1)[-1] != "0" else "1"), Fault("B", "id_check_digit")),
        (1, "99000019901301" + document(1)[14:], Fault("B", "id_birthday")),
        (1, 5.0e17, Fault("B", "document_as_number")),
        (2, "12345", Fault("C", "phone_shape")),
        (3, "瓦匠", Fault("D", "post_unknown")),
        (3, "", Fault("D", "number_without_post")),
        (4, "测", Fault("E", "number_shape")),
        (5, "", Fault("F", "number_without_day")),
        (5, "昨天", Fault("F", "bad_issued_on")),
        (5, "2027-01-01", Fault("F", "day_in_future")),
        (6, "2027-01-01", Fault("G", "joined_in_future")),
        (6, "早", Fault("G", "bad_joined_on")),
    ],
)
def test_a_row_with_one_mistake(at: int, cell: Cell, fault: Fault) -> None:
    staff, faults = reader().read(2, [*GOOD[:at], cell, *GOOD[at + 1 :]])
    assert staff is None
    assert fault in faults


def test_a_row_tells_everything_that_is_wrong_with_it() -> None:
    _staff, faults = reader().read(2, ["", "1", "x", "瓦匠", "", "", ""])
    assert [fault.column for fault in faults] == ["A", "B", "C", "D"]


def test_somebody_twice_is_a_mistake_of_the_second_row() -> None:
    both = reader()
    both.read(2, GOOD)
    assert both.read(7, GOOD)[1] == (
        Fault("B", "document_twice", "2"), Fault("C", "phone_twice", "2"), Fault("E", "number_twice", "2"),
    )  # fmt: skip
    other: list[Cell] = ["李四", document(2), "12000000002", "材料员", "测-00000002", "2025-03-10", ""]
    assert both.read(8, other)[1] == ()
    assert both.read(9, other[:4])[1] == (Fault("B", "document_twice", "8"), Fault("C", "phone_twice", "8"))


def test_a_short_row_lacks_the_rest() -> None:
    assert reader().read(2, ["张三"])[1] == (Fault("B", "no_document"),)


STAFF = Staff("张三", "resident_id", document(1), "12000000001", "", "material", "测-1", TODAY, "500000")


@pytest.mark.parametrize(
    ("known", "outcome", "codes"),
    [
        (Known(), "new", []),
        (Known(phone_owner=9), "refused", ["phone_taken"]),
        (Known(number_owner=9), "refused", ["licence_number_taken"]),
        (Known(user_id=1, name="张 三"), "joined", []),
        (Known(user_id=1, name="张三（虚构）", phone_owner=9), "joined", []),
        (Known(user_id=1, name="张三", number_owner=1), "joined", []),
        (Known(user_id=1, name="李四"), "refused", ["name_differs"]),
        (Known(user_id=1, name="李四", elsewhere=True), "refused", ["name_differs"]),
        (Known(user_id=1, name="张三", is_active=False), "refused", ["ask_administrator"]),
        (Known(user_id=1, name="张三", elsewhere=True), "moving", []),
        (Known(user_id=1, name="张三", here=True), "changed", []),
        (Known(user_id=1, name="张三", here=True, elsewhere=True), "changed", []),
        (Known(user_id=1, name="张三", here=True, posts={"material": "测-1"}), "same", []),
        (Known(user_id=1, name="张三", here=True, posts={"material": "测-9"}), "refused", ["number_differs"]),
    ],
)
def test_what_becomes_of_a_person(known: Known, outcome: str, codes: list[str]) -> None:
    found, faults = outcome_of(STAFF, known, COLUMNS)
    assert (found, [fault.code for fault in faults]) == (Outcome(outcome), codes)
