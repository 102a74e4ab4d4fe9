"""Paying: a page to pay on, money that arrived, and money that did not."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from analytics.learning_log.actions import append
from lms.commerce.actions.books import demand_finance, demand_manager, record
from lms.commerce.actions.orders import lock
from lms.commerce.actions.seats import make_seats
from lms.commerce.domain.gateway import Checkout, GatewayTrouble, Item, PaymentGateway
from lms.commerce.domain.refusals import BadPayment, WrongState
from lms.commerce.models import Order, Payment, Transfer

if TYPE_CHECKING:
    from lms.accounts.models import User

MISMATCH, SECOND, RETURNED = "mismatch", "second_payment", "returned"  # what is the trouble with a payment
TROUBLED = (MISMATCH, SECOND)  # it came, and is to go back
PAGE_LIFE = timedelta(hours=23)  # the service's own pages live for 24


def start_payment(
    *, order_id: int, gateway: PaymentGateway, success_url: str, cancel_url: str, at: datetime, by: "User"
) -> str:
    """Return the address of a page to pay an order on; one that was opened before and still lives is given again.

    The service is asked outside of the transaction under the payment's uuid as key: killed in between, the next try
    asks for the same page. Raises NotAllowed, WrongState, BadPayment (gateway).
    """
    payment = _pending(order_id, at=at, by=by)
    if payment.address:
        return payment.address
    order = payment.order
    try:
        page: Checkout = gateway.open_checkout(
            key=f"checkout-{payment.uuid}",
            items=[Item(line.name, line.quantity, line.unit_minor) for line in order.lines.all()],
            currency=order.currency,
            payment_uuid=str(payment.uuid),
            reference=order.reference,
            success_url=success_url,
            cancel_url=cancel_url,
        )
    except GatewayTrouble as trouble:
        raise BadPayment("gateway") from trouble
    Payment.objects.filter(pk=payment.pk).update(session_id=page.session_id, address=page.address)
    return page.address


@transaction.atomic
def _pending(order_id: int, *, at: datetime, by: "User") -> Payment:
    order = lock(order_id)
    demand_manager(by, order.company_id, at=at)
    if order.state != Order.State.PLACED:
        raise WrongState("not_waiting_for_money")
    pending = order.payments.filter(
        method=Payment.Method.STRIPE, state=Payment.State.PENDING, started_at__gt=at - PAGE_LIFE
    )
    return pending.order_by("-id").first() or Payment.objects.create(
        order=order, method=Payment.Method.STRIPE, started_at=at
    )


@transaction.atomic
def settle_payment(
    *, payment_uuid: UUID, intent_id: str, amount_minor: int, currency: str, at: datetime, by: "User | None" = None
) -> str:
    """Write down that the money of a payment is here, make the order paid and its seats; return what that did.

    Returns `settled`; `again` (known already); `mismatch` (another amount or currency than ordered: nothing is granted,
    finance sees it); `second_payment` (the order was paid or cancelled: the money is to be given back by a person).
    The same news twice, in any order, at once: the order's lock and the row's state make it once.
    """
    found = Payment.objects.filter(uuid=payment_uuid).values_list("order_id", flat=True).first()
    if found is None:
        return "unknown"
    order = lock(found)
    payment = Payment.objects.select_for_update().get(uuid=payment_uuid)
    if payment.state == Payment.State.SETTLED or payment.trouble == RETURNED:
        return "again"
    payment.came_minor, payment.came_currency = amount_minor, currency
    if amount_minor != order.total_minor or currency != order.currency:
        return _troubled(payment, intent_id, MISMATCH)
    if order.state != Order.State.PLACED:
        return _troubled(payment, intent_id, SECOND)
    payment.state, payment.intent_id, payment.settled_at, payment.trouble = Payment.State.SETTLED, intent_id, at, ""
    payment.save(update_fields=["state", "intent_id", "settled_at", "trouble", "came_minor", "came_currency"])
    order.state, order.paid_at = Order.State.PAID, at
    order.save(update_fields=["state", "paid_at"])
    make_seats(order)
    record(
        "commerce.payment_settled", order, amount_minor=amount_minor, at=at, by=by, payment_uuid=str(payment.uuid),
        method=payment.method,
    )  # fmt: skip
    return "settled"


def _troubled(payment: Payment, intent_id: str, trouble: str) -> str:
    payment.intent_id, payment.trouble = intent_id, trouble
    payment.save(update_fields=["intent_id", "trouble", "came_minor", "came_currency"])
    return trouble


@transaction.atomic
def give_up_payment(*, session_id: str, state: Payment.State) -> str:
    """The page of a payment is over without money. Returns `expired`, `nothing` when it was settled or is unknown."""
    changed = Payment.objects.filter(session_id=session_id, state=Payment.State.PENDING).update(state=state)
    return "expired" if changed else "nothing"


def open_pages(*, at: datetime) -> tuple[int, ...]:
    """Return orders that want no money while a page to pay them on still lives."""
    rows = (
        Payment.objects.filter(started_at__gt=at - PAGE_LIFE).exclude(address="").exclude(state=Payment.State.SETTLED)
    )
    return tuple(rows.exclude(order__state=Order.State.PLACED).values_list("order_id", flat=True).distinct()[:100])


def close_pages(*, order_id: int, gateway: PaymentGateway) -> int:
    """End the pages on which an order could still be paid, now that it wants no money; return how many.

    Who pays in the meantime pays twice: finance sees it and gives it back. Raises BadPayment (gateway).
    """
    rows = Payment.objects.filter(order=order_id).exclude(address="").exclude(state=Payment.State.SETTLED)
    closed = 0
    for payment in rows.exclude(order__state=Order.State.PLACED):
        try:
            gateway.close_checkout(payment.session_id)
        except GatewayTrouble as trouble:
            raise BadPayment("gateway") from trouble
        closed += Payment.objects.filter(pk=payment.pk).update(address="")
    return closed


def note_returned(*, payment_uuid: UUID, at: datetime) -> str:
    """The service says that all of a payment has gone back. Returns `returned`, or `nothing` when it was taken for its order."""
    return "returned" if return_money(payment_uuid=payment_uuid, at=at, by=None) else "nothing"


@transaction.atomic
def return_money(*, payment_uuid: UUID, at: datetime, by: "User | None") -> bool:
    """Write down that money which was not taken for its order has gone back; False when that is known, or it was taken."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("order__company").get(uuid=payment_uuid)
    if payment.trouble not in TROUBLED:
        return False
    payment.trouble, payment.state = RETURNED, Payment.State.FAILED
    payment.save(update_fields=["trouble", "state"])
    order = payment.order
    record(
        "commerce.payment_returned", order, at=at, by=by, payment_uuid=str(payment.uuid),
        amount_minor=order.total_minor if payment.came_minor is None else payment.came_minor,
        currency=payment.came_currency or order.currency,
    )  # fmt: skip
    return True


