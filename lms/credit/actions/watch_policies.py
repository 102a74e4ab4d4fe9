"""Telling the player and the face checks by which numbers to work under each rule set."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from lms.credit.domain.presence import presence_policy_of
from lms.credit.domain.watching import policy_of
from lms.credit.models import RuleSetVersion
from lms.credit.queries.rules import rule_sets_on
from player.watching.actions import set_policy
from proctoring import actions as faces

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def set_watch_policies(*, at: datetime, by: "User | None" = None) -> tuple[str, ...]:
    """Let watching count and presence be checked by the rule sets in force on that day; return the codes for which it is new.

    Called when rules are loaded or published, and each night, when a version may come into force. A draft never decides
    alone: its numbers hold only for learners whose region has nothing else.
    """
    codes = set(RuleSetVersion.objects.values_list("code", flat=True))
    in_force = rule_sets_on(codes, timezone.localdate(at))
    changed = []
    for code, rules in sorted(in_force.items()):
        watching = set_policy(code=code, policy=policy_of(rules), at=at, by=by)
        presence = faces.set_policy(code=code, policy=presence_policy_of(rules), at=at, by=by)
        if watching or presence:
            changed.append(code)
    return tuple(changed)
