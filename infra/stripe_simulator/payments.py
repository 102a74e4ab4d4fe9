"""The life of a PaymentIntent and its charges.

requires_payment_method → requires_action → succeeded, back to requires_payment_method after a decline; canceled from any
state but succeeded. One intent is charged once at most, whatever is asked how often.
"""

from typing import Any

from infra.stripe_simulator import errors, events, parameters
from infra.stripe_simulator.payment_methods import BY_NAME, Method
from infra.stripe_simulator.store import Store, Thing, new_id, now

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}
SMALLEST = 50  # minor units; Stripe's own lower limits lie near


def create(store: Store, given: dict[str, Any]) -> Thing:
    amount = parameters.integer(given, "amount", least=SMALLEST)
    kinds = given.get("payment_method_types") or ["card"]
    intent: Thing = {
        "id": new_id("pi"), "object": "payment_intent", "amount": amount, "amount_received": 0,
        "currency": parameters.text(given, "currency").lower(), "created": now(), "livemode": False,
        "status": "requires_payment_method", "payment_method_types": kinds, "payment_method": None,
        "metadata": parameters.metadata(given), "description": given.get("description"), "latest_charge": None,
        "last_payment_error": None, "next_action": None, "canceled_at": None, "cancellation_reason": None,
        "capture_method": "automatic", "confirmation_method": "automatic", "receipt_email": given.get("receipt_email"),
        "customer": given.get("customer"),
    }  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_secret_{new_id('s')[2:]}"
    store.add(intent)
    events.emit(store, "payment_intent.created", intent)
    if given.get("confirm") == "true":
        return confirm(store, intent["id"], given)
    return intent


def get(store: Store, identity: str) -> Thing:
    found = store.find("payment_intent", identity)
    if found is None:
        raise errors.missing("payment_intent", identity)
    return found


def confirm(store: Store, identity: str, given: dict[str, Any]) -> Thing:
    """Try to pay with a payment method. A decline is written down and shows in `last_payment_error`.

    Raises Refusal: unknown method, wrong state.
    """
    intent = get(store, identity)
    if intent["status"] not in OPEN:
        raise errors.wrong_state("PaymentIntent", intent["status"], "confirm")
    name = given.get("payment_method") or intent["payment_method"]
    method = BY_NAME.get(str(name))
    if method is None:
        raise errors.missing("PaymentMethod", str(name))
    if method.kind not in intent["payment_method_types"]:
        raise errors.Refusal(f"The payment method type {method.kind} is not allowed.", param="payment_method")
    intent.update(payment_method=method.name, last_payment_error=None)
    if method.ask:
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"/_bank/{intent['id']}", "return_url": given.get("return_url")},
        }
        store.change(intent)
        events.emit(store, "payment_intent.requires_action", intent)
        return intent
    return _charge(store, intent, method)


def answer_bank(store: Store, identity: str, *, agreed: bool) -> Thing:
    """The payer said yes or no to the bank. Cases: no → back to requires_payment_method; yes → charged or declined."""
    intent = get(store, identity)
    if intent["status"] != "requires_action":
        raise errors.wrong_state("PaymentIntent", intent["status"], "authenticate")
    intent["next_action"] = None
    method = BY_NAME[intent["payment_method"]]
    if agreed:
        return _charge(store, intent, method)
    return _fail(store, intent, method, ("payment_intent_authentication_failure", "authentication_failed"))


def cancel(store: Store, identity: str, given: dict[str, Any]) -> Thing:
    intent = get(store, identity)
    if intent["status"] not in OPEN:
        raise errors.wrong_state("PaymentIntent", intent["status"], "cancel")
    reason = given.get("cancellation_reason")
    intent.update(status="canceled", canceled_at=now(), cancellation_reason=reason, next_action=None)
    store.change(intent)
    events.emit(store, "payment_intent.canceled", intent)
    return intent


def _charge(store: Store, intent: Thing, method: Method) -> Thing:
    if method.decline:
        return _fail(store, intent, method, method.decline)
    charge = _charge_of(intent, method, paid=True)
    store.add(charge)
    intent.update(
        status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"], next_action=None,
        last_payment_error=None,
    )  # fmt: skip
    store.change(intent)
    events.emit(store, "charge.succeeded", charge)
    events.emit(store, "payment_intent.succeeded", intent)
    if method.disputed:
        from infra.stripe_simulator import disputes

        disputes.open_dispute(store, charge)
    return intent


def _fail(store: Store, intent: Thing, method: Method, why: tuple[str, str]) -> Thing:
    charge = _charge_of(intent, method, paid=False) | {"failure_code": why[0]}
    store.add(charge)
    error = {"type": "card_error", "code": why[0], "decline_code": why[1], "message": errors.DECLINED}
    intent.update(
        status="requires_payment_method", last_payment_error=error, latest_charge=charge["id"], payment_method=None,
        next_action=None,
    )  # fmt: skip
    store.change(intent)
    events.emit(store, "charge.failed", charge)
    events.emit(store, "payment_intent.payment_failed", intent)
    return intent


def _charge_of(intent: Thing, method: Method, *, paid: bool) -> Thing:
    details: dict[str, Any] = {"type": method.kind, method.kind: {}}
    if method.kind == "card":
        details["card"] = {"last4": method.last4, "brand": "visa"}
    return {
        "id": new_id("ch"), "object": "charge", "amount": intent["amount"], "amount_refunded": 0, "created": now(),
        "currency": intent["currency"], "paid": paid, "status": "succeeded" if paid else "failed", "captured": paid,
        "refunded": False, "disputed": False, "livemode": False, "payment_intent": intent["id"],
        "metadata": intent["metadata"], "payment_method_details": details, "failure_code": None,
    }  # fmt: skip
