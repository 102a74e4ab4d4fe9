"""The test cards and wallets, and what each of them does. The numbers are those of Stripe's own test mode."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Method:
    """kind: card, alipay or wechat_pay. ask: bank or wallet asks the payer first. decline: (code, decline code)."""

    name: str
    kind: str = "card"
    last4: str = ""
    ask: bool = False
    decline: tuple[str, str] | None = None
    disputed: bool = False


DECLINED = ("card_declined", "generic_decline")
CARDS = {
    "4242424242424242": Method("pm_card_visa", last4="4242"),
    "4000000000000002": Method("pm_card_chargeDeclined", last4="0002", decline=DECLINED),
    "4000000000009995": Method(
        "pm_card_chargeDeclinedInsufficientFunds", last4="9995", decline=("card_declined", "insufficient_funds")
    ),
    "4000000000000069": Method(
        "pm_card_chargeDeclinedExpiredCard", last4="0069", decline=("expired_card", "expired_card")
    ),
    "4000002500003155": Method("pm_card_authenticationRequired", last4="3155", ask=True),
    "4000008400001629": Method(
        "pm_card_authenticationRequiredChargeDeclined", last4="1629", ask=True, decline=DECLINED
    ),
    "4000000000000259": Method("pm_card_createDispute", last4="0259", disputed=True),
}
WALLETS = {
    "alipay": Method("pm_alipay", kind="alipay", ask=True),
    "wechat_pay": Method("pm_wechat_pay", kind="wechat_pay", ask=True),
}
BY_NAME = {method.name: method for method in (*CARDS.values(), *WALLETS.values())}


def of_number(number: str) -> Method | None:
    """Return the card of a number as people type it; a number that no test card has is None."""
    return CARDS.get("".join(number.split()))
