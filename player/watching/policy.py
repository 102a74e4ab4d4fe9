"""The numbers by which a session counts, and a few that are the same for all."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

from player.domain.policy import Policy, from_numbers, strictest, to_numbers
from player.watching.models import PolicyInForce, WatchPolicy

ALIKE = Policy()  # how long a session is open is the same for all: no rule set sets it
ZONE = ZoneInfo(settings.TIME_ZONE)  # a chunk belongs to one day of the regulator's
# A beat that was received in time may still wait for the database: the sweep leaves it this long.
SWEEP_GRACE_MS = 10_000


def policy_in_force(codes: Iterable[str], at: datetime) -> int:
    """Return the id of the numbers for a learner under these rule sets: of several the strictest of each number.

    Codes that set nothing are passed over; none at all gives the defaults. One query, two more the first time that such
    a combination is met.
    """
    rows = PolicyInForce.objects.select_related("policy").filter(code__in=set(codes))
    by_policy = {row.policy_id: row.policy for row in rows}
    if len(by_policy) == 1:
        return next(iter(by_policy))
    return stored(strictest(tuple(from_numbers(row.numbers) for row in by_policy.values())), at)


def stored(policy: Policy, at: datetime) -> int:
    """Return the id of the row that holds these numbers, written now if there is none."""
    numbers = to_numbers(policy)
    text = json.dumps(numbers, sort_keys=True, separators=(",", ":"))
    row, _made = WatchPolicy.objects.get_or_create(
        digest=hashlib.sha256(text.encode()).hexdigest(), defaults={"numbers": numbers, "made_at": at}
    )
    return row.pk


@lru_cache(maxsize=256)
def policy_of(policy_id: int) -> Policy:
    """Return the numbers of a row; it never changes, so a process asks once."""
    return from_numbers(WatchPolicy.objects.get(pk=policy_id).numbers)
