"""Disputes: a payer's bank takes the money back, and an operator of the simulator decides who was right."""

from infra.stripe_simulator import errors, events
from infra.stripe_simulator.store import Store, Thing, new_id, now


def open_dispute(store: Store, charge: Thing) -> Thing:
    if not charge["paid"] or charge["disputed"]:
        raise errors.Refusal("This charge cannot be disputed.", code="charge_not_disputable")
    charge["disputed"] = True
    store.change(charge)
    dispute = store.add(
        {
            "id": new_id("du"), "object": "dispute", "amount": charge["amount"] - charge["amount_refunded"],
            "charge": charge["id"], "created": now(), "currency": charge["currency"], "livemode": False,
            "payment_intent": charge["payment_intent"], "reason": "fraudulent", "status": "needs_response",
            "metadata": {},
        }
    )  # fmt: skip
    events.emit(store, "charge.dispute.created", dispute)
    return dispute


def close_dispute(store: Store, identity: str, *, won: bool) -> Thing:
    dispute = store.find("dispute", identity)
    if dispute is None:
        raise errors.missing("dispute", identity)
    if dispute["status"] != "needs_response":
        raise errors.wrong_state("Dispute", dispute["status"], "close")
    dispute["status"] = "won" if won else "lost"
    store.change(dispute)
    charge = store.find("charge", dispute["charge"])
    if won and charge is not None:
        store.change(charge | {"disputed": False})
    events.emit(store, "charge.dispute.closed", dispute)
    return dispute
