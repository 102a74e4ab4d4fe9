"""The plan of a session's checks: drawn from a secret seed, committed to before it runs, drawn again by an auditor."""

import hashlib
import json
import secrets

from proctoring import person_keys
from proctoring.domain.policy import Policy
from proctoring.domain.schedule import plan
from proctoring.models import FaceSession
from proctoring.policy import policy_of

SEED_BYTES = 32


def new_plan(policy: Policy, length_ms: int, unasked_ms: int) -> tuple[bytes, tuple[int, ...]]:
    """Return a fresh seed and the plan that follows from it."""
    seed = secrets.token_bytes(SEED_BYTES)
    return seed, plan(seed, policy, length_ms, unasked_ms)


def sealed(seed: bytes) -> bytes:
    """Return the seed as it stands in the row of a session."""
    return person_keys.seal(person_keys.installation_key(), seed, "plan")


def seed_of(session: FaceSession) -> bytes:
    """Return the secret seed of a session."""
    return person_keys.unseal(person_keys.installation_key(), bytes(session.sealed_seed), "plan")


def plan_of(session: FaceSession) -> tuple[int, ...]:
    """Return when the checks of a session are due, in milliseconds of its progress."""
    return plan(seed_of(session), policy_of(session.policy_id), session.length_ms, session.unasked_ms)


def commitment(seed: bytes, due_ms: tuple[int, ...]) -> str:
    """Return what the log holds of a plan from its first moment: it tells nothing, and fits no other plan."""
    return hashlib.sha256(seed + json.dumps(list(due_ms), separators=(",", ":")).encode()).hexdigest()
