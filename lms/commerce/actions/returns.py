"""Money that came and was not taken for its order goes back: like refunds, above the limit by two people."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from lms.commerce.actions.books import demand_finance, record
from lms.commerce.actions.orders import lock
from lms.commerce.actions.payments import RETURNED, TROUBLED, return_money
from lms.commerce.domain.gateway import AlreadyBack, GatewayTrouble, PaymentGateway
from lms.commerce.domain.pricing import needs_second_person
from lms.commerce.domain.refusals import BadPayment, BadRefund, WrongState
from lms.commerce.models import Order, Payment

if TYPE_CHECKING:
    from lms.accounts.models import User


def return_payment(*, payment_uuid: UUID, gateway: PaymentGateway, at: datetime, by: "User") -> str:
    """Give back the whole of a payment that was not taken for its order: `returned`, or `asked` when it takes a second person.

    Up to settings.REFUND_LIMIT_MINOR an order one person returns it; above, one asks and another agrees. It goes to where it
    came from, once: the key is the payment's own. Raises NotAllowed, WrongState, BadRefund (second_person), BadPayment (gateway).
    """
    payment = _agreed(payment_uuid, at=at, by=by)
    if payment is None:
        return "asked"
    try:
        gateway.refund(
            key=f"return-{payment.uuid}",
            intent_id=payment.intent_id,
            amount_minor=came(payment),
            refund_uuid=str(payment.uuid),
        )
    except AlreadyBack:
        pass  # asked for before a crash, or by hand in the service's own pages: only our row is behind
    except GatewayTrouble as trouble:
        raise BadPayment("gateway") from trouble
    return_money(payment_uuid=payment.uuid, at=at, by=by)
    return "returned"


@transaction.atomic
def refuse_return(*, payment_uuid: UUID, at: datetime, by: "User") -> None:
    """Take back that a payment is to be returned, before a second person has agreed. Raises NotAllowed, WrongState."""
    demand_finance(by)
    payment = _locked(payment_uuid)
    if payment.return_asked_by_id is None or payment.return_agreed_by_id is not None:
        raise WrongState("nothing_to_return")
    payment.return_asked_by = payment.return_asked_at = None
    payment.save(update_fields=["return_asked_by", "return_asked_at"])
    _record("commerce.return_refused", payment, at=at, by=by)


def came(payment: Payment) -> int:
    """Return how much came, in minor units of the currency in which it came."""
    return payment.order.total_minor if payment.came_minor is None else payment.came_minor


@transaction.atomic
def _agreed(payment_uuid: UUID, *, at: datetime, by: "User") -> Payment | None:
    """Return the payment when enough people say that it goes back; None when one said so and another has to."""
    demand_finance(by)
    payment = _locked(payment_uuid)
    alone = not needs_second_person(came(payment) + _returned_alone(payment.order), settings.REFUND_LIMIT_MINOR)
    if payment.return_asked_by_id is None:
        payment.return_asked_by, payment.return_asked_at = by, at
        payment.save(update_fields=["return_asked_by", "return_asked_at"])
        if not alone:
            _record("commerce.return_asked", payment, at=at, by=by)
            return None
    elif not alone and payment.return_agreed_by_id is None:
        if payment.return_asked_by_id == by.pk:
            raise BadRefund("second_person")
        payment.return_agreed_by = by
        payment.save(update_fields=["return_agreed_by"])
    return payment


def _locked(payment_uuid: UUID) -> Payment:
    found = Payment.objects.filter(uuid=payment_uuid).values_list("order_id", flat=True).first()
    if found is None:
        raise WrongState("nothing_to_return")
    order = lock(found)
    payment = Payment.objects.select_for_update().get(uuid=payment_uuid)
    payment.order = order
    if payment.trouble not in TROUBLED or not payment.intent_id:
        raise WrongState("nothing_to_return")
    if payment.trouble == "mismatch" and payment.came_minor is None:
        raise WrongState("return_there")  # noted before we kept how much had come
    return payment


def _returned_alone(order: Order) -> int:
    rows = Payment.objects.filter(
        order=order, trouble=RETURNED, return_asked_by__isnull=False, return_agreed_by__isnull=True
    )
    return int(rows.aggregate(sum=Sum(Coalesce("came_minor", F("order__total_minor"))))["sum"] or 0)


def _record(kind: str, payment: Payment, *, at: datetime, by: "User") -> None:
    record(
        kind, payment.order, amount_minor=came(payment), at=at, by=by, payment_uuid=str(payment.uuid),
        currency=payment.came_currency or payment.order.currency,
    )  # fmt: skip
