"""Balances: as they are stored, and as the ledger says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from lms.credit.domain.balance import Balance, Figures, balance_of_decision
from lms.credit.domain.cycle import window
from lms.credit.models import CreditBalance, CreditEntry
from lms.credit.queries.decisions import LicenceDecision


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """A stored balance. figures: as domain.balance writes them; exact hours as text."""

    licence_id: int
    cycle: int
    state: str
    satisfied: bool
    as_of: date
    figures: Figures


def balances_of(licence_ids: Iterable[int]) -> dict[int, BalanceFacts]:
    """Return the stored balance of the newest cycle of each certificate; one that has none is left out. One query.

    For lists: a page about one certificate asks for its decision, which says why.
    """
    rows = CreditBalance.objects.filter(licence_id__in=set(licence_ids)).order_by("licence_id", "-cycle")
    newest = rows.distinct("licence_id").only("licence_id", "cycle", "state", "satisfied", "as_of", "figures")
    return {
        row.licence_id: BalanceFacts(row.licence_id, row.cycle, row.state, row.satisfied, row.as_of, row.figures)
        for row in newest
    }


def computed_balances(held: LicenceDecision, as_of: date) -> tuple[Balance, ...]:
    """Return the balance of the running cycle and of each earlier one that has evidence, the earliest first."""
    if held.rules is None or held.current is None:
        return ()
    running = held.current.window
    if running is None or held.holding.issued_on is None:
        return (balance_of_decision(held.current, held.holding),)
    numbers = {running.number}
    for day in {item.activity_day for item in held.evidence}:
        found = window(held.holding.issued_on, day, held.rules, exchanged_on=held.holding.exchanged_on)
        if found is not None and found.number < running.number:
            numbers.add(found.number)
    decisions = [held.in_cycle(number, as_of) for number in sorted(numbers)]
    return tuple(balance_of_decision(decision, held.holding) for decision in decisions if decision is not None)


def newest_entry_of(learner_id: int) -> int:
    """Return the id of a learner's newest entry; 0 for none. One query."""
    return CreditEntry.objects.filter(learner_id=learner_id).aggregate(newest=Max("id"))["newest"] or 0


def learners_with_hours(*, after: int, limit: int) -> tuple[int, ...]:
    """Return learners who have a ledger, in the order of their ids, beginning after one. One query."""
    rows = CreditEntry.objects.filter(learner_id__gt=after).order_by("learner_id").values_list("learner_id", flat=True)
    return tuple(rows.distinct()[:limit])
