"""Our books beside the service's: each kind of difference is found, and agreement is silent."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.models import Order, Payment, Refund
from lms.commerce.stripe_gateway import StripeGateway
from tests.infra.stripe_simulator.conftest import House
from tests.lms.commerce.conftest import Shop
from tests.lms.commerce.test_payments import pay_online

Opener = Callable[[Order, User], str]


def differences(gateway: StripeGateway) -> list[str]:
    at = timezone.now() + timedelta(hours=2)  # what came a moment ago may not have been told yet
    found = actions.compare_books(gateway=gateway, since=at - timedelta(days=400), at=at)
    return [one.what for one in found]


@pytest.fixture
def order(shop: Shop, house: House, open_page: Opener) -> Order:
    order = shop.order(5)
    pay_online(order, shop, house, open_page)
    return order


def test_books_that_agree_are_silent(order: Order, gateway: StripeGateway) -> None:
    assert differences(gateway) == []


def test_money_of_a_stranger_is_shown(order: Order, gateway: StripeGateway, house: House) -> None:
    house.client.v1.payment_intents.create(
        {"amount": 500, "currency": "cny", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert differences(gateway) == ["unknown_here"]


def test_an_event_that_never_came_is_shown(order: Order, gateway: StripeGateway) -> None:
    Order.objects.update(state="placed", paid_at=None)
    Payment.objects.update(state="pending")
    assert differences(gateway) == ["not_settled_here"]


def test_money_that_the_service_does_not_have_is_shown(order: Order, gateway: StripeGateway) -> None:
    Payment.objects.update(intent_id="pi_0")
    assert differences(gateway) == ["not_settled_here", "not_there"]


def test_a_refund_made_at_the_service_alone_is_shown(order: Order, gateway: StripeGateway, house: House) -> None:
    house.client.v1.refunds.create({"payment_intent": order.payments.get().intent_id, "amount": 100})
    assert differences(gateway) == ["refunded"]


def test_the_command_prints_each_and_fails(
    order: Order, gateway: StripeGateway, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.client.v1.refunds.create({"payment_intent": order.payments.get().intent_id, "amount": 100})
    assert not Refund.objects.exists()
    with pytest.raises(SystemExit):
        call_command("compare_books", days=400)
    assert "退款金额不同" in capsys.readouterr().out
