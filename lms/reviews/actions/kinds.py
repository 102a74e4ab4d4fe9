"""An authority writes its own numbers into the table of claim kinds."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.roles import Role, roles_of
from lms.credit.queries import rule_set_on
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of
from lms.reviews.domain.claim import ClaimRefused
from lms.reviews.models import ClaimKind

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def change_kind(
    *,
    kind_id: int,
    hours_per_unit: Decimal,
    most_hours: Decimal | None,
    second_from_hours: Decimal | None,
    is_open: bool,
    reason: str,
    at: datetime,
    by: "User",
) -> ClaimKind:
    """Change what a region's table says of one kind; decided claims stay as they were. By an officer of the region.

    Raises ClaimRefused (not_your_area, no_reason, bad_hours).
    """
    kind = ClaimKind.objects.select_for_update().get(pk=kind_id)
    today = timezone.localdate(at)
    rules = rule_set_on(kind.rule_set_code, today)
    covered = rules is not None and covers(area_of(by, on=today), rules.region_code)
    if not covered or Role.AUTHORITY not in roles_of(by):
        raise ClaimRefused("not_your_area")
    if not reason.strip():
        raise ClaimRefused("no_reason")
    if any(amount is not None and amount < 0 for amount in (hours_per_unit, most_hours, second_from_hours)):
        raise ClaimRefused("bad_hours")
    kind.hours_per_unit, kind.most_hours, kind.second_from_hours = hours_per_unit, most_hours, second_from_hours
    kind.is_open = is_open
    kind.save(update_fields=["hours_per_unit", "most_hours", "second_from_hours", "is_open"])
    append(
        kind="reviews.kind_changed",
        actor_id=by.pk,
        happened_at=at,
        subject=f"{kind.rule_set_code} {kind.code}",
        payload={
            "rule_set_code": kind.rule_set_code,
            "claim_kind": kind.code,
            "hours_per_unit": str(hours_per_unit),
            "most_hours": str(most_hours) if most_hours is not None else "",
            "second_from_hours": str(second_from_hours) if second_from_hours is not None else "",
            "is_open": is_open,
            "reason": reason.strip()[:300],
        },
    )
    return kind
