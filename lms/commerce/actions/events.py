"""Events of the payment service: each stored once before it is answered, handled until it is done.

What an order and its seats become is a function of the set of events, not of their order or number: each of them says
one fact about one payment or refund, and each of those is written once. An event that comes before what it builds upon
(a refund before its payment) waits in its row and is tried again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lms.commerce.actions.books import record
from lms.commerce.actions.orders import lock
from lms.commerce.actions.payments import give_up_payment, note_returned, settle_payment
from lms.commerce.actions.refunds import finish_refund
from lms.commerce.models import Payment, Refund, StripeEvent
from lms.commerce.stripe_gateway import moment_of

# As long as the service itself tries to deliver: what an event builds upon has come by then, or never will. Counted from
# when we heard of it, not from when it happened: after three days of silence all news is old, and some comes backwards.
LONGEST_WAIT = timedelta(days=3)


def store_event(event: dict[str, Any], *, at: datetime) -> int | None:
    """Store an event, and return its row's id; None when it is there already."""
    row = {
        "kind": event["type"],
        "created_at": moment_of(event),
        "received_at": at,
        "payload": event["data"]["object"],
    }
    found, created = StripeEvent.objects.get_or_create(event_id=event["id"], defaults=row)
    return found.pk if created else None


@transaction.atomic
def handle_event(*, event_row: int, at: datetime) -> str:
    """Do what a stored event says, once; return what it did, `waiting` for one that came too early."""
    row = StripeEvent.objects.select_for_update().get(pk=event_row)
    if row.handled_at is not None:
        return row.outcome
    outcome = _do(row.kind, row.payload, at=at)
    if outcome == "waiting" and at - row.received_at > LONGEST_WAIT:
        outcome = "not_ours"
    row.tries += 1
    row.outcome = outcome
    if outcome != "waiting":
        row.handled_at = at
    row.save(update_fields=["tries", "outcome", "handled_at"])
    return outcome


def _do(kind: str, thing: dict[str, Any], *, at: datetime) -> str:
    if kind == "payment_intent.succeeded":
        payment = _uuid(thing, "payment")
        if payment is None:
            return "not_ours"
        return settle_payment(
            payment_uuid=payment,
            intent_id=str(thing["id"]),
            amount_minor=int(thing["amount_received"]),
            currency=str(thing["currency"]),
            at=at,
        )
    if kind == "checkout.session.expired":
        return give_up_payment(session_id=str(thing["id"]), state=Payment.State.EXPIRED)
    told = _TOLD.get(kind)
    return told(thing, at=at) if told else "nothing"


def _refund(thing: dict[str, Any], *, at: datetime) -> str:
    if thing.get("status") != "succeeded":
        return "nothing"
    ours = _uuid(thing, "refund")
    refund = Refund.objects.filter(uuid=ours).first() if ours else None
    if refund is None:
        return "not_ours"  # made in the service's own pages: the comparison of the books shows it
    if refund.amount_minor != int(thing["amount"]):
        return "mismatch"
    return finish_refund(refund_id=refund.pk, gateway_id=str(thing["id"]), at=at, by=None)


def _went_back(thing: dict[str, Any], *, at: datetime) -> str:
    """Money of which all went back in the service's own pages need not stay in finance's list."""
    ours = _uuid(thing, "payment")
    payment = Payment.objects.filter(uuid=ours).first() if ours else None
    if payment is None or not thing.get("refunded"):
        return "nothing"
    if payment.state != Payment.State.SETTLED and not payment.trouble:
        return "waiting"  # that it came has not been told yet
    return note_returned(payment_uuid=payment.uuid, at=at)


def _dispute(thing: dict[str, Any], *, at: datetime) -> str:
    payment = Payment.objects.filter(intent_id=str(thing.get("payment_intent"))).first()
    if payment is None:
        return "waiting"
    order = lock(payment.order_id)
    state = {"won": "won", "lost": "lost"}.get(str(thing["status"]), "opened")
    closed = StripeEvent.objects.filter(
        kind="charge.dispute.closed", payload__id=thing["id"], payload__status__in=["won", "lost"]
    )
    if state == "opened" and closed.exists():
        return "again"  # the end of it came before its beginning
    order.disputed = state != "won"
    order.save(update_fields=["disputed"])
    record("commerce.dispute_changed", order, amount_minor=int(thing["amount"]), at=at, by=None, state=state)
    return state


def _uuid(thing: dict[str, Any], name: str) -> UUID | None:
    try:
        return UUID(str((thing.get("metadata") or {}).get(name)))
    except ValueError:
        return None


_TOLD = {
    "refund.created": _refund,
    "refund.updated": _refund,
    "charge.refunded": _went_back,
    "charge.dispute.created": _dispute,
    "charge.dispute.closed": _dispute,
}
