"""Balances follow the ledger, and are compared with it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.credit.actions.locks import lock_ledger
from lms.credit.domain.balance import Balance
from lms.credit.models import BalanceMismatch, CreditBalance
from lms.credit.queries.balances import (
    balances_that_differ,
    computed_balances,
    learners_with_hours,
    newest_entry_of,
)
from lms.credit.queries.decisions import LicenceDecision, decisions_of

logger = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found. rebuilt: balances that were missing, or judged by other rules or facts than now."""

    balances: int = 0
    mismatches: int = 0
    rebuilt: int = 0

    def __add__(self, other: "Comparison") -> "Comparison":
        return Comparison(
            self.balances + other.balances, self.mismatches + other.mismatches, self.rebuilt + other.rebuilt
        )


@transaction.atomic(savepoint=False)
def rebuild_balances(*, learner_id: int, at: datetime) -> None:
    """Bring the balances of a learner's certificates to what the ledger says. Whoever writes the ledger calls it last.

    The caller holds the ledger's lock.
    """
    today = timezone.localdate(at)
    newest = newest_entry_of(learner_id)
    for held in decisions_of(learner_id, today):
        _store(held, computed_balances(held, today), learner_id, newest, at)


def compare_all_balances(*, at: datetime) -> Comparison:
    """Compare every stored balance with the ledger, and log what was found.

    Many are read at once; of whom anything differs is looked at again by himself, under the lock of his ledger. A
    balance that differs becomes a BalanceMismatch, a record in the log and an error in the process's log, and is rebuilt.
    """
    found, after = Comparison(), 0
    while learners := learners_with_hours(after=after, limit=BATCH):
        agreeing, odd = balances_that_differ(learners, timezone.localdate(at))
        found += Comparison(balances=agreeing)
        for learner_id in odd:
            found += compare_balances(learner_id=learner_id, at=at)
        after = learners[-1]
    with transaction.atomic():
        append(
            kind="credit.balances_compared",
            actor_id=None,
            happened_at=at,
            payload={"balances": found.balances, "mismatches": found.mismatches, "rebuilt": found.rebuilt},
        )
    return found


@transaction.atomic
def compare_balances(*, learner_id: int, at: datetime) -> Comparison:
    """Compare one learner's balances with the ledger, as it stands and as of the day each was made; then rebuild them."""
    lock_ledger(learner_id)
    today, newest = timezone.localdate(at), newest_entry_of(learner_id)
    found = Comparison()
    stored = {(row.licence_id, row.cycle): row for row in CreditBalance.objects.filter(learner_id=learner_id)}
    for held in decisions_of(learner_id, today):
        now = computed_balances(held, today)
        for balance in now:
            found += _compared(held, stored.get((held.licence.id, balance.cycle)), balance, at)
        _store(held, now, learner_id, newest, at)
    return found


def _compared(held: LicenceDecision, row: CreditBalance | None, now: Balance, at: datetime) -> Comparison:
    if row is None or row.basis != now.basis:
        return Comparison(balances=1, rebuilt=1)
    then = _as_of(held, row.cycle, row.as_of)
    if then is None or _facts(row) == _said(then):
        return Comparison(balances=1)
    BalanceMismatch.objects.create(
        licence_uuid=held.licence.uuid, cycle=row.cycle, stored=_facts(row), computed=_said(then), found_at=at
    )
    append(
        kind="credit.balance_mismatched",
        actor_id=None,
        learner_id=held.licence.holder_id,
        happened_at=at,
        subject=str(held.licence.uuid),
        payload={
            "cycle": row.cycle,
            "stored_hours": str(row.figures.get("total", "")),
            "computed_hours": str(then.figures["total"]),
        },
    )
    logger.error("balance of licence %s, cycle %d, differs from its ledger; rebuilt", held.licence.uuid, row.cycle)
    return Comparison(balances=1, mismatches=1)


def _as_of(held: LicenceDecision, cycle: int, day: date) -> Balance | None:
    """What the ledger says now of that day: time that has passed since is no mismatch."""
    found = [balance for balance in computed_balances(held, day) if balance.cycle == cycle]
    return found[0] if found else None


def _facts(row: CreditBalance) -> Mapping[str, object]:
    return {"state": row.state, "satisfied": row.satisfied, **row.figures}


def _said(balance: Balance) -> Mapping[str, object]:
    return {"state": balance.state, "satisfied": balance.satisfied, **balance.figures}


def _store(held: LicenceDecision, balances: tuple[Balance, ...], learner_id: int, newest: int, at: datetime) -> None:
    rows = [
        CreditBalance(
            licence_id=held.licence.id,
            learner_id=learner_id,
            newest_entry_id=newest,
            rebuilt_at=at,
            **{field: getattr(balance, field) for field in COPIED},
        )
        for balance in balances
    ]
    CreditBalance.objects.filter(licence_id=held.licence.id).exclude(cycle__in=[row.cycle for row in rows]).delete()
    CreditBalance.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["licence", "cycle"],
        update_fields=[*COPIED[1:], "newest_entry_id", "rebuilt_at"],
    )


COPIED = ("cycle", "starts_on", "ends_on", "state", "satisfied", "as_of", "basis", "figures")
