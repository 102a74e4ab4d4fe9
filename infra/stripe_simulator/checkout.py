"""Checkout sessions: a page on which a payer chooses card, Alipay or WeChat Pay, and comes back to the shop."""

from typing import Any

from infra.stripe_simulator import errors, events, parameters, payments
from infra.stripe_simulator.store import Store, Thing, new_id, now

LONGEST_LIFE = 24 * 3600  # seconds, as Stripe's
SHORTEST_LIFE = 30 * 60


def create(store: Store, given: dict[str, Any], *, own_address: str) -> Thing:
    if given.get("mode") != "payment":
        raise errors.Refusal("Only mode=payment is simulated.", param="mode")
    lines = [_line(line) for line in given.get("line_items") or []]
    if not lines:
        raise errors.wanting("line_items")
    if len({line["currency"] for line in lines}) != 1:
        raise errors.Refusal("All line items must have the same currency.", param="line_items")
    expires = parameters.integer(given, "expires_at", default=now() + LONGEST_LIFE)
    if not SHORTEST_LIFE - 60 <= expires - now() <= LONGEST_LIFE + 60:
        raise errors.Refusal("expires_at must lie between 30 minutes and 24 hours ahead.", param="expires_at")
    total = sum(line["amount_total"] for line in lines)
    session: Thing = {
        "id": new_id("cs_test"), "object": "checkout.session", "mode": "payment", "status": "open",
        "payment_status": "unpaid", "amount_subtotal": total, "amount_total": total, "currency": lines[0]["currency"],
        "client_reference_id": given.get("client_reference_id"), "metadata": parameters.metadata(given),
        "payment_method_types": given.get("payment_method_types") or ["card", "alipay", "wechat_pay"],
        "success_url": parameters.text(given, "success_url"), "cancel_url": given.get("cancel_url"),
        "created": now(), "expires_at": expires, "livemode": False, "payment_intent": None, "customer": None,
        "customer_email": given.get("customer_email"), "locale": given.get("locale"), "_lines": lines,
        "_intent_metadata": parameters.metadata(given.get("payment_intent_data") or {}),
    }  # fmt: skip
    session["url"] = f"{own_address}/c/pay/{session['id']}"
    return store.add(session)


def _line(given: dict[str, Any]) -> dict[str, Any]:
    price = given.get("price_data")
    if not isinstance(price, dict):
        raise errors.wanting("line_items[][price_data]")
    quantity = parameters.integer(given, "quantity")
    amount = parameters.integer(price, "unit_amount", least=0)
    name = (price.get("product_data") or {}).get("name") or ""
    return {
        "id": new_id("li"), "object": "item", "description": name, "quantity": quantity, "amount_total": amount * quantity,
        "currency": parameters.text(price, "currency").lower(),
    }  # fmt: skip


def get(store: Store, identity: str) -> Thing:
    """Return a session; one whose time is over is expired first."""
    session = store.find("checkout.session", identity)
    if session is None:
        raise errors.missing("checkout.session", identity)
    if session["status"] == "open" and session["expires_at"] <= now():
        return _expire(store, session)
    return session


def expire(store: Store, identity: str) -> Thing:
    session = get(store, identity)
    if session["status"] != "open":
        raise errors.wrong_state("Session", session["status"], "expire")
    return _expire(store, session)


def _expire(store: Store, session: Thing) -> Thing:
    session.update(status="expired", url=None)
    store.change(session)
    if session["payment_intent"]:
        intent = payments.get(store, session["payment_intent"])
        if intent["status"] in payments.OPEN:
            payments.cancel(store, intent["id"], {"cancellation_reason": "expired"})
    events.emit(store, "checkout.session.expired", shown(session))
    return session


def pay(store: Store, identity: str, method_name: str) -> Thing:
    """The payer pressed "pay": return the PaymentIntent as it then stands. A session keeps one intent for all its tries."""
    session = get(store, identity)
    if session["status"] != "open":
        raise errors.wrong_state("Session", session["status"], "pay")
    if session["payment_intent"] is None:
        intent = payments.create(
            store,
            {
                "amount": str(session["amount_total"]),
                "currency": session["currency"],
                "payment_method_types": session["payment_method_types"],
                "metadata": session["_intent_metadata"],
            },
        )
        session["payment_intent"] = intent["id"]
        store.change(session)
    intent = payments.confirm(store, session["payment_intent"], {"payment_method": method_name})
    return settle(store, session, intent)


def answer_bank(store: Store, identity: str, *, agreed: bool) -> Thing:
    session = get(store, identity)
    intent = payments.answer_bank(store, str(session["payment_intent"]), agreed=agreed)
    return settle(store, session, intent)


def settle(store: Store, session: Thing, intent: Thing) -> Thing:
    if intent["status"] == "succeeded" and session["status"] == "open":
        session.update(status="complete", payment_status="paid", url=None)
        store.change(session)
        events.emit(store, "checkout.session.completed", shown(session))
    return intent


def shown(session: Thing) -> Thing:
    """Return the session as the API shows it: without what begins with `_`."""
    return {name: value for name, value in session.items() if not name.startswith("_")}
