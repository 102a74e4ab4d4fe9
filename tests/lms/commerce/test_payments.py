"""Payments: a page to pay on, transfers that a person matches, and amounts that must agree."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.conf import LazySettings
from django.test import Client

from infra.stripe_simulator.events import signature
from infra.stripe_simulator.store import now
from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.domain.refusals import BadPayment, NotAllowed, WrongState
from lms.commerce.models import Order, Payment, Seat, StripeEvent, Transfer
from lms.commerce.stripe_gateway import StripeGateway
from tests import people
from tests.infra.stripe_simulator.conftest import SECRET, House
from tests.lms.commerce.conftest import AT, Shop

HOOK = "/orders/stripe/"


def ring(client: Client, event: dict[str, object], *, at: int | None = None, secret: str = SECRET) -> int:
    """Post an event as the service does; returns the status."""
    body = json.dumps(event).encode()
    header = signature(secret, body, at or now())
    return client.post(HOOK, body, content_type="application/json", headers={"Stripe-Signature": header}).status_code


def ring_all(house: House, client: Client | None = None) -> None:
    for event in house.server.store.all("event"):
        assert ring(client or Client(), event) == 200


def pay_online(order: Order, shop: Shop, house: House, open_page: Callable[[Order, User], str]) -> None:
    answer = httpx.post(open_page(order, shop.manager), data={"number": "4242424242424242"})
    assert answer.status_code == 303
    for event in house.server.store.all("event"):
        row = actions.store_event(event, at=AT)
        if row is not None:
            actions.handle_event(event_row=row, at=AT)
    order.refresh_from_db()
    assert order.state == Order.State.PAID


def test_paid_online_the_order_has_its_seats(shop: Shop, house: House, open_page: Callable[[Order, User], str]) -> None:
    order = shop.order(30)
    pay_online(order, shop, house, open_page)
    assert Seat.objects.filter(line__order=order).count() == 30
    payment = order.payments.get()
    assert (payment.state, payment.intent_id[:3]) == ("settled", "pi_")


def test_asked_twice_it_is_the_same_page(shop: Shop, open_page: Callable[[Order, User], str]) -> None:
    order = shop.order()
    assert open_page(order, shop.manager) == open_page(order, shop.manager)
    assert order.payments.count() == 1


def test_killed_before_the_page_was_noted_the_same_page_comes_again(
    shop: Shop, house: House, open_page: Callable[[Order, User], str]
) -> None:
    order = shop.order()
    first = open_page(order, shop.manager)
    Payment.objects.update(address="", session_id="")
    assert open_page(order, shop.manager) == first
    assert len(house.client.v1.checkout.sessions.list().data) == 1


def test_a_service_that_is_away_is_said_in_words(shop: Shop, settings: LazySettings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(BadPayment, match="gateway"):
        actions.start_payment(
            order_id=shop.order().pk, gateway=StripeGateway(), success_url="http://a.example/", cancel_url="http://a.example/",
            at=AT, by=shop.manager,
        )  # fmt: skip


@pytest.mark.parametrize(("amount", "currency"), [(1, "cny"), (0, "cny"), (128_000, "usd"), (128_001, "cny")])
def test_another_amount_or_currency_grants_nothing(shop: Shop, amount: int, currency: str) -> None:
    order = shop.order(10)
    payment = Payment.objects.create(order=order, method="stripe", started_at=AT)
    outcome = actions.settle_payment(
        payment_uuid=payment.uuid, intent_id="pi_x", amount_minor=amount, currency=currency, at=AT
    )
    order.refresh_from_db()
    assert (outcome, order.state, Seat.objects.count()) == ("mismatch", "placed", 0)


def test_money_for_an_order_that_is_paid_or_cancelled_waits_for_a_person(shop: Shop) -> None:
    order = shop.order(10)
    payments = [Payment.objects.create(order=order, method="stripe", started_at=AT) for _ in range(2)]
    outcomes = [
        actions.settle_payment(
            payment_uuid=payment.uuid,
            intent_id=f"pi_{payment.pk}",
            amount_minor=order.total_minor,
            currency="cny",
            at=AT,
        )
        for payment in payments
    ]
    assert outcomes == ["settled", "second_payment"]
    assert Seat.objects.count() == 10


def test_a_transfer_is_matched_by_a_person_and_once(shop: Shop) -> None:
    line = shop.paid(10)
    transfer = Transfer.objects.get()
    other = shop.order(10)
    with pytest.raises(WrongState, match="transfer_matched"):
        actions.confirm_transfer(transfer_id=transfer.pk, order_id=other.pk, at=AT, by=shop.finance)
    assert line.seats.count() == 10


def test_a_transfer_of_another_amount_pays_nothing(shop: Shop) -> None:
    order = shop.order(10)
    actions.import_statement(data="日期,金额\n2026-01-06,1.00\n".encode(), at=AT, by=shop.finance)
    with pytest.raises(BadPayment, match="amount_differs"):
        actions.confirm_transfer(transfer_id=Transfer.objects.get().pk, order_id=order.pk, at=AT, by=shop.finance)
    order.refresh_from_db()
    assert order.state == Order.State.PLACED


def test_a_statement_read_twice_adds_nothing(shop: Shop) -> None:
    data = "日期,金额\n2026-01-06,1.00\n2026-01-06,1.00\n".encode()
    assert actions.import_statement(data=data, at=AT, by=shop.finance) == (2, 0)
    assert actions.import_statement(data=data, at=AT, by=shop.finance) == (0, 2)


def test_only_finance_touches_statements(shop: Shop) -> None:
    for stranger in (shop.manager, people.outsider(), people.auditor()):
        with pytest.raises(NotAllowed):
            actions.import_statement(data=b"", at=AT, by=stranger)


def event(kind: str, thing: dict[str, object], number: int = 1) -> dict[str, object]:
    return {"id": f"evt_{number}", "object": "event", "type": kind, "created": now(), "data": {"object": thing}}


@pytest.mark.parametrize(("late", "secret"), [(0, SECRET + "x"), (301, SECRET), (-301 * 10, "")])
def test_a_forged_or_old_event_is_refused_and_not_stored(db: None, client: Client, late: int, secret: str) -> None:
    assert ring(client, event("payment_intent.succeeded", {}), at=now() - late, secret=secret or "y") == 400
    assert not StripeEvent.objects.exists()


def test_an_event_is_stored_once(db: None, client: Client) -> None:
    for _ in range(3):
        assert ring(client, event("customer.created", {"id": "cus_1"})) == 200
    assert StripeEvent.objects.get().outcome == ""  # handled on commit, which a test's transaction never reaches


def test_an_event_about_somebody_elses_payment_does_nothing(db: None) -> None:
    thing = {"id": "pi_1", "amount_received": 5, "currency": "cny", "metadata": {"payment": str(uuid4())}}
    row = actions.store_event(event("payment_intent.succeeded", thing), at=AT)
    assert row is not None
    assert actions.handle_event(event_row=row, at=AT) == "unknown"


def test_a_dispute_over_a_payment_that_never_comes_is_given_up(db: None) -> None:
    thing: dict[str, object] = {"id": "du_1", "payment_intent": "pi_0", "status": "needs_response"}
    row = actions.store_event({**event("charge.dispute.created", thing), "created": 1}, at=AT)
    assert row is not None
    assert actions.handle_event(event_row=row, at=AT + timedelta(days=3)) == "waiting"
    assert actions.handle_event(event_row=row, at=AT + timedelta(days=3, seconds=1)) == "not_ours"
