"""Refunds: never more than was paid, whatever is asked at once."""

from typing import Any

from infra.stripe_simulator import errors, events, parameters, payments
from infra.stripe_simulator.store import Store, Thing, new_id, now


def create(store: Store, given: dict[str, Any]) -> Thing:
    """Give back a part or all of a payment. Raises Refusal: nothing paid, or more than is left."""
    charge = _charge(store, given)
    if not charge["paid"]:
        raise errors.Refusal("This charge has not been paid.", code="charge_not_refundable")
    if charge["disputed"]:
        raise errors.Refusal("This charge has been charged back.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise errors.Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = parameters.integer(given, "amount", default=left)
    if amount > left:
        raise errors.Refusal(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            code="amount_too_large",
            param="amount",
        )
    refund = store.add(
        {
            "id": new_id("re"), "object": "refund", "amount": amount, "charge": charge["id"], "created": now(),
            "currency": charge["currency"], "metadata": parameters.metadata(given), "reason": given.get("reason"),
            "payment_intent": charge["payment_intent"], "status": "succeeded", "livemode": False,
        }
    )  # fmt: skip
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    store.change(charge)
    events.emit(store, "refund.created", refund)
    events.emit(store, "charge.refunded", charge)
    return refund


def _charge(store: Store, given: dict[str, Any]) -> Thing:
    identity = given.get("charge")
    if not identity:
        intent = payments.get(store, parameters.text(given, "payment_intent"))
        identity = intent["latest_charge"]
        if intent["status"] != "succeeded":
            raise errors.Refusal(
                "This PaymentIntent does not have a successful charge to refund.", param="payment_intent"
            )
    charge = store.find("charge", str(identity))
    if charge is None:
        raise errors.missing("charge", str(identity))
    return charge
