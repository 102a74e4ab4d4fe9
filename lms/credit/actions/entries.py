"""Recording what was done elsewhere, and taking back what was recorded wrongly."""

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from lms.credit.actions.awards import entry_payload
from lms.credit.actions.balances import rebuild_balances
from lms.credit.actions.locks import lock_ledger
from lms.credit.domain.terms import EvidenceState, LedgerCategory
from lms.credit.models import CreditEntry
from lms.credit.queries.rules import rule_set_on

if TYPE_CHECKING:
    from lms.accounts.models import User


class BadHours(ValueError):
    """The amount, the day or the words of an entry cannot be recorded. The message is for people who call this."""


class AlreadyRecorded(ValueError):
    """This source was credited to this learner before. `entry`: the one that stands."""

    def __init__(self, entry: CreditEntry) -> None:
        super().__init__(f"recorded before as {entry.uuid}")
        self.entry = entry


class AlreadyReversed(ValueError):
    """The entry was taken back before. `entry`: the reversal that stands."""

    def __init__(self, entry: CreditEntry) -> None:
        super().__init__(f"reversed before by {entry.uuid}")
        self.entry = entry


@transaction.atomic
def record_hours(
    *,
    learner: "User",
    category: LedgerCategory | str,
    activity_day: date,
    title: str,
    source_kind: str,
    at: datetime,
    by: "User | None",
    hours: Fraction | int | None = None,
    seconds: int | None = None,
    rule_set_code: str = "national",
    post_code: str = "",
    state: EvidenceState | str = EvidenceState.VALID,
    source_ref: str = "",
    note: str = "",
) -> CreditEntry:
    """Record hours that were earned in class, by a claim, at work or before this system, and return the entry.

    Give `seconds`, or `hours` of which `rule_set_code` says the length; they must come to whole seconds. post_code "":
    counts for every post. A source_ref that was credited before in the same state raises AlreadyRecorded; without one,
    nothing keeps the caller from recording twice. Raises BadHours.
    """
    exact = _whole_seconds(hours, seconds, rule_set_code, activity_day)
    ledger, evidence_state = LedgerCategory(category), EvidenceState(state)
    if not title.strip():
        raise BadHours("an entry needs words that say what it is for")
    lock_ledger(learner.pk)
    if source_ref:
        standing = CreditEntry.objects.filter(
            learner=learner, source_kind=source_kind, source_ref=source_ref, state=evidence_state.value, reverses=None
        ).first()
        if standing is not None:
            raise AlreadyRecorded(standing)
    entry = CreditEntry.objects.create(
        learner=learner,
        category=ledger.value,
        seconds=exact,
        activity_day=activity_day,
        post_code=post_code,
        state=evidence_state.value,
        source_kind=CreditEntry.SourceKind(source_kind),
        source_ref=source_ref,
        title=title.strip()[:200],
        note=note[:300],
        recorded_at=at,
        by=by,
    )
    append(
        kind="credit.hours_awarded",
        actor_id=by.pk if by else None,
        learner_id=learner.pk,
        happened_at=at,
        subject=str(entry.uuid),
        payload=entry_payload(entry),
    )
    rebuild_balances(learner_id=learner.pk, at=at)
    return entry


@transaction.atomic
def reverse_entry(*, entry_id: int, reason: str, at: datetime, by: "User") -> CreditEntry:
    """Take an entry back by a new one of the same amount with the other sign, and return it.

    Watching that was taken back is not awarded again by the same evidence. A reversal may itself be reversed, once.
    Raises CreditEntry.DoesNotExist, AlreadyReversed, BadHours without a reason.
    """
    if not reason.strip():
        raise BadHours("a reversal needs its reason")
    wrong = CreditEntry.objects.get(pk=entry_id)
    lock_ledger(wrong.learner_id)
    standing = CreditEntry.objects.filter(reverses=wrong).first()
    if standing is not None:
        raise AlreadyReversed(standing)
    entry = CreditEntry.objects.create(
        learner_id=wrong.learner_id,
        category=wrong.category,
        seconds=-wrong.seconds,
        activity_day=wrong.activity_day,
        post_code=wrong.post_code,
        state=wrong.state,
        source_kind=wrong.source_kind,
        source_ref=wrong.source_ref,
        title=wrong.title,
        note=reason.strip()[:300],
        reverses=wrong,
        recorded_at=at,
        by=by,
    )
    append(
        kind="credit.hours_reversed",
        actor_id=by.pk,
        learner_id=wrong.learner_id,
        happened_at=at,
        subject=str(entry.uuid),
        payload={**entry_payload(entry), "reversed_uuid": str(wrong.uuid), "reason": entry.note},
    )
    rebuild_balances(learner_id=wrong.learner_id, at=at)
    return entry


def _whole_seconds(hours: Fraction | int | None, seconds: int | None, rule_set_code: str, day: date) -> int:
    if (hours is None) == (seconds is None):
        raise BadHours("give hours or seconds, one of them")
    if seconds is None:
        rules = rule_set_on(rule_set_code, day)
        if rules is None:
            raise BadHours(f"no rule set “{rule_set_code}” says how long an hour is")
        amount = Fraction(hours or 0) * rules.accrual.seconds_per_hour
        if amount.denominator != 1:
            raise BadHours(f"{hours} hours are not whole seconds")
        seconds = int(amount)
    if seconds <= 0:
        raise BadHours("an entry is more than nothing; take back with reverse_entry")
    return seconds
