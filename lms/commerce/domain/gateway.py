"""What this room asks of a payment service. Stripe is one; direct Alipay or WeChat Pay would be others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class GatewayTrouble(Exception):
    """The service could not be reached or said no; nothing is known to have happened. The message is for operators."""


class AlreadyBack(GatewayTrouble):
    """All of a payment has gone back before."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the page on which one pays."""

    name: str
    quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page on which one pays, and the number under which the service knows it."""

    session_id: str
    address: str


@dataclass(frozen=True, slots=True)
class PaidThere:
    """A payment as the service has it. payment_uuid: ours, as we told it; empty for one that is not ours."""

    intent_id: str
    payment_uuid: str
    amount_minor: int
    currency: str
    refunded_minor: int
    paid_at: datetime


class PaymentGateway(Protocol):
    """Each call is idempotent under its key: asked twice, it happens once. Each raises GatewayTrouble."""

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
    ) -> Checkout: ...

    def close_checkout(self, session_id: str) -> None:
        """End a page, so that nobody pays on it any more."""

    def refund(self, *, key: str, intent_id: str, amount_minor: int, refund_uuid: str) -> str:
        """Give back a part of a payment, and return the service's number of the refund."""

    def payments(self, *, since: datetime) -> Iterator[PaidThere]:
        """Return the payments that succeeded since then."""
