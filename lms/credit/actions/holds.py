"""An authority decides what becomes of a cycle that the rules leave open."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.queries import licence
from lms.credit.domain.terms import State
from lms.credit.models import HoldResolution
from lms.credit.queries.decisions import decisions_of
from lms.credit.queries.holds import may_resolve

if TYPE_CHECKING:
    from lms.accounts.models import User


class HoldRefused(ValueError):
    """A hold cannot be decided: not_your_area, not_on_hold, no_reason, decided_before, own_case."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def resolve_hold(*, licence_id: int, cycle: int, outcome: str, reason: str, at: datetime, by: "User") -> HoldResolution:
    """Decide a cycle whose total is met and a category is not: the certificate may be renewed, or training is due again.

    Once for ever; the hours stay as they are. What the rules say is asked again now, whatever a list has shown. The log
    tells whoever waits: `credit.hold_resolved`. Raises HoldRefused.
    """
    held = licence(licence_id)
    if held is None or not may_resolve(by, held.region_code, on=timezone.localdate(at)):
        raise HoldRefused("not_your_area")
    if held.holder_id == by.pk:
        raise HoldRefused("own_case")
    if not reason.strip():
        raise HoldRefused("no_reason")
    today = timezone.localdate(at)
    standing = next((item for item in decisions_of(held.holder_id, today) if item.licence.id == licence_id), None)
    decision = standing.in_cycle(cycle, today) if standing else None
    if decision is None or decision.state is not State.HOLD:
        raise HoldRefused("not_on_hold")
    try:
        with transaction.atomic():
            row = HoldResolution.objects.create(
                licence_id=licence_id,
                cycle=cycle,
                outcome=HoldResolution.Outcome(outcome),
                reason=reason.strip()[:300],
                rules=f"{decision.rule_code} {decision.rule_version}",
                decided_at=at,
                by=by,
            )
    except IntegrityError:
        raise HoldRefused("decided_before") from None
    append(
        kind="credit.hold_resolved",
        actor_id=by.pk,
        learner_id=held.holder_id,
        happened_at=at,
        subject=str(held.uuid),
        payload={
            "licence_uuid": str(held.uuid),
            "cycle": cycle,
            "outcome": str(row.outcome),
            "reason": row.reason,
            "rules": row.rules,
        },
    )
    return row
