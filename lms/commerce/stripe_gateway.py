"""The only file that speaks to Stripe (or to the simulator, which speaks the same)."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import stripe
from django.conf import settings

from lms.commerce.domain.gateway import AlreadyBack, Checkout, GatewayTrouble, Item, PaidThere

TOLERANCE_SECONDS = 300  # of a signature's age, as Stripe recommends
RETRIES = 2


class StripeGateway:
    """The service behind domain.gateway.PaymentGateway."""

    def __init__(self) -> None:
        addresses: Any = {"api": settings.STRIPE_API_BASE} if settings.STRIPE_API_BASE else {}
        self.client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY, base_addresses=addresses, max_network_retries=RETRIES
        )

    def open_checkout(
        self,
        *,
        key: str,
        items: Iterable[Item],
        currency: str,
        payment_uuid: str,
        reference: str,
        success_url: str,
        cancel_url: str,
    ) -> Checkout:
        given: Any = {
            "mode": "payment",
            "payment_method_types": list(settings.STRIPE_METHODS),
            "client_reference_id": reference,
            "metadata": {"payment": payment_uuid},
            "payment_intent_data": {"metadata": {"payment": payment_uuid, "reference": reference}},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "locale": "zh",
            "line_items": [
                {
                    "quantity": item.quantity,
                    "price_data": {
                        "currency": currency,
                        "unit_amount": item.unit_minor,
                        "product_data": {"name": item.name},
                    },
                }
                for item in items
            ],
        }
        if "wechat_pay" in settings.STRIPE_METHODS:
            given["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        try:
            session = self.client.v1.checkout.sessions.create(given, {"idempotency_key": key})
        except stripe.StripeError as error:
            raise GatewayTrouble(str(error)) from error
        if not session.url:
            raise GatewayTrouble("a session without an address")
        return Checkout(session.id, session.url)

    def close_checkout(self, session_id: str) -> None:
        try:
            self.client.v1.checkout.sessions.expire(session_id)
        except stripe.InvalidRequestError:
            return  # it was paid or over already: its own event says so
        except stripe.StripeError as error:
            raise GatewayTrouble(str(error)) from error

    def refund(self, *, key: str, intent_id: str, amount_minor: int, refund_uuid: str) -> str:
        given: Any = {"payment_intent": intent_id, "amount": amount_minor, "metadata": {"refund": refund_uuid}}
        try:
            return self.client.v1.refunds.create(given, {"idempotency_key": key}).id
        except stripe.StripeError as error:
            trouble = AlreadyBack if error.code == "charge_already_refunded" else GatewayTrouble
            raise trouble(str(error)) from error

    def payments(self, *, since: datetime) -> Iterator[PaidThere]:
        given: Any = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        try:
            for charge in self.client.v1.charges.list(given).auto_paging_iter():
                if charge.paid:
                    yield PaidThere(
                        intent_id=str(charge.payment_intent),
                        payment_uuid=charge.metadata["payment"] if "payment" in charge.metadata else "",  # noqa: SIM401 — it is no dictionary
                        amount_minor=charge.amount,
                        currency=charge.currency,
                        refunded_minor=charge.amount_refunded,
                        paid_at=datetime.fromtimestamp(charge.created, UTC),
                    )
        except stripe.StripeError as error:
            raise GatewayTrouble(str(error)) from error


def payable_online() -> bool:
    """Return whether this installation has an account with the service."""
    return bool(settings.STRIPE_SECRET_KEY)


def verified_event(body: bytes, signature: str) -> dict[str, Any] | None:
    """Return an event as plain values, or None when its signature is wrong or too old, or the body is no event."""
    try:
        stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=TOLERANCE_SECONDS)
    except (ValueError, stripe.SignatureVerificationError):
        return None
    plain: dict[str, Any] = json.loads(body)
    return plain


def moment_of(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(event["created"]), UTC)
