"""What a person decides about hours: the ledger follows each decision by one deed."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from lms.credit.actions.entries import BadHours, record_hours, reverse_entry
from lms.credit.actions.locks import lock_ledger
from lms.credit.domain.terms import EvidenceState, LedgerCategory
from lms.credit.models import CreditEntry

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def settle_hours(
    *,
    learner: "User",
    source_kind: str,
    source_ref: str,
    state: EvidenceState | None,
    category: LedgerCategory | str,
    seconds: int,
    activity_day: date,
    title: str,
    reason: str,
    at: datetime,
    by: "User",
) -> CreditEntry | None:
    """Let the ledger say of one claim what was just decided of it, and return the entry that stands now.

    Cases: the same as before → nothing is written; another state or amount → the standing entry is reversed with
    `reason` and a new one stands; state None → reversed, nothing stands. Each standing of a claim has a reference of its
    own: `source_ref`, then `source_ref/2` … Serialised per learner. Raises BadHours.
    """
    if state is not None and seconds <= 0:
        raise BadHours("what is decided must be more than nothing; give no state to leave nothing standing")
    lock_ledger(learner.pk)
    rows = CreditEntry.objects.filter(
        Q(source_ref=source_ref) | Q(source_ref__startswith=f"{source_ref}/"),
        learner=learner,
        source_kind=source_kind,
        reverses__isnull=True,
    ).order_by("id")
    before = list(rows)
    standing = next((row for row in before if not row.reversed_by.exists()), None)
    if standing is not None:
        same = (standing.state, standing.seconds, standing.category, standing.activity_day)
        if state is not None and same == (state.value, seconds, str(LedgerCategory(category)), activity_day):
            return standing
        reverse_entry(entry_id=standing.pk, reason=reason, at=at, by=by)
    if state is None:
        return None
    return record_hours(
        learner=learner,
        category=category,
        seconds=seconds,
        activity_day=activity_day,
        title=title,
        source_kind=source_kind,
        source_ref=f"{source_ref}/{len(before) + 1}" if before else source_ref,
        state=state,
        note=reason,
        at=at,
        by=by,
    )
