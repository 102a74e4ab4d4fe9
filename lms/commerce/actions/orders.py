"""Quotations and orders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from lms.commerce.actions.books import demand_finance, demand_manager, record
from lms.commerce.domain.pricing import Line, total_of
from lms.commerce.domain.reference import reference_of
from lms.commerce.domain.refusals import BadOrder, NotAllowed, WrongState
from lms.commerce.models import InvoiceDetails, Order, OrderLine, Payment, Price
from lms.commerce.queries.prices import price_list_for
from lms.organisations.domain.credit_code import check_credit_code

if TYPE_CHECKING:
    from lms.accounts.models import User

QUOTATION_DAYS = 30
INVOICE_NUMBER = re.compile(r"[0-9]{20}|[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the company wants on its invoice. kind: ordinary or special."""

    kind: str
    title: str
    credit_code: str
    email: str = ""


@transaction.atomic
def place_order(
    *,
    company_id: int,
    quantities: Mapping[int, int],
    invoice: Invoice,
    quotation: bool = False,
    at: datetime,
    by: "User",
) -> Order:
    """Write an order (or quotation) with the prices of today's list of the company's region.

    quantities: by the id of the product. Nothing of the price comes from the buyer.
    Raises NotAllowed, BadOrder, organisations' BadCreditCode.
    """
    demand_manager(by, company_id, at=at)
    today = timezone.localdate(at)
    price_list = price_list_for(company_id, on=today)
    if price_list is None:
        raise BadOrder("no_price")
    wanted = {product: quantity for product, quantity in quantities.items() if quantity}
    prices = {
        price.product_id: price
        for price in Price.objects.filter(price_list=price_list, product__in=wanted).select_related("product")
    }
    for product in wanted:
        if product not in prices or not prices[product].product.for_sale:
            raise BadOrder("not_for_sale")
    total = total_of(Line(wanted[p], price.unit_minor, price.ceiling_minor) for p, price in prices.items())
    currencies = {price.currency for price in prices.values()}
    if len(currencies) > 1:
        raise BadOrder("two_currencies")
    serial = _next_serial()
    order = Order.objects.create(
        serial=serial,
        reference=reference_of(serial),
        company_id=company_id,
        state=Order.State.QUOTATION if quotation else Order.State.PLACED,
        currency=currencies.pop(),
        total_minor=total,
        price_document=price_list.document,
        valid_until=today + timedelta(days=QUOTATION_DAYS) if quotation else None,
        placed_at=at,
        placed_by=by,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=prices[product].product,
            name=prices[product].product.name,
            quantity=quantity,
            unit_minor=prices[product].unit_minor,
        )
        for product, quantity in wanted.items()
    )
    _write_invoice(order, invoice)
    record(
        "commerce.order_placed", order, amount_minor=total, at=at, by=by, reference=order.reference,
        price_document=price_list.document,
    )  # fmt: skip
    return order


@transaction.atomic
def accept_quotation(*, order_id: int, at: datetime, by: "User") -> Order:
    """Make an order of a quotation that still stands, at the prices it quoted. Raises NotAllowed, WrongState."""
    order = lock(order_id)
    demand_manager(by, order.company_id, at=at)
    if order.state != Order.State.QUOTATION:
        raise WrongState("not_a_quotation")
    if order.valid_until and timezone.localdate(at) > order.valid_until:
        raise WrongState("quotation_over")
    order.state = Order.State.PLACED
    order.save(update_fields=["state"])
    return order


@transaction.atomic
def cancel_order(*, order_id: int, at: datetime, by: "User") -> Order:
    """Cancel what is not paid. Money that still comes for it waits for finance. Raises NotAllowed, WrongState."""
    order = lock(order_id)
    try:
        demand_manager(by, order.company_id, at=at)
    except NotAllowed:
        demand_finance(by)
    if order.state not in {Order.State.QUOTATION, Order.State.PLACED}:
        raise WrongState("paid_or_cancelled")
    order.state = Order.State.CANCELLED
    order.save(update_fields=["state"])
    order.payments.filter(state=Payment.State.PENDING).update(state=Payment.State.EXPIRED)
    record("commerce.order_cancelled", order, amount_minor=order.total_minor, at=at, by=by)
    return order


@transaction.atomic
def note_invoice(*, order_id: int, number: str, at: datetime, by: "User") -> InvoiceDetails:
    """Write down the number under which the tax system issued the invoice of a paid order; a mistake may be corrected.

    number: 20 digits, or the 8 of an older kind. Raises NotAllowed, WrongState (not_paid_yet), BadOrder (invoice_number).
    """
    demand_finance(by)
    order = lock(order_id)
    if order.state != Order.State.PAID:
        raise WrongState("not_paid_yet")
    number = number.strip()
    if not INVOICE_NUMBER.fullmatch(number):
        raise BadOrder("invoice_number")
    details = InvoiceDetails.objects.select_for_update().get(order=order)
    details.number = number
    details.save(update_fields=["number"])
    record("commerce.invoice_noted", order, amount_minor=order.total_minor, at=at, by=by, invoice_number=number)
    return details


def lock(order_id: int) -> Order:
    """Return an order that nobody else changes until the transaction ends. Every deed on its money and seats begins here."""
    return Order.objects.select_for_update(of=("self",)).select_related("company").get(pk=order_id)


def _write_invoice(order: Order, invoice: Invoice) -> None:
    if invoice.kind not in InvoiceDetails.Kind.values or not invoice.title.strip():
        raise BadOrder("invoice")
    InvoiceDetails.objects.create(
        order=order,
        kind=invoice.kind,
        title=invoice.title.strip(),
        credit_code=check_credit_code(invoice.credit_code, fictional_allowed=order.company.fictional),
        email=invoice.email,
    )


def _next_serial() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('commerce_order_serial')")
        return int(cursor.fetchone()[0])
