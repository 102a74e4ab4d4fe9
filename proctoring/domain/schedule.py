"""When presence is asked for: random for the learner, drawn again by an auditor from the secret seed."""

import hashlib
import hmac

from proctoring.domain.policy import Policy

SOONEST_MS = 1_000  # of a sitting whose first check was due before it began


def plan(seed: bytes, policy: Policy, length_ms: int, unasked_ms: int = 0) -> tuple[int, ...]:
    """Return when checks are due, in milliseconds of counted media since the sitting began, rising.

    The first lies in the policy's first window, each other in its window after the one before; none in the last
    `quiet_end_ms` of length_ms. unasked_ms: media of the sittings before, in which nothing was asked; the first window has
    begun with them, else who leaves and comes back again and again would never be asked. The same seed gives the same plan
    for ever.
    """
    due: list[int] = []
    at_ms = max(SOONEST_MS, _between(seed, 0, policy.first_from_ms, policy.first_until_ms) - unasked_ms)
    while policy.required and at_ms < length_ms - policy.quiet_end_ms:
        due.append(at_ms)
        at_ms += _between(seed, len(due), policy.every_from_ms, policy.every_until_ms)
    return tuple(due)


def _between(seed: bytes, number: int, least: int, most: int) -> int:
    drawn = hmac.new(seed, b"check %d" % number, hashlib.sha256).digest()
    return least + int.from_bytes(drawn[:8], "big") * (most - least + 1) // 2**64
