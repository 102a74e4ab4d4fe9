"""Sheets to print, numbers of invoices, and lists as files."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from analytics.learning_log.models import LogRecord
from lms.commerce import actions
from lms.commerce.domain.refusals import BadOrder, NotAllowed, WrongState
from lms.commerce.models import InvoiceDetails, Order, OrderLine, Refund, Transfer
from tests import people
from tests.lms.commerce.conftest import AT, Shop
from tests.lms.commerce.test_views import as_

NUMBER = "26502000000012345678"


def finished_refund(line: OrderLine, shop: Shop, quantity: int = 2) -> Refund:
    refund = actions.ask_refund(line_id=line.pk, quantity=quantity, reason="用不完", at=AT, by=shop.manager)
    actions.finish_by_hand(refund_id=refund.pk, bank_reference=f"回单 {refund.pk}", at=AT, by=shop.finance)
    refund.refresh_from_db()
    return refund


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_sheet_of_an_order_is_what_its_state_wants(shop: Shop) -> None:
    quoted = actions.place_order(
        company_id=shop.company.pk, quantities={shop.product.pk: 3}, invoice=shop.invoice(), quotation=True, at=AT,
        by=shop.manager,
    )  # fmt: skip

    def sheet(order: Order) -> str:
        return as_(shop.manager).get(reverse("commerce:paper", args=[order.uuid])).content.decode()

    assert "报价单" in sheet(quoted) and "怎样付款" not in sheet(quoted)
    placed = sheet(shop.order(3))
    assert "付款通知书" in placed and "怎样付款" in placed and "¥384.00" in placed
    paid = shop.paid(3).order
    assert "结算单" in sheet(paid) and shop.company.credit_code in sheet(paid)
    actions.cancel_order(order_id=quoted.pk, at=AT, by=shop.manager)
    assert as_(shop.manager).get(reverse("commerce:paper", args=[quoted.uuid])).status_code == 404


def test_a_credit_note_names_the_invoice_it_corrects(shop: Shop) -> None:
    line = shop.paid(5)
    actions.note_invoice(order_id=line.order_id, number=NUMBER, at=AT, by=shop.finance)
    first, second = finished_refund(line, shop), finished_refund(line, shop, 1)
    assert (first.note_number, second.note_number) == (1, 2)
    page = as_(shop.manager).get(reverse("commerce:credit_note", args=[line.order.uuid, 1])).content.decode()
    assert NUMBER in page and "-¥256.00" in page and "第 1 号" in page
    assert as_(shop.manager).get(reverse("commerce:credit_note", args=[line.order.uuid, 3])).status_code == 404
    other = shop.paid(1)
    assert as_(shop.manager).get(reverse("commerce:credit_note", args=[other.order.uuid, 1])).status_code == 404


def test_notes_have_no_gaps_when_one_is_rolled_back(shop: Shop) -> None:
    line = shop.paid(5)
    finished_refund(line, shop, 1)
    refund = actions.ask_refund(line_id=line.pk, quantity=1, reason="x", at=AT, by=shop.manager)
    with pytest.raises(WrongState):
        actions.finish_by_hand(refund_id=refund.pk, bank_reference="", at=AT, by=shop.finance)
    assert finished_refund(line, shop, 1).note_number == 2


@pytest.mark.parametrize("number", ["", "1234567", "2650200000001234567X", NUMBER + "1"])
def test_what_is_no_number_of_an_invoice_is_refused(shop: Shop, number: str) -> None:
    order = shop.paid(1).order
    with pytest.raises(BadOrder, match="invoice_number"):
        actions.note_invoice(order_id=order.pk, number=number, at=AT, by=shop.finance)
    assert InvoiceDetails.objects.get().number == ""


def test_finance_notes_the_invoice_and_the_company_reads_it(shop: Shop) -> None:
    order = shop.paid(1).order
    address = reverse("commerce:change_order", args=[order.uuid])
    as_(shop.manager).post(address, {"deed": "invoice", "number": NUMBER})
    assert InvoiceDetails.objects.get().number == ""
    said = as_(shop.finance).post(address, {"deed": "invoice", "number": f" {NUMBER} "}, follow=True).content.decode()
    assert "已登记发票号码" in said
    assert NUMBER in as_(shop.manager).get(reverse("commerce:order", args=[order.uuid])).content.decode()
    with pytest.raises(WrongState, match="not_paid_yet"):
        actions.note_invoice(order_id=shop.order(1).pk, number=NUMBER, at=AT, by=shop.finance)
    with pytest.raises(NotAllowed):
        actions.note_invoice(order_id=order.pk, number=NUMBER, at=AT, by=people.auditor())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("name", "of_company"),
    [("orders", False), ("refunds", False), ("transfers", False), ("orders", True), ("seats", True)],
)
def test_a_list_leaves_as_a_file_and_runs_nothing(shop: Shop, name: str, form: str, of_company: bool) -> None:
    line, member = shop.paid(5), shop.staff()
    actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
    finished_refund(line, shop)
    InvoiceDetails.objects.update(title="=HYPERLINK(1)")
    Refund.objects.update(reason="+1")
    Transfer.objects.update(payer="@cmd")
    type(member).objects.filter(pk=member.pk).update(name="-1+1")
    who = shop.manager if of_company else shop.finance
    address = reverse(f"commerce:{'company' if of_company else 'finance'}_list", args=[name, form])
    answer: Any = as_(who).get(address)
    assert answer.status_code == 200 and f"{name}.{form}" in answer["Content-Disposition"]
    if form == "csv":
        cells = [cell for row in rows_of(answer) for cell in row]
    else:
        sheet = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in found} <= {"s", "n"}
        cells = [str(cell.value) for cell in found]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert [cell for cell in cells if cell[:1] == "'"]
    assert line.order.reference in cells
    assert LogRecord.objects.filter(kind="commerce.list_exported", actor_id=who.pk).exists()


def test_a_released_seat_stays_in_the_list_with_both_its_days(shop: Shop) -> None:
    line, first, second = shop.paid(1), shop.staff(), shop.staff()
    given = actions.assign_seat(line_id=line.pk, learner=first, at=AT, by=shop.manager)
    actions.release_seat(assignment_id=given.pk, at=AT, by=shop.manager)
    actions.assign_seat(line_id=line.pk, learner=second, at=AT, by=shop.manager)
    rows = rows_of(as_(shop.manager).get(reverse("commerce:company_list", args=["seats", "csv"])))
    assert [(row[3], row[4], bool(row[6])) for row in rows[1:]] == [
        (first.name, "已收回", True),
        (second.name, "已分配", False),
    ]


def test_the_choice_of_finance_goes_into_the_file(shop: Shop) -> None:
    paid, placed = shop.paid(1).order, shop.order(1)
    answer = as_(shop.finance).get(reverse("commerce:finance_list", args=["orders", "csv"]), {"state": "placed"})
    assert [row[0] for row in rows_of(answer)[1:]] == [placed.reference]
    assert paid.reference != placed.reference


@pytest.mark.parametrize("address", ["nothing/csv", "orders/ods"])
def test_no_such_list_and_no_such_form(shop: Shop, address: str) -> None:
    assert as_(shop.finance).get(f"/orders/finance/lists/{address}/").status_code == 404
    assert as_(shop.manager).get(f"/orders/lists/{address}/").status_code == 404
