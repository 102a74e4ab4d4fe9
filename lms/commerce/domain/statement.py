"""A bank's statement as a CSV, to incoming payments: banks name and order their columns as they like."""

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lms.commerce.domain.refusals import BadStatement

LARGEST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 50_000
MOST_HEAD_ROWS = 20  # banks put the account's name and the period above the header

_DAY = ("交易日期", "记账日期", "入账日期", "日期", "date")
_AMOUNT = ("贷方发生额", "收入金额", "贷方金额", "收入", "交易金额", "金额", "amount")
_PAYER = ("对方户名", "对方账户名称", "付款人", "对方名称", "payer")
_REMARK = ("摘要", "附言", "备注", "用途", "remark")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One incoming payment. digest: of the whole row and its place among equal rows, so that a file read twice adds nothing."""

    row: int
    booked_on: date
    amount_minor: int
    payer: str
    remark: str
    digest: str


def read_statement(data: bytes) -> tuple[Receipt, ...]:
    """Return the incoming payments of a CSV in UTF-8 (with or without BOM) or GB 18030; outgoing and empty rows are left out.

    Raises BadStatement: `too_large`, `unreadable`, `no_header`, `day`, `amount` (about: the row as a spreadsheet counts).
    """
    if len(data) > LARGEST_BYTES:
        raise BadStatement("too_large")
    rows = list(csv.reader(io.StringIO(_decoded(data), newline="")))
    if len(rows) > MOST_ROWS:
        raise BadStatement("too_large")
    head, columns = _header(rows)
    seen: dict[str, int] = {}
    receipts = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        receipt = _receipt(number, row, columns, seen)
        if receipt is not None:
            receipts.append(receipt)
    return tuple(receipts)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadStatement("unreadable")


def _header(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for place, row in enumerate(rows[:MOST_HEAD_ROWS]):
        cells = [_plain(cell) for cell in row]
        found = {
            name: next((cells.index(title) for title in titles if title in cells), None)
            for name, titles in (("day", _DAY), ("amount", _AMOUNT), ("payer", _PAYER), ("remark", _REMARK))
        }
        if found["day"] is not None and found["amount"] is not None:
            return place, {name: column for name, column in found.items() if column is not None}
    raise BadStatement("no_header")


def _receipt(number: int, row: list[str], columns: dict[str, int], seen: dict[str, int]) -> Receipt | None:
    def cell(name: str) -> str:
        place = columns.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    if not cell("amount") or not cell("day"):
        return None
    amount = _amount(cell("amount"), number)
    if amount <= 0:
        return None
    whole = "\x1f".join(part.strip() for part in row)
    seen[whole] = seen.get(whole, 0) + 1
    digest = hashlib.sha256(f"{whole}\x1f{seen[whole]}".encode()).hexdigest()
    return Receipt(number, _day(cell("day"), number), amount, cell("payer")[:100], cell("remark")[:200], digest)


def _amount(text: str, row: int) -> int:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("¥", "").replace("+", "").strip()
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation:
        raise BadStatement("amount", str(row)) from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise BadStatement("amount", str(row))
    return int(amount)


def _day(text: str, row: int) -> date:
    match = re.match(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", unicodedata.normalize("NFKC", text))
    try:
        return date(*(int(part) for part in match.groups())) if match else date.fromisoformat(text)
    except ValueError:
        raise BadStatement("day", str(row)) from None


def _plain(title: str) -> str:
    """Return a column title without its unit: «金额（元）» is «金额»."""
    return re.sub(r"[\s（(].*$", "", unicodedata.normalize("NFKC", title).strip().lower())
