"""Ten thousand tamperings of random logs, each found from the exported bundle and the heads that left the house alone.

The fast tier takes a share; the whole number runs with the tests marked `kill`.
"""

import random
from collections import Counter

import pytest

from analytics.domain.evidence import Wrong
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.in_memory import TAMPERINGS, honest_log, verify


def _missed(signer: Signer, numbers: range) -> Counter[str]:
    """Tamper once for each number, and count by name what no verifier noticed."""
    missed: Counter[str] = Counter()
    for number in numbers:
        dice = random.Random(number)  # noqa: S311 — to be repeated, not to be secret
        tampering = TAMPERINGS[number % len(TAMPERINGS)]
        log = honest_log(signer, dice)
        tampering(log, dice)
        try:
            verify(log)
        except Wrong:
            continue
        missed[tampering.__name__] += 1
    return missed


def _verify_honest(signer: Signer, numbers: range) -> None:
    for number in numbers:
        verify(honest_log(signer, random.Random(number)))  # noqa: S311 — to be repeated, not to be secret


def test_a_share_of_the_tamperings_is_found(signer: Signer) -> None:
    assert _missed(signer, range(10 * len(TAMPERINGS))) == {}


def test_a_share_of_the_honest_logs_raises_no_alarm(signer: Signer) -> None:
    _verify_honest(signer, range(20))


@pytest.mark.kill
def test_ten_thousand_tamperings_are_found(signer: Signer) -> None:
    assert _missed(signer, range(10_032)) == {}


@pytest.mark.kill
def test_a_thousand_honest_logs_raise_no_alarm(signer: Signer) -> None:
    _verify_honest(signer, range(100_000, 101_000))
