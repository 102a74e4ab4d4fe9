"""Balances: as they are stored, and as the ledger says."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from lms.credit.domain.balance import Balance, Figures, balance_of_decision
from lms.credit.domain.cycle import window
from lms.credit.models import CreditBalance, CreditEntry
from lms.credit.queries.decisions import LicenceDecision, decisions_held

_COMPARED = ("starts_on", "ends_on", "state", "satisfied", "basis", "figures")


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


def balances_that_differ(learner_ids: Iterable[int], today: date) -> tuple[int, tuple[int, ...]]:
    """Return how many balances agree with the ledger, and the learners of whom any does not. Four queries, without locks.

    Read beside those who write, so who is returned may only have been written meanwhile: look again under the lock.
    """
    held = decisions_held(learner_ids, today)
    stored: dict[int, dict[tuple[int, int], CreditBalance]] = defaultdict(dict)
    for row in CreditBalance.objects.filter(learner_id__in=list(held), licence__withdrawn_on__isnull=True):
        stored[row.learner_id][row.licence_id, row.cycle] = row
    agreeing, odd = 0, []
    for learner_id, standings in held.items():
        computed = {
            (standing.licence.id, balance.cycle): balance
            for standing in standings
            for balance in computed_balances(standing, today)
        }
        rows = stored[learner_id]
        if computed.keys() == rows.keys() and all(says(rows[key], balance) for key, balance in computed.items()):
            agreeing += len(computed)
        else:
            odd.append(learner_id)
    return agreeing, tuple(odd)


def says(row: CreditBalance, balance: Balance) -> bool:
    """Say whether a stored balance is this one, the day on which it was made aside."""
    return all(getattr(row, name) == getattr(balance, name) for name in _COMPARED)


def newest_entry_of(learner_id: int) -> int:
    """Return the id of a learner's newest entry; 0 for none. One query."""
    return CreditEntry.objects.filter(learner_id=learner_id).aggregate(newest=Max("id"))["newest"] or 0


def learners_with_hours(*, after: int, limit: int) -> tuple[int, ...]:
    """Return learners who have a ledger, in the order of their ids, beginning after one. One query."""
    rows = CreditEntry.objects.filter(learner_id__gt=after).order_by("learner_id").values_list("learner_id", flat=True)
    return tuple(rows.distinct()[:limit])
