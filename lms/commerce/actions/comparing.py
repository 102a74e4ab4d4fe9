"""Our books beside those of the payment service: whatever stands in one and not in the other."""

from collections.abc import Collection, Mapping
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from analytics.learning_log.actions import append
from lms.commerce.actions.books import demand_finance
from lms.commerce.actions.payments import note_returned
from lms.commerce.domain.books import Difference
from lms.commerce.domain.gateway import GatewayTrouble, PaidThere, PaymentGateway
from lms.commerce.domain.refusals import WrongState
from lms.commerce.models import BooksComparison, ExplainedDifference, Payment, Refund
from lms.commerce.queries.books import unexplained

if TYPE_CHECKING:
    from lms.accounts.models import User

ON_ITS_WAY = timedelta(hours=1)  # so long news of a payment may take without anything being wrong
PAID_LATE = timedelta(days=10)  # a payment may have been made so long before we heard of it
LOOKED_BACK = timedelta(days=35)
LONGEST = timedelta(days=400)  # what is unexplained for so long will not be mended by one more night
GivenBack = tuple[int, int]  # minor units: done, and on its way


def compare_books(*, gateway: PaymentGateway, since: datetime, at: datetime) -> tuple[Difference, ...]:
    """Return every difference since then, and log how many. A person decides what is to be done. Raises GatewayTrouble.

    The one thing that it changes: money that was not taken for its order and has gone back is noted as returned, should
    the service's news of it never have come.
    """
    return tuple(_compared(gateway=gateway, since=since, at=at)[0])


def compare_and_keep(*, gateway: PaymentGateway, at: datetime) -> BooksComparison:
    """Compare the last weeks, and keep what came of it for the people of finance; also that nothing could be learnt.

    A difference that nobody has explained stays in view: the next comparison begins where the last one did.
    """
    last = BooksComparison.objects.filter(failed=False).first()
    since = at - LOOKED_BACK
    if last is not None and unexplained(last):
        since = max(min(last.since, since), at - LONGEST)
    try:
        found, payments, refunds = _compared(gateway=gateway, since=since, at=at)
    except GatewayTrouble:
        return BooksComparison.objects.create(at=at, since=since, failed=True)
    return BooksComparison.objects.create(
        at=at, since=since, payments=payments, refunds=refunds, differences=[list(astuple(one)) for one in found]
    )


@transaction.atomic
def explain_difference(*, difference: Difference, why: str, at: datetime, by: "User") -> None:
    """Say why two figures differ, so that nobody has to look again until one changes. Raises NotAllowed, WrongState."""
    demand_finance(by)
    last = BooksComparison.objects.filter(failed=False).first()
    if last is None or list(astuple(difference)) not in last.differences:
        raise WrongState("no_such_difference")
    if not why.strip():
        raise WrongState("no_explanation")
    _row, new = ExplainedDifference.objects.get_or_create(
        what=difference.what, reference=difference.reference, ours_minor=difference.ours, theirs_minor=difference.theirs,
        defaults={"why": why.strip()[:200], "by": by, "at": at},
    )  # fmt: skip
    if new:
        append(
            kind="commerce.difference_explained",
            actor_id=by.pk,
            happened_at=at,
            payload={
                "what": difference.what, "reference": difference.reference, "ours": difference.ours,
                "theirs": difference.theirs,
            },
        )  # fmt: skip


def _compared(*, gateway: PaymentGateway, since: datetime, at: datetime) -> tuple[list[Difference], int, int]:
    there = {payment.intent_id: payment for payment in gateway.payments(since=since - PAID_LATE)}
    settled = Payment.objects.filter(method=Payment.Method.STRIPE, state=Payment.State.SETTLED)
    here = {
        payment.intent_id: payment
        for payment in settled.filter(Q(settled_at__gte=since) | Q(intent_id__in=there)).select_related("order")
    }
    back = _given_back({payment.order_id for payment in here.values()})
    found = [each for paid in there.values() for each in _compare(paid, here.get(paid.intent_id), back, at)]
    missing = sorted(here.keys() - there.keys())
    found += [Difference("not_there", here[i].order.reference, here[i].order.total_minor, 0) for i in missing]
    payments = len(there.keys() | here.keys())
    refunds = Refund.objects.filter(state=Refund.State.DONE, decided_at__gte=since).count()
    append(
        kind="commerce.books_compared",
        actor_id=None,
        happened_at=at,
        payload={"payments": payments, "refunds": refunds, "differences": len(found)},
    )
    return found, payments, refunds


def _compare(there: PaidThere, here: Payment | None, back: Mapping[int, GivenBack], at: datetime) -> list[Difference]:
    if here is None:
        return _not_settled(there, at)
    differences = []
    if here.order.total_minor != there.amount_minor:
        differences.append(Difference("amount", here.order.reference, here.order.total_minor, there.amount_minor))
    ours, on_its_way = back.get(here.order_id, (0, 0))
    if not ours <= there.refunded_minor <= ours + on_its_way:
        differences.append(Difference("refunded", here.order.reference, ours, there.refunded_minor))
    return differences


def _not_settled(there: PaidThere, at: datetime) -> list[Difference]:
    uuid = _uuid(there.payment_uuid)
    known = Payment.objects.filter(uuid=uuid).select_related("order").first() if uuid else None
    if known is None:
        return [Difference("unknown_here", there.intent_id, 0, there.amount_minor)]
    if there.refunded_minor == there.amount_minor:
        note_returned(payment_uuid=known.uuid, at=at)
        return []  # it came and it went
    if not known.trouble and there.paid_at > at - ON_ITS_WAY:
        return []
    return [Difference("not_settled_here", known.order.reference, 0, there.amount_minor)]


def _given_back(orders: Collection[int]) -> dict[int, GivenBack]:
    """Return what of each order went back, and what is on its way back; orders without either are left out. One query."""
    rows = Refund.objects.filter(line__order__in=orders).values_list("line__order").order_by("line__order")
    sums = rows.annotate(
        done=Sum("amount_minor", filter=Q(state=Refund.State.DONE)),
        sent=Sum("amount_minor", filter=Q(state=Refund.State.SENT)),
    )
    return {order_id: (done or 0, sent or 0) for order_id, done, sent in sums}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
