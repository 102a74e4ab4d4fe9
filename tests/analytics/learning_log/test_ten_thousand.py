"""Ten thousand tamperings of random logs, each found from the exported bundle and the heads that left the house alone.

The fast tier takes a share; the whole number, 528 of each of 19 ways, runs with the tests marked `kill` (`make test` has them).
The ways are those of docs/protocols/learning_log.md, section 6: edits with and without hash, place and tree; deletions;
insertions; reordering; learners swapped; the tail cut; everything built anew; an old backup; forks; forged heads.
"""

import random
import sys
from collections import Counter
from types import ModuleType

import pytest

from analytics.domain.evidence import Wrong
from analytics.domain.standalone import verifier_source
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.in_memory import TAMPERINGS, honest_log, packed, verify


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


def test_the_very_file_that_lies_in_the_pack_finds_each_of_them(signer: Signer) -> None:
    """Not our modules, but what a stranger runs: pure Python down to the signatures, pack and heads alone."""
    stranger = ModuleType("verify")
    sys.modules["verify"] = stranger  # where its dataclasses look for themselves
    try:
        exec(compile(verifier_source(), "verify.py", "exec"), stranger.__dict__)  # noqa: S102 — our own file, as it is handed out
        key, told = stranger.parse_key(signer.key.text), []
        for number, tampering in enumerate(TAMPERINGS):
            dice = random.Random(number)  # noqa: S311 — to be repeated, not to be secret
            log = honest_log(signer, dice)
            stranger.verify_pack(packed(log), keys=[key], checkpoints=log.left)
            tampering(log, dice)
            with pytest.raises(stranger.Wrong) as wrong:
                stranger.verify_pack(packed(log), keys=[key], checkpoints=log.left)
            told.append(str(wrong.value))
    finally:
        del sys.modules["verify"]
    assert len(told) == len(TAMPERINGS) and all(told)


@pytest.mark.kill
def test_ten_thousand_tamperings_are_found(signer: Signer) -> None:
    assert _missed(signer, range(10_032)) == {}


@pytest.mark.kill
def test_a_thousand_honest_logs_raise_no_alarm(signer: Signer) -> None:
    _verify_honest(signer, range(100_000, 101_000))
