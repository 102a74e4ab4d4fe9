"""Questions about the media: a player that never fetched it cannot answer, and what it claims is never counted.

Now and then the server asks for HMAC(nonce, a segment just played). Until the first question of a session is answered,
and while one is open, what beats earn waits; an answer that is right lets it count, three failures in a row end the
counting. Waiting is no failure by itself: only beats let time run against the player, so that a cut line costs nothing.
"""

import hmac
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from player.domain.policy import Policy
from player.domain.spans import Span

NONCE_BYTES = 16
# A question is about one of the last segments: the player keeps so many.
KEPT_SEGMENTS = 32


@dataclass(frozen=True, slots=True)
class Question:
    """Prove that you hold this segment in the clear. nonce: 16 bytes; age_ms: how long beats came without an answer."""

    nonce: bytes
    segment: int
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Possession:
    """What a session has shown of its media. failures: in a row; stopped: it counts no more."""

    proved: bool = False
    question: Question | None = None
    failures: int = 0
    stopped: bool = False

    @property
    def holds(self) -> bool:
        """Whether what is earned now must wait: also after a failure until it is made good, lest it count before what
        waits already, and unproved.
        """
        return not self.proved or self.question is not None or self.failures > 0


NOT_ASKED = Possession(proved=True)  # for sessions whose rules ask for no proof


class Answered(StrEnum):
    """What came of an answer."""

    PASSED = "passed"
    FAILED = "failed"
    STALE = "stale"  # no such question is open


def answer(nonce: bytes, segment: bytes) -> bytes:
    """Return the right answer for a segment in the clear (RFC 2104, SHA-256; 32 bytes)."""
    return hmac.digest(nonce, segment, sha256)


def is_due(possession: Possession, *, draw: float, policy: Policy) -> bool:
    """Say whether to ask about the media that a beat brought. draw: uniform in [0, 1). The first of a session always is."""
    if not policy.question_every_beats or possession.stopped or possession.question:
        return False
    return not possession.proved or possession.failures > 0 or draw * policy.question_every_beats < 1


def asked(possession: Possession, question: Question) -> Possession:
    """Return the state with a question open; from now on what is earned waits."""
    return replace(possession, question=question)


def after_beat(possession: Possession, *, elapsed_ms: int, policy: Policy) -> Possession:
    """Return the state after a beat that came `elapsed_ms` after the one before.

    A beat that waited out a cut counts as one that came in time: its player could not be asked meanwhile.
    """
    question = possession.question
    if question is None or possession.stopped:
        return possession
    aged = question.age_ms + min(elapsed_ms, 2 * policy.beat_interval_ms)
    if aged < policy.answer_within_ms:
        return replace(possession, question=replace(question, age_ms=aged))
    return _failed(possession, policy)


def judge(possession: Possession, *, nonce: bytes, right: bool, policy: Policy) -> tuple[Possession, Answered]:
    """Return the state after an answer, and what came of it. right: the HMAC was the expected one."""
    question = possession.question
    if question is None or possession.stopped or not hmac.compare_digest(nonce, question.nonce):
        return possession, Answered.STALE
    if right:
        return replace(possession, proved=True, question=None, failures=0), Answered.PASSED
    return _failed(possession, policy), Answered.FAILED


def segment_to_ask(starts_ms: tuple[int, ...], span: Span, draw: float) -> int:
    """Return the number of a segment that overlaps the span. starts_ms: where segments begin; draw: uniform in [0, 1)."""
    first = max(0, bisect_right(starts_ms, span.start_ms) - 1)
    after_last = bisect_left(starts_ms, span.end_ms)
    return first + int(draw * (after_last - first))


def _failed(possession: Possession, policy: Policy) -> Possession:
    failures = possession.failures + 1
    return replace(possession, question=None, failures=failures, stopped=failures >= policy.most_failures)
