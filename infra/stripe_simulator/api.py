"""The addresses of the API under /v1/, each to the function that answers it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.stripe_simulator import checkout, errors, idempotency, parameters, payments, refunds
from infra.stripe_simulator.store import Store, Thing, new_id, now

Answer = tuple[int, dict[str, Any]]
MOST_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Call:
    """One request: where it goes, what it gives, and the address under which the simulator itself is reached."""

    method: str
    path: str
    given: dict[str, Any]
    body: str
    own_address: str
    key: str | None = None


def answer(store: Store, call: Call) -> Answer:
    """Return status and body of a call; one transaction a call, and one effect an idempotency key."""
    try:
        with store.transaction():
            return _answer_once(store, call)
    except errors.Refusal as refusal:
        return refusal.status, refusal.body()


def _answer_once(store: Store, call: Call) -> Answer:
    if call.key is None or call.method != "POST":
        return _answer(store, call)
    request = idempotency.fingerprint(call.path, call.body)
    earlier = idempotency.earlier_answer(store, call.key, request)
    if earlier is not None:
        return earlier
    status, body = _answer(store, call)
    idempotency.remember(store, call.key, request, status, body)
    return status, body


def _answer(store: Store, call: Call) -> Answer:
    for method, pattern, deed in ROUTES:
        match = re.fullmatch(pattern, call.path)
        if match and method == call.method:
            thing = deed(store, call, *match.groups())
            if thing.get("last_payment_error") and call.method == "POST" and thing["object"] == "payment_intent":
                refusal = errors.declined(thing)  # a decline is kept, unlike every other refusal
                return refusal.status, refusal.body()
            return 200, thing
    raise errors.Refusal(f"Unrecognized request URL ({call.method}: {call.path}).", status=404)


def _customer(store: Store, call: Call) -> Thing:
    given = call.given
    return store.add(
        {
            "id": new_id("cus"), "object": "customer", "created": now(), "email": given.get("email"),
            "name": given.get("name"), "metadata": parameters.metadata(given), "livemode": False,
        }
    )  # fmt: skip


def _found(kind: str) -> Callable[[Store, Call, str], Thing]:
    def find(store: Store, call: Call, identity: str) -> Thing:
        thing = store.find(kind, identity)
        if thing is None:
            raise errors.missing(kind, identity)
        return thing

    return find


def _listed(kind: str) -> Callable[[Store, Call], Thing]:
    def page(store: Store, call: Call) -> Thing:
        limit = parameters.integer(call.given, "limit", default=10)
        if limit > MOST_A_PAGE:
            raise errors.Refusal("limit must be at most 100", param="limit")
        after, before = call.given.get("starting_after"), call.given.get("ending_before")
        things, more = store.page(kind, limit=limit, after=after, before=before)
        wanted = [thing for thing in things if _fits(thing, call.given)]
        shown = [checkout.shown(thing) for thing in wanted]
        return {"object": "list", "url": call.path, "data": shown, "has_more": more}

    return page


def _fits(thing: Thing, given: dict[str, Any]) -> bool:
    created = given.get("created") or {}
    if isinstance(created, dict):
        if "gte" in created and thing["created"] < int(created["gte"]):
            return False
        if "lt" in created and thing["created"] >= int(created["lt"]):
            return False
    names = ("payment_intent", "type", "charge")
    return all(given[name] == thing.get(name) for name in names if name in given)


def _new_session(store: Store, call: Call) -> Thing:
    return checkout.shown(checkout.create(store, call.given, own_address=call.own_address))


def _expire_session(store: Store, call: Call, identity: str) -> Thing:
    return checkout.shown(checkout.expire(store, identity))


def _lines(store: Store, call: Call, identity: str) -> Thing:
    lines = checkout.get(store, identity)["_lines"]
    return {"object": "list", "url": call.path, "data": lines, "has_more": False}


ROUTES: tuple[tuple[str, str, Callable[..., Thing]], ...] = (
    ("POST", "/v1/customers", _customer),
    ("GET", "/v1/customers/(cus_[0-9a-z]+)", _found("customer")),
    ("POST", "/v1/payment_intents", lambda store, call: payments.create(store, call.given)),
    ("GET", "/v1/payment_intents", _listed("payment_intent")),
    ("GET", "/v1/payment_intents/(pi_[0-9a-z]+)", _found("payment_intent")),
    ("POST", "/v1/payment_intents/(pi_[0-9a-z]+)/confirm", lambda store, call, id_: payments.confirm(store, id_, call.given)),
    ("POST", "/v1/payment_intents/(pi_[0-9a-z]+)/cancel", lambda store, call, id_: payments.cancel(store, id_, call.given)),
    ("GET", "/v1/charges", _listed("charge")),
    ("GET", "/v1/charges/(ch_[0-9a-z]+)", _found("charge")),
    ("POST", "/v1/checkout/sessions", _new_session),
    ("GET", "/v1/checkout/sessions", _listed("checkout.session")),
    ("GET", "/v1/checkout/sessions/(cs_[0-9a-z_]+)", lambda store, call, id_: checkout.shown(checkout.get(store, id_))),
    ("GET", "/v1/checkout/sessions/(cs_[0-9a-z_]+)/line_items", _lines),
    ("POST", "/v1/checkout/sessions/(cs_[0-9a-z_]+)/expire", _expire_session),
    ("POST", "/v1/refunds", lambda store, call: refunds.create(store, call.given)),
    ("GET", "/v1/refunds", _listed("refund")),
    ("GET", "/v1/refunds/(re_[0-9a-z]+)", _found("refund")),
    ("GET", "/v1/disputes", _listed("dispute")),
    ("GET", "/v1/events", _listed("event")),
    ("GET", "/v1/events/(evt_[0-9a-z]+)", _found("event")),
)  # fmt: skip
