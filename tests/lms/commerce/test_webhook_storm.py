"""A thousand events, doubled and shuffled, and threads at once: the books are the same as in good order."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.db import connection
from django.test import Client

from infra.stripe_simulator import disputes
from lms.accounts.models import User
from lms.commerce import actions, tasks
from lms.commerce.models import Order, Payment, Refund, Seat, StripeEvent
from lms.commerce.stripe_gateway import StripeGateway
from tests.infra.stripe_simulator.conftest import House
from tests.lms.commerce.conftest import AT, SEAT_MINOR, Shop, open_shop
from tests.lms.commerce.test_payments import ring

ORDERS = 96  # each makes about six events, each of which comes twice


def books() -> list[tuple[str, str, int, int]]:
    return [
        (
            order.reference,
            order.state,
            order.refunded_minor,
            Seat.objects.filter(line__order=order, state="returned").count(),
        )
        for order in Order.objects.order_by("serial")
    ]


def made_by_the_service(
    shop: Shop, house: House, gateway: StripeGateway, open_page: Callable[[Order, User], str]
) -> None:
    """Every order is paid, every second one gives back one seat: at the service alone, none of it in our books yet."""
    for number in range(ORDERS):
        order = shop.order(2)
        number % 3 or httpx.post(open_page(order, shop.manager), data={"number": "4000000000000002"})
        httpx.post(open_page(order, shop.manager), data={"number": "4242424242424242"})
        if number % 2:
            payment = Payment.objects.get(order=order)
            intent = house.client.v1.checkout.sessions.retrieve(payment.session_id).payment_intent
            refund = Refund.objects.create(
                line=order.lines.get(),
                quantity=1,
                amount_minor=SEAT_MINOR,
                state="sent",
                reason="x",
                asked_at=AT,
                asked_by=shop.manager,
            )
            gateway.refund(
                key=f"refund-{refund.uuid}",
                intent_id=str(intent),
                amount_minor=SEAT_MINOR,
                refund_uuid=str(refund.uuid),
            )


@pytest.mark.django_db(transaction=True)
def test_doubled_and_shuffled_events_give_the_same_books(
    house: House, gateway: StripeGateway, open_page: Callable[[Order, User], str]
) -> None:
    shop = open_shop()
    made_by_the_service(shop, house, gateway, open_page)
    events = house.server.store.all("event") * 2
    assert len(events) >= 1_000
    random.Random(20261128).shuffle(events)  # noqa: S311 — an order of arrival

    def ring(event: dict[str, object]) -> None:
        try:
            row = actions.store_event(event, at=AT)
            if row is not None:
                actions.handle_event(event_row=row, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ring, events))
    assert StripeEvent.objects.count() == len(events) // 2
    assert not StripeEvent.objects.filter(handled_at__isnull=True).exists()
    assert [entry[1] for entry in books()] == ["paid"] * ORDERS
    assert [entry[2] for entry in books()] == [SEAT_MINOR * (number % 2) for number in range(ORDERS)]
    assert Seat.objects.count() == 2 * ORDERS
    notes = sorted(refund.note_number or 0 for refund in Refund.objects.all())
    assert notes == list(range(1, ORDERS // 2 + 1))


@pytest.mark.django_db(transaction=True)
def test_news_that_comes_three_days_late_and_backwards_gives_the_same_books(
    house: House, open_page: Callable[[Order, User], str], client: Client
) -> None:
    """The service could not reach us for three days: it tells everything again, signed anew, the last things first."""
    shop = open_shop()
    order = shop.order(2)
    httpx.post(open_page(order, shop.manager), data={"number": "4000000000000259"})  # paid, then disputed
    disputes.close_dispute(house.server.store, house.server.store.all("dispute")[0]["id"], won=False)
    events = [{**event, "created": int(event["created"]) - 73 * 3600} for event in house.server.store.all("event")]
    assert {"charge.dispute.created", "charge.dispute.closed"} <= {event["type"] for event in events}
    for event in reversed(events):
        assert ring(client, event) == 200
    assert StripeEvent.objects.filter(outcome="waiting").count() == 2  # a dispute over a payment that is not known yet
    tasks.sweep()
    order.refresh_from_db()
    assert (order.state, order.disputed, Seat.objects.count()) == ("paid", True, 2)
    assert not StripeEvent.objects.filter(handled_at__isnull=True).exists()
