"""The page of a checkout session: pay, be declined, be asked by the bank, come back too late."""

import urllib.parse
from typing import Any

import httpx
import pytest
import stripe

from tests.infra.stripe_simulator.conftest import House

SHOP = "http://shop.example"


def session_of(house: House, **more: Any) -> stripe.checkout.Session:
    given: dict[str, Any] = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 30,
                "price_data": {"currency": "cny", "unit_amount": 12_800, "product_data": {"name": "席位"}},
            }
        ],
        "success_url": SHOP + "/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": SHOP + "/order",
        "client_reference_id": "order-7",
        "payment_intent_data": {"metadata": {"order": "7"}},
        **more,
    }
    return house.client.v1.checkout.sessions.create(given)  # type: ignore[arg-type]  # tests send what types forbid


def press(session: stripe.checkout.Session, **form: str) -> httpx.Response:
    assert session.url
    return httpx.post(session.url, data=form)


def status(house: House, session: stripe.checkout.Session) -> tuple[str | None, str]:
    seen = house.client.v1.checkout.sessions.retrieve(session.id)
    return seen.status, seen.payment_status


def test_a_card_pays_and_leads_back_to_the_shop(house: House) -> None:
    session = session_of(house)
    assert session.amount_total == 30 * 12_800
    assert "¥3,840.00" in httpx.get(session.url or "").text
    back = press(session, kind="card", number="4242 4242 4242 4242")
    assert (back.status_code, back.headers["location"]) == (303, f"{SHOP}/done?session={session.id}")
    assert status(house, session) == ("complete", "paid")
    intent = house.client.v1.payment_intents.list().data[0]
    assert (intent.amount_received, intent.metadata["order"]) == (30 * 12_800, "7")


def test_a_declined_card_says_why_and_the_next_one_pays(house: House) -> None:
    session = session_of(house)
    assert "余额不足" in press(session, kind="card", number="4000000000009995").text
    assert status(house, session) == ("open", "unpaid")
    assert press(session, kind="card", number="4242424242424242").status_code == 303
    assert len(house.client.v1.payment_intents.list().data) == 1


@pytest.mark.parametrize("form", [{"kind": "alipay"}, {"kind": "wechat_pay"}, {"number": "4000002500003155"}])
def test_a_wallet_or_a_careful_bank_asks_first(house: House, form: dict[str, str]) -> None:
    session = session_of(house)
    assert "确认" in press(session, **form).text
    assert status(house, session) == ("open", "unpaid")
    assert press(session, bank="yes").status_code == 303
    assert status(house, session) == ("complete", "paid")


def test_who_says_no_to_the_bank_is_not_charged(house: House) -> None:
    session = session_of(house)
    press(session, number="4000002500003155")
    assert "没有扣款" in press(session, bank="no").text
    assert status(house, session) == ("open", "unpaid")


def test_a_number_that_is_no_test_card_is_refused_in_words(house: House) -> None:
    assert "不是测试卡号" in press(session_of(house), number="1234").text


def test_paid_twice_takes_money_once(house: House) -> None:
    session = session_of(house)
    for _ in range(2):
        press(session, number="4242424242424242")
    assert len(house.client.v1.charges.list().data) == 1


def test_an_expired_session_takes_nothing(house: House) -> None:
    session = session_of(house)
    house.client.v1.checkout.sessions.expire(session.id)
    assert "已过期" in press(session, number="4242424242424242").text
    assert house.client.v1.charges.list().data == []


def test_names_of_products_are_text_and_never_markup(house: House) -> None:
    line = {"currency": "cny", "unit_amount": 100, "product_data": {"name": "<script>x</script>"}}
    session = session_of(house, line_items=[{"quantity": 1, "price_data": line}])
    assert "<script>" not in httpx.get(session.url or "").text


def test_the_address_of_a_session_is_not_guessed(house: House) -> None:
    answer = httpx.get(urllib.parse.urljoin(house.server.own_address, "/c/pay/cs_test_000000000000000000000000"))
    assert answer.status_code == 404
