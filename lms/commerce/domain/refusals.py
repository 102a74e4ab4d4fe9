"""Why this room says no. Every refusal has a `code`; its sentence is chosen at the rim (lms.commerce.sentences)."""


class CommerceError(Exception):
    """A deed was refused for the reason `code`. about: a word or number that the sentence may mention."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


class NotAllowed(CommerceError):
    """Who asked may not do this."""

    def __init__(self) -> None:
        super().__init__("not_allowed")


class BadOrder(CommerceError):
    """`nothing_ordered`, `quantity`, `not_for_sale`, `no_price`, `no_document`, `above_ceiling`, `two_currencies`,
    `too_dear`, `invoice`, `invoice_number`, `nothing_offered`."""


class WrongState(CommerceError):
    """The order, payment, refund or seat is no longer where this would lead on from."""


class BadPayment(CommerceError):
    """`amount_differs`, `currency_differs`, `paid_already`, `gateway` (the payment service did not answer)."""


class BadRefund(CommerceError):
    """`quantity`, `seats_in_use`, `not_paid`, `second_person` (who asked may not also approve)."""


class BadSeat(CommerceError):
    """`no_seat_left`, `has_a_seat`, `not_staff`, `seat_used`, `no_seat` (it was taken back meanwhile)."""


class BadStatement(CommerceError):
    """A file that is no bank statement: `unreadable`, `no_header`, `amount`, `day`, `too_large`."""
