"""Events leave signed, once by default, again after a refusal, and in whatever disorder was asked for."""

import httpx
import pytest
import stripe

from infra.stripe_simulator.events import Disorder
from tests.infra.stripe_simulator.conftest import KEY, House


def pay(house: House) -> stripe.PaymentIntent:
    return house.client.v1.payment_intents.create(
        {"amount": 500, "currency": "cny", "payment_method": "pm_card_visa", "confirm": True}
    )


def direct(house: House, deed: str, **form: str) -> httpx.Response:
    return httpx.post(
        f"{house.server.own_address}/_simulator/{deed}", data=form, headers={"Authorization": f"Bearer {KEY}"}
    )


def test_events_come_signed_and_in_order(house: House) -> None:
    pay(house)
    house.courier.round()
    assert [event.type for event in house.ear.events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    assert house.courier.round() == 0


def test_a_refused_event_is_sent_again(house: House) -> None:
    pay(house)
    house.ear.refuse = 2
    assert house.courier.round() == 1
    direct(house, "again")
    house.courier.round()
    assert {event.type for event in house.ear.events()} == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    }


def test_disorder_doubles_and_shuffles(house: House) -> None:
    for _ in range(4):
        pay(house)
    direct(house, "disorder", copies="3", shuffle="true", seed="5")
    house.courier.round()
    ids = [event.id for event in house.ear.events()]
    assert len(ids) == 3 * len(set(ids)) == 36
    assert ids != [event_id for event_id in dict.fromkeys(ids) for _ in range(3)]


def test_what_is_held_back_comes_later(house: House) -> None:
    direct(house, "disorder", hold="true")
    pay(house)
    assert house.courier.round() == 0
    assert house.ear.heard == []
    direct(house, "disorder")
    assert house.courier.round() == 3


def test_a_forged_signature_is_found_by_the_library(house: House) -> None:
    house.courier.disorder = Disorder(wrong_signature=True)
    pay(house)
    house.courier.round()
    with pytest.raises(stripe.SignatureVerificationError):
        house.ear.events()


def test_an_old_signature_is_found_by_the_library(house: House) -> None:
    pay(house)
    event = house.client.v1.events.list().data[0]
    house.courier.deliver(event.id, at=event.created - 301)
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        house.ear.events()


def test_only_who_has_the_key_directs(house: House) -> None:
    assert httpx.post(f"{house.server.own_address}/_simulator/disorder").status_code == 401
