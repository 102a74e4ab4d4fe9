"""The deeds of orders, payments, refunds and seats."""

from lms.commerce.actions.books import note_list_export
from lms.commerce.actions.comparing import compare_and_keep, compare_books, explain_difference
from lms.commerce.actions.events import handle_event, store_event
from lms.commerce.actions.orders import Invoice, accept_quotation, cancel_order, note_invoice, place_order
from lms.commerce.actions.payments import (
    bank_account,
    close_pages,
    confirm_transfer,
    give_up_payment,
    open_pages,
    put_transfer_aside,
    settle_payment,
    start_payment,
    take_transfer_up,
)
from lms.commerce.actions.prices import Offered, publish_prices
from lms.commerce.actions.refunds import ask_refund, decide_refund, finish_by_hand, finish_refund, send_refund
from lms.commerce.actions.returns import refuse_return, return_payment
from lms.commerce.actions.seat_courses import open_through_seat
from lms.commerce.actions.seats import assign_seat, assign_seats, give_back_seats, mark_used, release_seat
from lms.commerce.actions.statements import import_statement

__all__ = [
    "Invoice",
    "Offered",
    "accept_quotation",
    "ask_refund",
    "assign_seat",
    "assign_seats",
    "bank_account",
    "cancel_order",
    "close_pages",
    "compare_and_keep",
    "compare_books",
    "confirm_transfer",
    "decide_refund",
    "explain_difference",
    "finish_by_hand",
    "finish_refund",
    "give_back_seats",
    "give_up_payment",
    "handle_event",
    "import_statement",
    "mark_used",
    "note_invoice",
    "note_list_export",
    "open_pages",
    "open_through_seat",
    "place_order",
    "publish_prices",
    "put_transfer_aside",
    "refuse_return",
    "release_seat",
    "return_payment",
    "send_refund",
    "settle_payment",
    "start_payment",
    "store_event",
    "take_transfer_up",
]
