"""The refusals of the API, in the shape that the official library turns into its exceptions."""

from dataclasses import dataclass, field
from typing import Any

DECLINED = "Your card was declined."


@dataclass(slots=True)
class Refusal(Exception):
    """Answered as `{"error": {…}}`. kind: Stripe's error type; code and param as Stripe names them."""

    message: str
    status: int = 400
    kind: str = "invalid_request_error"
    code: str | None = None
    param: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        parts = {"type": self.kind, "message": self.message, "code": self.code, "param": self.param, **self.more}
        return {"error": {name: part for name, part in parts.items() if part is not None}}


def missing(kind: str, identity: str) -> Refusal:
    return Refusal(f"No such {kind}: '{identity}'", status=404, code="resource_missing", param="id")


def wanting(param: str) -> Refusal:
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def wrong_state(kind: str, state: str, wish: str) -> Refusal:
    return Refusal(
        f"You cannot {wish} this {kind} because it has a status of {state}.",
        code=f"{kind.lower()}_unexpected_state",
    )


def declined(intent: dict[str, Any]) -> Refusal:
    """Return the answer to a confirmation that the bank declined; the intent has its reasons in `last_payment_error`."""
    error = intent["last_payment_error"]
    more = {"decline_code": error["decline_code"], "payment_intent": intent}
    return Refusal(error["message"], status=402, kind="card_error", code=error["code"], more=more)
