"""The official library speaks to the simulator unchanged: payments, declines, refunds, idempotency, lists."""

import pytest
import stripe

from tests.infra.stripe_simulator.conftest import KEY, House


def pay(house: House, method: str = "pm_card_visa", amount: int = 19_900) -> stripe.PaymentIntent:
    return house.client.v1.payment_intents.create(
        {"amount": amount, "currency": "cny", "payment_method": method, "confirm": True, "metadata": {"order": "7"}}
    )


def test_a_card_is_charged_once(house: House) -> None:
    intent = pay(house)
    assert (intent.status, intent.amount_received, intent.metadata["order"]) == ("succeeded", 19_900, "7")
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        house.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert len(house.client.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("method", "decline_code"),
    [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
    ],
)
def test_a_declined_card_takes_nothing_and_another_may_be_tried(house: House, method: str, decline_code: str) -> None:
    intent = house.client.v1.payment_intents.create({"amount": 500, "currency": "cny"})
    with pytest.raises(stripe.CardError) as refusal:
        house.client.v1.payment_intents.confirm(intent.id, {"payment_method": method})
    assert refusal.value.error is not None
    assert refusal.value.error.decline_code == decline_code
    kept = house.client.v1.payment_intents.retrieve(intent.id)
    assert (kept.status, kept.amount_received) == ("requires_payment_method", 0)
    assert house.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_a_card_that_the_bank_asks_about_waits(house: House) -> None:
    intent = pay(house, "pm_card_authenticationRequired")
    assert (intent.status, intent.amount_received) == ("requires_action", 0)
    assert house.client.v1.payment_intents.cancel(intent.id).status == "canceled"


def test_refunds_end_at_what_was_paid(house: House) -> None:
    intent = pay(house, amount=1_000)
    house.client.v1.refunds.create({"payment_intent": intent.id, "amount": 700})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        house.client.v1.refunds.create({"payment_intent": intent.id, "amount": 301})
    assert house.client.v1.refunds.create({"payment_intent": intent.id}).amount == 300
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        house.client.v1.refunds.create({"payment_intent": intent.id})


def test_nothing_unpaid_is_refunded(house: House) -> None:
    intent = house.client.v1.payment_intents.create({"amount": 500, "currency": "cny"})
    with pytest.raises(stripe.InvalidRequestError):
        house.client.v1.refunds.create({"payment_intent": intent.id})


def test_an_idempotency_key_has_one_effect(house: House) -> None:
    intent = pay(house, amount=1_000)
    refunds = [
        house.client.v1.refunds.create({"payment_intent": intent.id, "amount": 400}, {"idempotency_key": "once"})
        for _ in range(3)
    ]
    assert len({refund.id for refund in refunds}) == 1
    with pytest.raises(stripe.IdempotencyError):
        house.client.v1.refunds.create({"payment_intent": intent.id, "amount": 500}, {"idempotency_key": "once"})
    assert len(house.client.v1.refunds.list().data) == 1


def test_pages_of_a_list_follow_each_other(house: House) -> None:
    made = [pay(house).id for _ in range(5)]
    listed = [intent.id for intent in house.client.v1.payment_intents.list({"limit": 2}).auto_paging_iter()]
    assert listed == made[::-1]


def test_without_its_key_nobody_is_answered(house: House) -> None:
    stranger = stripe.StripeClient(KEY + "x", base_addresses={"api": house.server.own_address}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.payment_intents.list()


@pytest.mark.parametrize("given", [{"currency": "cny"}, {"amount": 0, "currency": "cny"}, {"amount": 500}])
def test_a_payment_that_makes_no_sense_is_refused(house: House, given: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        house.client.v1.payment_intents.create(given)  # type: ignore[arg-type]  # wrong on purpose


def test_a_dispute_bars_refunds_until_it_is_won(house: House) -> None:
    intent = pay(house, "pm_card_createDispute")
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        house.client.v1.refunds.create({"payment_intent": intent.id})
    assert house.client.v1.disputes.list().data[0].status == "needs_response"
