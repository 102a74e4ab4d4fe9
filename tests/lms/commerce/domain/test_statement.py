"""Statements as banks write them."""

from datetime import date

import pytest

from lms.commerce.domain.refusals import BadStatement
from lms.commerce.domain.statement import LARGEST_BYTES, read_statement

PLAIN = "交易日期,贷方发生额（元）,对方户名,附言\n2026-11-03,3840.00,演示建筑,ZX00000013\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_statement_is_read_in_the_encodings_of_banks(encoding: str) -> None:
    (receipt,) = read_statement(PLAIN.encode(encoding))
    assert (receipt.booked_on, receipt.amount_minor, receipt.payer, receipt.remark, receipt.row) == (
        date(2026, 11, 3), 384_000, "演示建筑", "ZX00000013", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1,234.5", 123_450), ("¥12", 1_200), ("＋１２.３４", 1_234), ("0.01", 1), ("12.340", 1_234)],
)
def test_amounts_are_read_exactly(written: str, minor: int) -> None:
    (receipt,) = read_statement(f'日期,金额\n20261103,"{written}"\n'.encode())
    assert receipt.amount_minor == minor


def test_what_went_out_is_left_out() -> None:
    assert read_statement("日期,金额\n2026-11-03,-5\n2026-11-03,\n,7\n".encode()) == ()


def test_a_head_of_the_bank_is_passed_over() -> None:
    text = "户名：某公司,,\n账号：1234,,\n\n日期,金额,摘要\n2026/1/2,5,x\n"
    (receipt,) = read_statement(text.encode())
    assert (receipt.row, receipt.booked_on) == (5, date(2026, 1, 2))


def test_two_equal_rows_are_two_payments_and_the_same_file_gives_the_same_digests() -> None:
    text = "日期,金额\n2026-01-02,5\n2026-01-02,5\n".encode()
    first = [receipt.digest for receipt in read_statement(text)]
    assert len(set(first)) == 2
    assert first == [receipt.digest for receipt in read_statement(text)]


@pytest.mark.parametrize(
    ("data", "code", "about"),
    [
        (b"\xff\xfe\x00\x01", "unreadable", ""),
        ("甲,乙\n1,2\n".encode(), "no_header", ""),
        ("日期,金额\n2026-13-40,5\n".encode(), "day", "2"),
        ("日期,金额\n2026-01-02,五元\n".encode(), "amount", "2"),
        ("日期,金额\n2026-01-02,0.001\n".encode(), "amount", "2"),
        ("日期,金额\n2026-01-02,NaN\n".encode(), "amount", "2"),
        (b"a" * (LARGEST_BYTES + 1), "too_large", ""),
    ],
)
def test_what_is_no_statement_is_refused_with_the_row(data: bytes, code: str, about: str) -> None:
    with pytest.raises(BadStatement) as refusal:
        read_statement(data)
    assert (refusal.value.code, refusal.value.about) == (code, about)
