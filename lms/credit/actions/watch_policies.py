"""Telling the player by which numbers to count under each rule set."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from lms.credit.domain.watching import policy_of
from lms.credit.models import RuleSetVersion
from lms.credit.queries.rules import rule_sets_on
from player.watching.actions import set_policy

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def set_watch_policies(*, at: datetime, by: "User | None" = None) -> tuple[str, ...]:
    """Let the player count by the rule sets that are in force on that day; return the codes for which that is new.

    Called when rules are loaded or published, and each night, when a version may come into force. A draft never decides
    alone: its numbers hold only for learners whose region has nothing else.
    """
    codes = set(RuleSetVersion.objects.values_list("code", flat=True))
    in_force = rule_sets_on(codes, timezone.localdate(at))
    return tuple(
        code for code in sorted(in_force) if set_policy(code=code, policy=policy_of(in_force[code]), at=at, by=by)
    )