@transaction.atomic
def confirm_transfer(*, transfer_id: int, order_id: int, at: datetime, by: "User") -> Payment:
    """A person says: this incoming payment pays that order. Raises NotAllowed, WrongState, BadPayment (amount_differs)."""
    demand_finance(by)
    order = lock(order_id)
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.payment_id is not None:
        raise WrongState("transfer_matched")
    if order.state != Order.State.PLACED:
        raise WrongState("not_waiting_for_money")
    if transfer.amount_minor != order.total_minor:
        raise BadPayment("amount_differs")
    payment = Payment.objects.create(order=order, method=Payment.Method.TRANSFER, started_at=at)
    settle_payment(
        payment_uuid=payment.uuid,
        intent_id="",
        amount_minor=transfer.amount_minor,
        currency=order.currency,
        at=at,
        by=by,
    )
    transfer.payment = payment
    transfer.save(update_fields=["payment"])
    payment.refresh_from_db()
    return payment


def bank_account() -> str:
    """Return the account for transfers as the operator wrote it, empty when there is none."""
    return str(settings.BANK_ACCOUNT)


@transaction.atomic
def put_transfer_aside(*, transfer_id: int, why: str, at: datetime, by: "User") -> None:
    """An incoming payment that pays none of our orders (interest, a mistake): say why, so that nobody looks again.

    Who did so is in the log. Raises NotAllowed, WrongState (transfer_matched).
    """
    _set_aside(transfer_id, why.strip()[:200], "commerce.transfer_set_aside", at=at, by=by)


@transaction.atomic
def take_transfer_up(*, transfer_id: int, at: datetime, by: "User") -> None:
    """An incoming payment that was put aside waits for its order again. Raises NotAllowed, WrongState (transfer_matched)."""
    _set_aside(transfer_id, "", "commerce.transfer_taken_up", at=at, by=by)


def _set_aside(transfer_id: int, why: str, kind: str, *, at: datetime, by: "User") -> None:
    demand_finance(by)
    transfer = Transfer.objects.select_for_update().filter(pk=transfer_id, payment__isnull=True).first()
    if transfer is None or bool(transfer.put_aside) == bool(why):
        raise WrongState("transfer_matched")
    transfer.put_aside = why
    transfer.save(update_fields=["put_aside"])
    append(
        kind=kind,
        actor_id=by.pk,
        happened_at=at,
        payload={
            "booked_on": transfer.booked_on.isoformat(), "amount_minor": transfer.amount_minor, "digest": transfer.digest,
        },
    )  # fmt: skip
