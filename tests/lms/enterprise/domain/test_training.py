"""The code on the wall, the fence around the place, the time that counts, and rows of a sheet with their mistakes."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.enterprise.domain.on_site_code import STEP_SECONDS, code_at, is_current, seconds_left
from lms.enterprise.domain.place import Fix, is_within, metres_between
from lms.enterprise.domain.rows import Mistake, column_letter, read_rows
from lms.enterprise.domain.training import Stay, seconds_present

NINE = datetime(2026, 5, 9, 1, 0, tzinfo=UTC)
SECRET, OTHER = b"a" * 32, b"b" * 32
TODAY = date(2026, 5, 9)
HEAD: list[object] = ["姓名", "证件号码", "培训日期", "培训内容", "学时"]
WRONG_EVERYWHERE = [
    Mistake(2, "B", "no_document"),
    Mistake(2, "D", "no_title"),
    Mistake(2, "C", "no_day"),
    Mistake(2, "E", "bad_hours"),
]
GOOD: list[object] = ["模小勇", "99000019911225707 1", date(2026, 5, 1), "塔吊安全", 2.0]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.integers(0, 59))
def test_a_code_lives_for_its_half_minute_and_the_next(naive: datetime, later: int) -> None:
    moment = naive.replace(tzinfo=UTC)
    code = code_at(SECRET, moment)
    assert is_current(SECRET, code, moment)
    assert is_current(SECRET, code, moment + timedelta(seconds=STEP_SECONDS))
    after = moment + timedelta(seconds=2 * STEP_SECONDS + later)
    assert is_current(SECRET, code, after) == (
        code in {code_at(SECRET, after), code_at(SECRET, after - timedelta(seconds=30))}
    )
    assert 0 < seconds_left(moment) <= STEP_SECONDS


def test_a_code_is_six_digits_and_anothers_is_not_ours() -> None:
    codes = {code_at(SECRET, NINE + timedelta(seconds=30 * n)) for n in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190
    assert not is_current(SECRET, code_at(OTHER, NINE), NINE)
    for typed in ("", "12345", "１２３４５６", "x" * 1000):
        assert not is_current(SECRET, typed, NINE)


def test_the_way_over_the_ground() -> None:
    chongqing, nanchang = (29.563, 106.551), (28.683, 115.858)
    assert metres_between(chongqing, chongqing) == 0
    assert 905_000 < metres_between(chongqing, nanchang) < 912_000
    assert metres_between(chongqing, nanchang) == metres_between(nanchang, chongqing)


@pytest.mark.parametrize(
    ("metres", "accuracy", "inside"), [(299, 5, True), (310, 20, True), (340, 20, False), (10, 201, False)]
)
def test_a_vague_fix_proves_nothing(metres: int, accuracy: float, inside: bool) -> None:
    assert is_within(metres, Fix(0, 0, accuracy), radius_metres=300) is inside


@given(st.integers(-120, 300), st.integers(0, 300))
def test_what_counts_lies_between_signing_in_and_out(early: int, stay: int) -> None:
    start, end = NINE, NINE + timedelta(minutes=120)
    came = NINE + timedelta(minutes=early)
    found = seconds_present(Stay(came, came + timedelta(minutes=stay)), starts_at=start, ends_at=end)
    minutes = sum(0 <= minute < 120 for minute in range(early, early + stay))
    assert found == minutes * 60
    assert seconds_present(Stay(came, None), starts_at=start, ends_at=end) == 0


def test_a_row_is_read_whatever_the_order_of_columns_and_the_kind_of_cell() -> None:
    sheet: list[list[object]] = [
        ["学时", "姓名", "证件号码", "日期", "内容"],
        ["1.5", " 模小勇 ", 99000019911225.0, "2026年5月1日", "塔吊"],
        ["", None],
    ]
    (row,), mistakes = read_rows(sheet, today=TODAY)
    assert not mistakes
    assert (row.number, row.name, row.document, row.day, row.hours) == (
        2,
        "模小勇",
        "99000019911225",
        date(2026, 5, 1),
        Fraction(3, 2),
    )


@pytest.mark.parametrize(
    ("sheet", "mistakes"),
    [
        ([], [Mistake(1, "", "empty_sheet")]),
        ([HEAD], [Mistake(2, "", "empty_sheet")]),
        ([HEAD[:4], GOOD], [Mistake(1, "", "column_missing:学时")]),
        ([HEAD, ["", *GOOD[1:]]], [Mistake(2, "A", "no_name")]),
        ([HEAD, GOOD, [], [*GOOD[:2], "昨天", *GOOD[3:]]], [Mistake(4, "C", "no_day")]),
        ([HEAD, [*GOOD[:2], date(2026, 5, 10), *GOOD[3:]]], [Mistake(2, "C", "future_day")]),
        ([HEAD, [*GOOD[:4], 9]], [Mistake(2, "E", "bad_hours")]),
        ([HEAD, [*GOOD[:4], "0.3"]], [Mistake(2, "E", "bad_hours")]),
        ([HEAD, [*GOOD[:4], True]], [Mistake(2, "E", "bad_hours")]),
        ([HEAD, [*GOOD[:4], "nan"]], [Mistake(2, "E", "bad_hours")]),
        ([HEAD, GOOD, GOOD], [Mistake(3, "", "row_twice")]),
        ([HEAD, ["模小勇"]], WRONG_EVERYWHERE),
    ],
)  # fmt: skip
def test_each_mistake_has_its_row_and_column(sheet: list[list[object]], mistakes: list[Mistake]) -> None:
    assert list(read_rows(sheet, today=TODAY)[1]) == mistakes


def test_too_many_rows_are_not_read() -> None:
    assert read_rows([HEAD, *[GOOD] * 2001], today=TODAY)[1][0].code == "too_many_rows"


def test_columns_are_called_as_a_spreadsheet_does() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
