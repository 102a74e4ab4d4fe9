"""The tables of money and seats."""

from lms.commerce.models.books import BooksComparison, ExplainedDifference
from lms.commerce.models.events import StripeEvent
from lms.commerce.models.orders import InvoiceDetails, Order, OrderLine
from lms.commerce.models.payments import Payment, Refund, Transfer
from lms.commerce.models.prices import Price, PriceList, Product, ProductEdition
from lms.commerce.models.seats import Assignment, Seat, SeatCourse

__all__ = [
    "Assignment",
    "BooksComparison",
    "ExplainedDifference",
    "InvoiceDetails",
    "Order",
    "OrderLine",
    "Payment",
    "Price",
    "PriceList",
    "Product",
    "ProductEdition",
    "Refund",
    "Seat",
    "SeatCourse",
    "StripeEvent",
    "Transfer",
]
