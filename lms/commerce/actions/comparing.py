"""Our books beside those of the payment service: whatever stands in one and not in the other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from analytics.learning_log.actions import append
from lms.commerce.actions.payments import RETURNED
from lms.commerce.domain.gateway import PaidThere, PaymentGateway
from lms.commerce.models import Payment, Refund


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree: `unknown_here`, `not_settled_here`, `not_there`, `amount` or `refunded`. Minor units."""

    what: str
    reference: str
    ours: int
    theirs: int


def compare_books(*, gateway: PaymentGateway, since: datetime, at: datetime) -> tuple[Difference, ...]:
    """Return every difference since then, and log how many. Changes nothing: a person decides. Raises GatewayTrouble."""
    there = {payment.intent_id: payment for payment in gateway.payments(since=since)}
    here = {
        payment.intent_id: payment
        for payment in Payment.objects.filter(
            method=Payment.Method.STRIPE, state=Payment.State.SETTLED, settled_at__gte=since
        ).select_related("order")
    }
    found = [difference for paid in there.values() for difference in _compare(paid, here.get(paid.intent_id))]
    missing = sorted(here.keys() - there.keys())
    found += [Difference("not_there", here[i].order.reference, here[i].order.total_minor, 0) for i in missing]
    refunds = Refund.objects.filter(state=Refund.State.DONE, decided_at__gte=since).count()
    append(
        kind="commerce.books_compared",
        actor_id=None,
        happened_at=at,
        payload={"payments": len(there.keys() | here.keys()), "refunds": refunds, "differences": len(found)},
    )
    return tuple(found)


def _compare(there: PaidThere, here: Payment | None) -> list[Difference]:
    if here is None:
        uuid = _uuid(there.payment_uuid)
        known = Payment.objects.filter(uuid=uuid).select_related("order").first() if uuid else None
        if known is not None and known.trouble == RETURNED and there.refunded_minor == there.amount_minor:
            return []
        what = "not_settled_here" if known else "unknown_here"
        return [Difference(what, known.order.reference if known else there.intent_id, 0, there.amount_minor)]
    differences = []
    if here.order.total_minor != there.amount_minor:
        differences.append(Difference("amount", here.order.reference, here.order.total_minor, there.amount_minor))
    done = Refund.objects.filter(line__order=here.order, state=Refund.State.DONE).aggregate(sum=Sum("amount_minor"))
    ours = done["sum"] or 0
    if ours != there.refunded_minor:
        differences.append(Difference("refunded", here.order.reference, ours, there.refunded_minor))
    return differences


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
