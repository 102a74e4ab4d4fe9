"""Seats and money back."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum

from lms.commerce.actions.books import demand_finance, demand_manager, record
from lms.commerce.actions.orders import lock
from lms.commerce.domain.gateway import AlreadyBack, GatewayTrouble, PaymentGateway
from lms.commerce.domain.pricing import needs_second_person
from lms.commerce.domain.refusals import BadPayment, BadRefund, NotAllowed, WrongState
from lms.commerce.models import Order, OrderLine, Payment, Refund, Seat

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def ask_refund(*, line_id: int, quantity: int, reason: str, at: datetime, by: "User") -> Refund:
    """Ask to return free seats of a line for their money; they are held back at once, so that nobody is put on them.

    Up to settings.REFUND_LIMIT_MINOR an order it is sent without a second person: slices of a large sum count together.
    By the company's manager or finance staff.
    Raises NotAllowed, BadRefund (quantity, seats_in_use, not_paid).
    """
    line = OrderLine.objects.get(pk=line_id)
    order = lock(line.order_id)
    _demand_either(by, order, at=at)
    if order.state != Order.State.PAID:
        raise BadRefund("not_paid")
    if quantity < 1:
        raise BadRefund("quantity")
    seats = list(
        Seat.objects.select_for_update().filter(line=line, state=Seat.State.FREE).order_by("-number")[:quantity]
    )
    if len(seats) < quantity:
        raise BadRefund("seats_in_use", str(len(seats)))
    amount = quantity * line.unit_minor
    refund = Refund.objects.create(
        line=line, quantity=quantity, amount_minor=amount, reason=reason.strip()[:200], asked_at=at, asked_by=by
    )
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(state=Seat.State.RETURNING, refund=refund)
    record(
        "commerce.refund_asked", order, amount_minor=amount, at=at, by=by, refund_uuid=str(refund.uuid), seats=quantity
    )
    if not needs_second_person(amount + _sent_alone(order), settings.REFUND_LIMIT_MINOR):
        _send(refund, order, at=at, by=None)
    return refund


def _sent_alone(order: Order) -> int:
    """Return what of an order went back, or is on its way, without a second person."""
    rows = Refund.objects.filter(
        line__order=order, decided_by__isnull=True, state__in=[Refund.State.SENT, Refund.State.DONE]
    )
    return int(rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


@transaction.atomic
def decide_refund(*, refund_id: int, agreed: bool, answer: str, at: datetime, by: "User") -> Refund:
    """A second person of finance agrees or refuses, with words. Raises NotAllowed, BadRefund (second_person), WrongState."""
    demand_finance(by)
    refund = Refund.objects.select_related("line").get(pk=refund_id)
    order = lock(refund.line.order_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("line").get(pk=refund_id)
    if refund.state != Refund.State.ASKED:
        raise WrongState("decided_already")
    if refund.asked_by_id == by.pk:
        raise BadRefund("second_person")
    refund.answer = answer.strip()[:200]
    if agreed:
        _send(refund, order, at=at, by=by)
        return refund
    refund.state, refund.decided_at, refund.decided_by = Refund.State.REFUSED, at, by
    refund.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    refund.seats.update(state=Seat.State.FREE, refund=None)
    _record_decision(refund, order, "refused", at=at, by=by)
    return refund


def _send(refund: Refund, order: Order, *, at: datetime, by: "User | None") -> None:
    refund.state, refund.decided_at, refund.decided_by = Refund.State.SENT, at, by
    refund.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    _record_decision(refund, order, "sent", at=at, by=by)


def _record_decision(refund: Refund, order: Order, decision: str, *, at: datetime, by: "User | None") -> None:
    record(
        "commerce.refund_decided", order, amount_minor=refund.amount_minor, at=at, by=by,
        refund_uuid=str(refund.uuid), decision=decision,
    )  # fmt: skip


def send_refund(*, refund_id: int, gateway: PaymentGateway, at: datetime) -> str:
    """Ask the service for the money of a refund that is under way, and finish it. A row is the queue: a sweep calls again.

    The key is the refund's own uuid: asked after a crash, the service gives back once. Returns `done`, `by_hand` (a bank
    transfer: finance pays and says so with `finish_by_hand`), `nothing`. Raises BadPayment (gateway).
    """
    refund = Refund.objects.select_related("line__order").get(pk=refund_id)
    if refund.state != Refund.State.SENT:
        return "nothing"
    payment = Payment.objects.filter(order=refund.line.order, state=Payment.State.SETTLED).get()
    if payment.method != Payment.Method.STRIPE:
        return "by_hand"
    try:
        gateway_id = gateway.refund(
            key=f"refund-{refund.uuid}",
            intent_id=payment.intent_id,
            amount_minor=refund.amount_minor,
            refund_uuid=str(refund.uuid),
        )
    except AlreadyBack:
        gateway_id = ""  # somebody gave all of it back in the service's own pages: there is no more to ask for
    except GatewayTrouble as trouble:
        raise BadPayment("gateway") from trouble
    return finish_refund(refund_id=refund.pk, gateway_id=gateway_id, at=at, by=None)


def finish_by_hand(*, refund_id: int, bank_reference: str, at: datetime, by: "User") -> str:
    """Finance has transferred the money back. bank_reference: of that transfer. Raises NotAllowed, WrongState."""
    demand_finance(by)
    refund = Refund.objects.select_related("line__order").get(pk=refund_id)
    methods = Payment.objects.filter(order=refund.line.order, state=Payment.State.SETTLED).values_list(
        "method", flat=True
    )
    if refund.state != Refund.State.SENT or Payment.Method.TRANSFER not in methods or not bank_reference.strip():
        raise WrongState("not_by_hand")
    return finish_refund(refund_id=refund_id, gateway_id=f"bank:{bank_reference.strip()}"[:100], at=at, by=by)


@transaction.atomic
def finish_refund(*, refund_id: int, gateway_id: str, at: datetime, by: "User | None") -> str:
    """The money is back: end the refund with a credit note and its seats. Returns `done`, or `again` when it was."""
    order = lock(Refund.objects.select_related("line").get(pk=refund_id).line.order_id)
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    if refund.state != Refund.State.SENT:
        return "again"
    refund.state, refund.gateway_id, refund.note_number = Refund.State.DONE, gateway_id, _next_note()
    refund.save(update_fields=["state", "gateway_id", "note_number"])
    refund.seats.update(state=Seat.State.RETURNED)
    order.refunded_minor += refund.amount_minor
    order.save(update_fields=["refunded_minor"])
    record(
        "commerce.refund_finished", order, amount_minor=refund.amount_minor, at=at, by=by, refund_uuid=str(refund.uuid),
        note_number=refund.note_number,
    )  # fmt: skip
    return "done"


def _next_note() -> int:
    """Return the next number of a credit note. Under a lock of its own until the commit: no gap when one is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('commerce_credit_note'))")
        cursor.execute("SELECT coalesce(max(note_number), 0) + 1 FROM commerce_refund")
        return int(cursor.fetchone()[0])


def _demand_either(by: "User", order: Order, *, at: datetime) -> None:
    try:
        demand_manager(by, order.company_id, at=at)
    except NotAllowed:
        demand_finance(by)
