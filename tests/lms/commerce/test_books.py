"""The night lays our books beside the service's, and finance finds on its first page what came of it."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.commerce import actions, tasks
from lms.commerce.actions.comparing import LOOKED_BACK
from lms.commerce.domain.books import Difference
from lms.commerce.domain.refusals import NotAllowed, WrongState
from lms.commerce.models import BooksComparison, Order, Payment, Refund, StripeEvent, Transfer
from lms.commerce.queries.books import books_stand
from lms.commerce.queries.orders import troubled_payments
from lms.commerce.queries.transfers import waiting_transfers
from lms.commerce.stripe_gateway import StripeGateway
from lms.config.celery import app
from tests import people
from tests.infra.stripe_simulator.conftest import House
from tests.lms.commerce.conftest import AT, Shop
from tests.lms.commerce.test_paid_twice import hear
from tests.lms.commerce.test_payments import pay_online
from tests.lms.commerce.test_views import as_

Opener = Callable[[Order, User], str]
TITLE = "与支付服务对账"


def first_page(user: User) -> str:
    return as_(user).get(reverse("commerce:finance")).content.decode()


@pytest.fixture
def order(shop: Shop, house: House, open_page: Opener) -> Order:
    order = shop.order(5)
    pay_online(order, shop, house, open_page)
    Payment.objects.update(settled_at=timezone.now())
    return order


def refunded_there(order: Order, house: House, amount: int = 100) -> None:
    house.client.v1.refunds.create({"payment_intent": order.payments.get().intent_id, "amount": amount})


def test_before_the_first_night_the_page_says_what_will_be_there(shop: Shop) -> None:
    assert "还没有对过账" in first_page(shop.finance)


def test_books_that_agree_are_one_sentence_with_its_time(order: Order, shop: Shop, gateway: StripeGateway) -> None:
    tasks.compare_books()
    page = first_page(shop.finance)
    assert "近 35 天的 1 笔付款、0 笔退款，两边一致。" in page
    assert "最近一次对账" in page
    assert "attention" not in page


def test_a_difference_stands_on_the_first_page_with_what_to_do(
    order: Order, shop: Shop, gateway: StripeGateway, house: House
) -> None:
    refunded_there(order, house)
    tasks.compare_books()
    page = first_page(shop.finance)
    assert "有 1 处不符" in page
    for told in (order.reference, "这里 ¥0.00，支付服务 ¥1.00", "同一笔钱不要再退"):
        assert told in page


def test_what_somebody_explained_counts_no_longer_until_it_changes(
    order: Order, shop: Shop, gateway: StripeGateway, house: House
) -> None:
    refunded_there(order, house)
    tasks.compare_books()
    form = {"what": "refunded", "reference": order.reference, "ours": 0, "theirs": 100, "why": "客服误点，已追回"}
    page = as_(shop.finance).post(reverse("commerce:books"), form, follow=True).content.decode()
    assert "已记下原因" in page
    assert "1 处已写明原因" in page
    assert "有 1 处不符" not in page
    assert LogRecord.objects.get(kind="commerce.difference_explained").actor_id == shop.finance.pk
    refunded_there(order, house, 50)
    tasks.compare_books()
    assert [one.theirs for one in books_stand(timezone.now()).open] == [150]


def test_who_explains_must_be_of_finance_and_say_why(
    order: Order, shop: Shop, gateway: StripeGateway, house: House
) -> None:
    refunded_there(order, house)
    tasks.compare_books()
    there = Difference("refunded", order.reference, 0, 100)
    with pytest.raises(NotAllowed):
        actions.explain_difference(difference=there, why="x", at=AT, by=shop.manager)
    with pytest.raises(WrongState, match="no_explanation"):
        actions.explain_difference(difference=there, why=" ", at=AT, by=shop.finance)
    with pytest.raises(WrongState, match="no_such_difference"):
        actions.explain_difference(
            difference=Difference("refunded", order.reference, 0, 99), why="x", at=AT, by=shop.finance
        )
    for outsider in (shop.manager, people.auditor(), people.outsider()):
        assert as_(outsider).post(reverse("commerce:books"), {"now": "1"}).status_code == 403
    assert books_stand(timezone.now()).open == (there,)


def test_a_difference_does_not_fall_out_of_sight_with_the_days(
    order: Order, shop: Shop, gateway: StripeGateway, house: House
) -> None:
    refunded_there(order, house)
    now = timezone.now()
    actions.compare_and_keep(gateway=gateway, at=now)
    later = actions.compare_and_keep(gateway=gateway, at=now + 3 * LOOKED_BACK)
    assert (later.since, len(later.differences)) == (now - LOOKED_BACK, 1)


def test_a_night_without_an_answer_is_told(
    order: Order, shop: Shop, gateway: StripeGateway, settings: LazySettings
) -> None:
    actions.compare_and_keep(gateway=gateway, at=timezone.now())
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    row = actions.compare_and_keep(gateway=StripeGateway(), at=timezone.now())
    assert (row.failed, row.differences) == (True, [])
    page = first_page(shop.finance)
    assert "支付服务没有回应" in page
    assert "两边一致" in page, "what was last known stays"


def test_nights_that_did_not_come_are_told(order: Order, shop: Shop, gateway: StripeGateway) -> None:
    actions.compare_and_keep(gateway=gateway, at=timezone.now() - timedelta(days=3))
    assert "昨夜没有对账" in first_page(shop.finance)


def test_an_installation_without_an_account_has_nothing_to_compare(shop: Shop, settings: LazySettings) -> None:
    settings.STRIPE_SECRET_KEY = ""
    tasks.compare_books()
    assert not BooksComparison.objects.exists()
    assert TITLE not in first_page(shop.finance)


def test_news_that_is_on_its_way_is_no_difference(order: Order, gateway: StripeGateway) -> None:
    Order.objects.update(state="placed", paid_at=None)
    Payment.objects.update(state="pending")
    now = timezone.now()
    assert not actions.compare_books(gateway=gateway, since=now - LOOKED_BACK, at=now)
    found = actions.compare_books(gateway=gateway, since=now - LOOKED_BACK, at=now + timedelta(hours=2))
    assert [one.what for one in found] == ["not_settled_here"]


def test_a_payment_made_before_the_days_that_are_compared_and_settled_in_them_is_none(
    order: Order, gateway: StripeGateway
) -> None:
    now = timezone.now()
    assert not actions.compare_books(gateway=gateway, since=now - timedelta(seconds=0), at=now + timedelta(days=1))


@pytest.fixture
def wrong_amount(shop: Shop, house: House, open_page: Opener) -> Payment:
    """Money that came for an order which asks for more by now."""
    order = shop.order(5)
    page = open_page(order, shop.manager)
    assert httpx.post(page, data={"number": "4242424242424242"}).status_code == 303
    Order.objects.update(total_minor=order.total_minor + 100)
    hear(house)
    payment = Payment.objects.get()
    assert (payment.trouble, payment.came_minor) == ("mismatch", order.total_minor)
    return payment


def test_money_of_a_wrong_amount_goes_back_by_a_button(
    wrong_amount: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    assert "订单应付 ¥641.00，到账 ¥640.00" in first_page(shop.finance)
    page = as_(shop.finance).post(reverse("commerce:return_payment"), {"payment": str(wrong_amount.uuid)}, follow=True)
    assert "已原路退回" in page.content.decode()
    assert [refund.amount for refund in house.client.v1.refunds.list().data] == [wrong_amount.came_minor]
    StripeEvent.objects.all().delete()
    hear(house)  # all the old news again, that of the payment too
    assert not troubled_payments()


def test_money_that_went_back_by_hand_leaves_the_list_by_itself(
    wrong_amount: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    house.client.v1.refunds.create({"payment_intent": wrong_amount.intent_id})
    hear(house)
    assert not troubled_payments()
    assert LogRecord.objects.get(kind="commerce.payment_returned").actor_id is None
    assert not actions.compare_books(gateway=gateway, since=timezone.now() - LOOKED_BACK, at=timezone.now())


def test_it_leaves_the_list_by_night_when_its_news_was_lost(
    wrong_amount: Payment, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    house.client.v1.refunds.create({"payment_intent": wrong_amount.intent_id})
    assert troubled_payments()
    tasks.compare_books()
    assert not troubled_payments()
    assert BooksComparison.objects.get().differences == []


def test_a_part_that_went_back_leaves_it_there(wrong_amount: Payment, house: House, gateway: StripeGateway) -> None:
    house.client.v1.refunds.create({"payment_intent": wrong_amount.intent_id, "amount": 100})
    hear(house)
    tasks.compare_books()
    assert troubled_payments()
    assert len(BooksComparison.objects.get().differences) == 1


def test_the_clock_knows_of_the_sweep_and_of_the_night() -> None:
    """Without its place in the beat table a lost event would wait for ever."""
    tasks_by_clock = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.sweep.name, tasks.compare_books.name} <= tasks_by_clock


def test_one_event_that_breaks_keeps_no_refund_waiting(order: Order, shop: Shop, gateway: StripeGateway) -> None:
    now = timezone.now()
    StripeEvent.objects.create(
        event_id="evt_broken", kind="payment_intent.succeeded", created_at=now, received_at=now,
        payload={"id": "pi_x", "metadata": {"payment": str(order.payments.get().uuid)}},
    )  # fmt: skip
    refund = actions.ask_refund(line_id=order.lines.get().pk, quantity=1, reason="x", at=AT, by=shop.manager)
    tasks.sweep()
    refund.refresh_from_db()
    assert refund.state == Refund.State.DONE


def test_a_refund_of_money_that_is_all_back_already_ends(
    order: Order, shop: Shop, house: House, gateway: StripeGateway
) -> None:
    house.client.v1.refunds.create({"payment_intent": order.payments.get().intent_id})
    refund = actions.ask_refund(line_id=order.lines.get().pk, quantity=5, reason="x", at=AT, by=shop.manager)
    assert actions.send_refund(refund_id=refund.pk, gateway=gateway, at=AT) == "done"
    assert len(house.client.v1.refunds.list().data) == 1
    assert not actions.compare_books(gateway=gateway, since=timezone.now() - LOOKED_BACK, at=timezone.now())


def test_a_transfer_that_was_put_aside_is_on_record_and_can_be_taken_up(shop: Shop) -> None:
    data = "日期,金额,附言\n2026-01-06,12.50,结息\n".encode()
    actions.import_statement(data=data, at=AT, by=shop.finance)
    transfer, finance, address = Transfer.objects.get(), as_(shop.finance), reverse("commerce:transfers")
    page = finance.post(address, {"transfer": transfer.pk, "aside": "利息"}, follow=True).content.decode()
    assert "放到一边的" in page
    assert "利息" in page
    assert not waiting_transfers()
    with pytest.raises(WrongState):
        actions.put_transfer_aside(transfer_id=transfer.pk, why="又一次", at=AT, by=shop.finance)
    finance.post(address, {"transfer": transfer.pk, "up": "1"})
    assert [match.transfer.pk for match in waiting_transfers()] == [transfer.pk]
    told = LogRecord.objects.filter(kind__startswith="commerce.transfer_").order_by("pk")
    assert [(each.kind, each.actor_id) for each in told] == [
        ("commerce.transfer_set_aside", shop.finance.pk), ("commerce.transfer_taken_up", shop.finance.pk),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.put_transfer_aside(transfer_id=transfer.pk, why="x", at=AT, by=shop.manager)
