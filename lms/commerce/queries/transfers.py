"""Incoming bank transfers, and which order each may pay."""

from dataclasses import dataclass

from lms.commerce.domain.reference import references_in
from lms.commerce.models import Order, Transfer


@dataclass(frozen=True, slots=True)
class Match:
    """An incoming payment with the orders it may pay. sure: the reference and the amount agree; a person still confirms."""

    transfer: Transfer
    orders: tuple[Order, ...]
    sure: bool


def waiting_transfers(limit: int = 200) -> tuple[Match, ...]:
    """Return transfers that nobody has matched, oldest first. Candidates: by reference, else by amount and payer's name."""
    transfers = list(Transfer.objects.filter(payment__isnull=True, put_aside="").order_by("booked_on", "pk")[:limit])
    placed = list(Order.objects.filter(state=Order.State.PLACED).select_related("company"))
    by_reference = {order.reference: order for order in placed}
    return tuple(_match(transfer, placed, by_reference) for transfer in transfers)


def put_aside(limit: int = 50) -> tuple[Transfer, ...]:
    """Return transfers that somebody has put aside, the newest first. One query."""
    return tuple(Transfer.objects.exclude(put_aside="").order_by("-booked_on", "-pk")[:limit])


def _match(transfer: Transfer, placed: list[Order], by_reference: dict[str, Order]) -> Match:
    named = [by_reference[reference] for reference in references_in(transfer.remark) if reference in by_reference]
    if named:
        sure = len(named) == 1 and named[0].total_minor == transfer.amount_minor
        return Match(transfer, tuple(named), sure)
    alike = [order for order in placed if order.total_minor == transfer.amount_minor]
    own = [order for order in alike if order.company.name == transfer.payer]
    return Match(transfer, tuple((own or alike)[:5]), False)
