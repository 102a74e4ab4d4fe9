"""Setting the numbers by which presence is checked for the learners under a rule set."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from proctoring.domain.policy import Policy, to_numbers
from proctoring.models import PresencePolicy, PresencePolicyInForce
from proctoring.policy import stored

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def set_policy(*, code: str, policy: Policy, at: datetime, by: "User | None" = None) -> bool:
    """Let these numbers hold for learners under the rule set `code`, from the next session on; say whether that is new."""
    policy_id = stored(policy, at)
    standing = PresencePolicyInForce.objects.select_for_update().filter(code=code).first()
    if standing and standing.policy_id == policy_id:
        return False
    PresencePolicyInForce.objects.update_or_create(code=code, defaults={"policy_id": policy_id, "set_at": at})
    append(
        kind="proctoring.policy_set",
        actor_id=by.pk if by else None,
        subject=code,
        happened_at=at,
        payload={
            "code": code,
            "digest": PresencePolicy.objects.get(pk=policy_id).digest,
            "numbers": dict(to_numbers(policy)),
        },
    )
    return True
