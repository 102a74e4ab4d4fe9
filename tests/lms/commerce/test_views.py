"""The doors of orders and money: who gets in, who does not, and what a person sees."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.models import Order, Refund, Seat, Transfer
from tests import people
from tests.lms.commerce.conftest import AT, SEAT_MINOR, Shop

FINANCE_PAGES = ["finance", "refunds", "transfers", "prices"]


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def order_form(shop: Shop, quantity: int, **more: str) -> dict[str, str]:
    return {
        f"product_{shop.product.pk}": str(quantity), "kind": "special", "title": "某公司",
        "credit_code": shop.company.credit_code, **more,
    }  # fmt: skip


def test_a_manager_orders_by_the_form(shop: Shop) -> None:
    answer = as_(shop.manager).post(reverse("commerce:new_order"), order_form(shop, 30))
    order = Order.objects.get()
    assert (answer.status_code, order.total_minor, order.invoice.kind) == (302, 30 * SEAT_MINOR, "special")
    page = as_(shop.manager).get(reverse("commerce:order", args=[order.uuid])).content.decode()
    assert order.reference in page
    assert "¥3,840.00" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"credit_code": "91500000MA000000X0"}, "统一社会信用代码"),
        ({"title": ""}, "title"),
    ],
)
def test_a_mistake_is_said_and_loses_nothing(shop: Shop, change: dict[str, str], words: str) -> None:
    page = as_(shop.manager).post(reverse("commerce:new_order"), order_form(shop, 7, **change))
    assert words in page.content.decode()
    assert 'value="7"' in page.content.decode()
    assert not Order.objects.exists()


def test_nothing_ordered_is_said(shop: Shop) -> None:
    page = as_(shop.manager).post(reverse("commerce:new_order"), order_form(shop, 0))
    assert "还没有填数量" in page.content.decode()


@pytest.mark.parametrize("name", FINANCE_PAGES)
def test_only_finance_sees_the_books(shop: Shop, name: str) -> None:
    shop.paid()
    address = reverse(f"commerce:{name}")
    assert as_(shop.finance).get(address).status_code == 200
    for stranger in (shop.manager, shop.staff(), people.auditor(), people.outsider()):
        assert as_(stranger).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_another_companys_order_does_not_exist(shop: Shop) -> None:
    line = shop.paid()
    stranger = as_(people.employer())
    for address in (
        reverse("commerce:order", args=[line.order.uuid]),
        reverse("commerce:seats", args=[line.pk]),
    ):
        assert stranger.get(address).status_code == 404
    change = reverse("commerce:change_order", args=[line.order.uuid])
    assert stranger.post(change, {"deed": "refund", "line": line.pk, "quantity": 1, "reason": "x"}).status_code == 404
    assert stranger.post(reverse("commerce:seats", args=[line.pk]), {"person": "x"}).status_code == 404
    assert not Refund.objects.exists()


def test_seats_are_given_and_taken_back_on_their_page(shop: Shop) -> None:
    line, member = shop.paid(2), shop.staff()
    manager, address = as_(shop.manager), reverse("commerce:seats", args=[line.pk])
    manager.post(address, {"person": [str(member.uuid), str(people.learner().uuid), "no uuid"]})
    assert Seat.objects.filter(state="taken").count() == 1
    page = manager.get(address).content.decode()
    assert member.name in page
    manager.post(address, {"release": "999999"})
    manager.post(address, {"release": str(Seat.objects.get(state="taken").assignments.get().pk)})
    assert Seat.objects.filter(state="free").count() == 2


def test_more_chosen_than_there_are_seats_gives_none(shop: Shop) -> None:
    line, many = shop.paid(1), [shop.staff() for _ in range(2)]
    page = as_(shop.manager).post(
        reverse("commerce:seats", args=[line.pk]), {"person": [str(one.uuid) for one in many]}, follow=True
    )
    assert "席位已经分完" in page.content.decode()
    assert Seat.objects.filter(state="free").count() == 1


def test_finance_matches_a_transfer(shop: Shop) -> None:
    order = shop.order(3)
    data = f"日期,金额,附言\n2026-01-06,{order.total_minor / 100:.2f},{order.reference}\n".encode("gb18030")
    finance, address = as_(shop.finance), reverse("commerce:transfers")
    from django.core.files.uploadedfile import SimpleUploadedFile

    finance.post(address, {"load": "1", "file": SimpleUploadedFile("a.csv", data)})
    assert order.reference in finance.get(address).content.decode()
    finance.post(address, {"transfer": Transfer.objects.get().pk, "order": order.reference})
    order.refresh_from_db()
    assert order.state == "paid"


@pytest.mark.parametrize("form", [{"transfer": "x"}, {"transfer": "99999"}, {}, {"transfer": "1", "order": "ZX"}])
def test_a_broken_form_of_finance_is_answered_in_words(shop: Shop, form: dict[str, str]) -> None:
    page = as_(shop.finance).post(reverse("commerce:transfers"), form, follow=True)
    assert "请选择这笔到账对应的订单" in page.content.decode()


def test_a_refund_is_refused_only_with_words(shop: Shop, settings: object) -> None:
    settings.REFUND_LIMIT_MINOR = 0  # type: ignore[attr-defined]  # pytest-django's settings take any name
    refund = actions.ask_refund(line_id=shop.paid(2).pk, quantity=1, reason="x", at=AT, by=shop.manager)
    finance, address = as_(shop.finance), reverse("commerce:refunds")
    assert "请写明原因" in finance.post(address, {"refund": refund.uuid, "refuse": "1"}, follow=True).content.decode()
    finance.post(address, {"refund": refund.uuid, "refuse": "1", "answer": "合同约定不退"})
    refund.refresh_from_db()
    assert (refund.state, refund.answer) == ("refused", "合同约定不退")


@pytest.mark.parametrize("many", [2, 20])
def test_the_list_of_orders_costs_the_same_whatever_its_length(
    shop: Shop, many: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(many):
        shop.paid(1)
    client = as_(shop.manager)
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # a fixture's own type
        client.get(reverse("commerce:orders"))


def test_finance_is_not_offered_what_only_the_company_may_do(shop: Shop) -> None:
    order = shop.order(3)
    address = reverse("commerce:order", args=[order.uuid])
    buyers, ours = (as_(who).get(address).content.decode() for who in (shop.manager, shop.finance))
    assert 'value="pay"' in buyers
    assert 'value="pay"' not in ours
    assert "在线支付由该单位的管理员办理" in ours
    assert 'value="cancel"' in ours
