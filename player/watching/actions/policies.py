"""Setting the numbers by which watching counts for the learners under a rule set."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from player.domain.policy import Policy, to_numbers
from player.watching.models import PolicyInForce, WatchPolicy
from player.watching.policy import stored

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def set_policy(*, code: str, policy: Policy, at: datetime, by: "User | None" = None) -> bool:
    """Let these numbers hold for learners under the rule set `code`, from the next session on; say whether that is new.

    Sessions that run keep the numbers they were opened with.
    """
    policy_id = stored(policy, at)
    standing = PolicyInForce.objects.select_for_update().filter(code=code).first()
    if standing and standing.policy_id == policy_id:
        return False
    PolicyInForce.objects.update_or_create(code=code, defaults={"policy_id": policy_id, "set_at": at})
    append(
        kind="player.policy_set",
        actor_id=by.pk if by else None,
        subject=code,
        happened_at=at,
        payload={
            "code": code,
            "digest": WatchPolicy.objects.get(pk=policy_id).digest,
            "numbers": dict(to_numbers(policy)),
        },
    )
    return True
