"""Which numbers hold for whom: sets of them stand once, and each rule set names one."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from proctoring.domain.policy import Policy, from_numbers, strictest, to_numbers
from proctoring.models import PresencePolicy, PresencePolicyInForce


def policy_in_force(codes: Iterable[str]) -> Policy:
    """Return the numbers for a learner under these rule sets: the strictest of those that ask for presence. One query."""
    rows = PresencePolicyInForce.objects.select_related("policy").filter(code__in=set(codes))
    return strictest(from_numbers(row.policy.numbers) for row in rows)


def stored(policy: Policy, at: datetime) -> int:
    """Return the id of the row that holds these numbers, written now if there is none."""
    numbers = to_numbers(policy)
    text = json.dumps(numbers, sort_keys=True, separators=(",", ":"))
    row, _made = PresencePolicy.objects.get_or_create(
        digest=hashlib.sha256(text.encode()).hexdigest(), defaults={"numbers": numbers, "made_at": at}
    )
    return row.pk


@lru_cache(maxsize=64)
def policy_of(policy_id: int) -> Policy:
    """Return the numbers of a row; it never changes, so a process asks once."""
    return from_numbers(PresencePolicy.objects.get(pk=policy_id).numbers)
