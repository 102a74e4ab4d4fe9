"""Money that came for an order which wanted none: pages are ended, finance sees it, and it goes back once."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.conf import LazySettings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.domain.refusals import NotAllowed, WrongState
from lms.commerce.models import Order, Payment, Transfer
from lms.commerce.queries.orders import troubled_payments
from lms.commerce.stripe_gateway import StripeGateway
from tests import people
from tests.infra.stripe_simulator.conftest import House
from tests.lms.commerce.conftest import AT, Shop
from tests.lms.commerce.test_views import as_

Opener = Callable[[Order, User], str]


def by_transfer(order: Order, shop: Shop) -> None:
    data = f"日期,金额,附言\n2026-01-06,{order.total_minor / 100:.2f},{order.reference}\n".encode()
    actions.import_statement(data=data, at=AT, by=shop.finance)
    actions.confirm_transfer(
        transfer_id=Transfer.objects.get(remark=order.reference).pk, order_id=order.pk, at=AT, by=shop.finance
    )


def hear(house: House) -> None:
    for event in house.server.store.all("event"):
        row = actions.store_event(event, at=AT)
        if row is not None:
            actions.handle_event(event_row=row, at=AT)


@pytest.fixture
def paid_twice(shop: Shop, house: House, open_page: Opener) -> Payment:
    """An order that a transfer has paid, and then somebody by card on a page that was still open."""
    order = shop.order(5)
    page = open_page(order, shop.manager)
    by_transfer(order, shop)
    assert httpx.post(page, data={"number": "4242424242424242"}).status_code == 303
    hear(house)
    return Payment.objects.get(method="stripe")


@pytest.mark.parametrize("how", ["cancelled", "transfer"])
def test_the_page_of_an_order_that_wants_no_money_is_ended(
    shop: Shop, house: House, gateway: StripeGateway, open_page: Opener, how: str
) -> None:
    order = shop.order(5)
    page = open_page(order, shop.manager)
    assert actions.close_pages(order_id=order.pk, gateway=gateway) == 0  # it still waits for its money
    if how == "cancelled":
        actions.cancel_order(order_id=order.pk, at=AT, by=shop.manager)
    else:
        by_transfer(order, shop)
    assert actions.open_pages(at=AT + timedelta(hours=1)) == (order.pk,)
    assert actions.close_pages(order_id=order.pk, gateway=gateway) == 1
    assert actions.open_pages(at=AT + timedelta(hours=1)) == ()
    assert "已过期" in httpx.get(page).text
    httpx.post(page, data={"number": "4242424242424242"})
    hear(house)
    assert not troubled_payments()


def test_finance_sees_what_came_twice_and_gives_it_back_once(
    paid_twice: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    finance, address = as_(shop.finance), reverse("commerce:return_payment")
    assert "到了账但没有入账的款" in finance.get(reverse("commerce:finance")).content.decode()
    said = finance.post(address, {"payment": str(paid_twice.uuid)}, follow=True).content.decode()
    assert "已原路退回" in said and "到了账但没有入账的款" not in said
    with pytest.raises(WrongState, match="nothing_to_return"):
        actions.return_payment(payment_uuid=paid_twice.uuid, gateway=gateway, at=AT, by=shop.finance)
    assert [refund.amount for refund in house.client.v1.refunds.list().data] == [paid_twice.order.total_minor]
    hear(house)  # the news of the refund, and all the old news again
    order = Order.objects.get()
    assert (order.state, order.refunded_minor, order.lines.get().seats.count()) == ("paid", 0, 5)
    at = timezone.now()
    assert not actions.compare_books(gateway=gateway, since=at - timedelta(days=400), at=at)


def test_what_went_back_by_hand_in_the_services_own_pages_is_closed_here_too(
    paid_twice: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    house.client.v1.refunds.create({"payment_intent": paid_twice.intent_id})
    actions.return_payment(payment_uuid=paid_twice.uuid, gateway=gateway, at=AT, by=shop.finance)
    assert not troubled_payments()
    assert len(house.client.v1.refunds.list().data) == 1


def test_the_books_differ_until_it_has_gone_back(paid_twice: Payment, gateway: StripeGateway) -> None:
    at = timezone.now()
    found = actions.compare_books(gateway=gateway, since=at - timedelta(days=400), at=at)
    assert [one.what for one in found] == ["not_settled_here"]


@pytest.fixture
def dear(paid_twice: Payment, settings: LazySettings) -> Payment:
    """A payment above what one person may return."""
    settings.REFUND_LIMIT_MINOR = paid_twice.order.total_minor - 1
    return paid_twice


def test_above_the_limit_one_asks_and_another_agrees(
    dear: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    address, form = reverse("commerce:return_payment"), {"payment": str(dear.uuid)}
    first, second = as_(shop.finance), as_(people.finance())
    assert "等另一位财务人员同意" in first.post(address, form, follow=True).content.decode()
    assert not house.client.v1.refunds.list().data, "nothing has moved"
    assert "不能自己批准" in first.post(address, form, follow=True).content.decode()
    assert not house.client.v1.refunds.list().data
    page = second.get(reverse("commerce:finance")).content.decode()
    assert f"{shop.finance.name} 提出退回" in page
    assert "同意退回" in page
    assert "同意退回" not in first.get(reverse("commerce:finance")).content.decode()
    assert "已原路退回" in second.post(address, form, follow=True).content.decode()
    assert [refund.amount for refund in house.client.v1.refunds.list().data] == [dear.order.total_minor]
    dear.refresh_from_db()
    assert (dear.trouble, dear.return_asked_by_id) == ("returned", shop.finance.pk)
    kinds = [(each.kind, each.actor_id) for each in LogRecord.objects.filter(kind__contains="return").order_by("pk")]
    assert kinds == [
        ("commerce.return_asked", shop.finance.pk), ("commerce.payment_returned", dear.return_agreed_by_id),
    ]  # fmt: skip


def test_what_was_asked_can_be_taken_back(dear: Payment, shop: Shop, house: House, gateway: StripeGateway) -> None:
    keep, form = reverse("commerce:refuse_return"), {"payment": str(dear.uuid)}
    finance = as_(shop.finance)
    assert "没有要退的" in finance.post(keep, form, follow=True).content.decode()
    assert actions.return_payment(payment_uuid=dear.uuid, gateway=gateway, at=AT, by=shop.finance) == "asked"
    with pytest.raises(NotAllowed):
        actions.refuse_return(payment_uuid=dear.uuid, at=AT, by=shop.manager)
    assert "已撤回" in finance.post(keep, form, follow=True).content.decode()
    assert actions.return_payment(payment_uuid=dear.uuid, gateway=gateway, at=AT, by=people.finance()) == "asked"
    assert not house.client.v1.refunds.list().data


def test_small_returns_of_one_order_count_together(
    paid_twice: Payment, shop: Shop, gateway: StripeGateway, settings: LazySettings
) -> None:
    order = paid_twice.order
    settings.REFUND_LIMIT_MINOR = order.total_minor
    thrice = Payment.objects.create(
        order=order, method="stripe", started_at=AT, trouble="second_payment", intent_id="pi_third",
        came_minor=order.total_minor,
    )  # fmt: skip
    assert actions.return_payment(payment_uuid=paid_twice.uuid, gateway=gateway, at=AT, by=shop.finance) == "returned"
    assert actions.return_payment(payment_uuid=thrice.uuid, gateway=gateway, at=AT, by=shop.finance) == "asked"


def test_the_database_knows_no_return_agreed_by_who_asked(paid_twice: Payment, shop: Shop) -> None:
    with pytest.raises(IntegrityError):
        Payment.objects.filter(pk=paid_twice.pk).update(
            return_asked_by=shop.finance, return_agreed_by=shop.finance, return_asked_at=AT
        )


def test_nobody_but_finance_gives_money_back(paid_twice: Payment, shop: Shop, gateway: StripeGateway) -> None:
    with pytest.raises(NotAllowed):
        actions.return_payment(payment_uuid=paid_twice.uuid, gateway=gateway, at=AT, by=shop.manager)


def test_money_that_was_taken_for_its_order_is_not_returned(shop: Shop, gateway: StripeGateway) -> None:
    shop.paid(2)
    with pytest.raises(WrongState, match="nothing_to_return"):
        actions.return_payment(payment_uuid=Payment.objects.get().uuid, gateway=gateway, at=AT, by=shop.finance)


@pytest.mark.parametrize("payment", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_broken_form_is_answered_in_words(shop: Shop, payment: str) -> None:
    client: Client = as_(shop.finance)
    page = client.post(reverse("commerce:return_payment"), {"payment": payment}, follow=True)
    assert "没有要退的" in page.content.decode()
