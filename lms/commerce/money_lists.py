"""Orders, refunds, transfers and seats as rows for a spreadsheet: the heading first."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.commerce.models import Order, Refund, Transfer
from lms.commerce.queries import orders as queries
from lms.organisations.spreadsheets import Row, moment_cell

AT_ONCE = 500


def order_rows(orders: QuerySet[Order]) -> Iterator[Row]:
    """Return orders with what stands on their invoices."""
    yield (
        _("订单号"), _("单位"), _("信用代码"), _("内容"), _("状态"), _("金额（元）"), _("已退（元）"), _("下单时间"),
        _("付款时间"), _("发票类型"), _("发票抬头"), _("发票号码"),
    )  # fmt: skip
    for order in orders.iterator(chunk_size=AT_ONCE):
        yield (
            order.reference, order.company.name, order.company.credit_code,
            "、".join(f"{line.name} × {line.quantity}" for line in order.lines.all()), str(order.get_state_display()),
            _yuan(order.total_minor), _yuan(order.refunded_minor), moment_cell(order.placed_at), moment_cell(order.paid_at),
            str(order.invoice.get_kind_display()), order.invoice.title, order.invoice.number,
        )  # fmt: skip


def refund_rows() -> Iterator[Row]:
    """Return every refund with who asked, who agreed, and its credit note."""
    yield (
        _("订单号"), _("单位"), _("内容"), _("席位"), _("金额（元）"), _("状态"), _("原因"), _("提出人"), _("提出时间"),
        _("审批人"), _("审批时间"), _("答复"), _("红字凭证"), _("发票号码"), _("退款流水"),
    )  # fmt: skip
    rows = Refund.objects.select_related("line__order__company", "line__order__invoice", "asked_by", "decided_by")
    for refund in rows.order_by("-pk").iterator(chunk_size=AT_ONCE):
        order = refund.line.order
        yield (
            order.reference, order.company.name, refund.line.name, refund.quantity, _yuan(refund.amount_minor),
            str(refund.get_state_display()), refund.reason, refund.asked_by.name, moment_cell(refund.asked_at),
            refund.decided_by.name if refund.decided_by else "", moment_cell(refund.decided_at), refund.answer,
            refund.note_number or "", order.invoice.number, refund.gateway_id,
        )  # fmt: skip


def transfer_rows() -> Iterator[Row]:
    """Return every incoming transfer with the order that it paid."""
    yield (_("日期"), _("金额（元）"), _("付款人"), _("附言"), _("订单号"), _("不是订单款"), _("载入人"), _("载入时间"))
    rows = Transfer.objects.select_related("payment__order", "imported_by").order_by("-booked_on", "-pk")
    for transfer in rows.iterator(chunk_size=AT_ONCE):
        yield (
            transfer.booked_on.isoformat(), _yuan(transfer.amount_minor), transfer.payer, transfer.remark,
            transfer.payment.order.reference if transfer.payment else "", transfer.put_aside, transfer.imported_by.name,
            moment_cell(transfer.imported_at),
        )  # fmt: skip


def seat_rows(company_id: int) -> Iterator[Row]:
    """Return who sits and sat on a company's seats, with from when until when."""
    yield (_("订单号"), _("席位种类"), _("席位序号"), _("姓名"), _("状态"), _("分配时间"), _("收回时间"))
    for one in queries.assignments_of(company_id).iterator(chunk_size=AT_ONCE):
        state = _("已收回") if one.released_at else str(one.seat.get_state_display())
        yield (
            one.line.order.reference, one.line.name, one.seat.number, one.learner.name, state, moment_cell(one.assigned_at),
            moment_cell(one.released_at),
        )  # fmt: skip


# What a company takes home of its own, and what finance does of everybody's.
OF_COMPANY: dict[str, Callable[[int], Iterator[Row]]] = {
    "orders": lambda company_id: order_rows(queries.all_orders().filter(company_id=company_id)),
    "seats": seat_rows,
}
OF_FINANCE: dict[str, Callable[[str, str], Iterator[Row]]] = {
    "orders": lambda state, words: order_rows(queries.all_orders(state=state, words=words)),
    "refunds": lambda _state, _words: refund_rows(),
    "transfers": lambda _state, _words: transfer_rows(),
}


def _yuan(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)
