"""Random tamperings by the thousand, each found by whoever has the bundle and heads from elsewhere; no false alarm.

LMS_TAMPERINGS and LMS_HONEST_LOGS say how many (before a release 10,000 and 1,000).
"""

import os
import random
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from analytics.domain.evidence import Wrong
from analytics.learning_log import queries
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.tampering import TAMPERINGS, House, verify_bundle

pytestmark = pytest.mark.django_db

ATTACKS = int(os.environ.get("LMS_TAMPERINGS", "90"))
HONEST = int(os.environ.get("LMS_HONEST_LOGS", "12"))


def test_every_random_tampering_is_found(log: House) -> None:
    missed, misnamed = [], []
    verify_bundle(log)
    for number in range(ATTACKS):
        log.dice = random.Random(number)  # noqa: S311 — to be repeated, not to be secret
        tampering = TAMPERINGS[number % len(TAMPERINGS)]
        point = transaction.savepoint()
        expected = tampering(log)
        try:
            verify_bundle(log)
            missed.append((number, tampering.__name__))
        except Wrong as wrong:
            if not pytest.raises(Wrong, match=expected).matches(wrong):
                misnamed.append((number, tampering.__name__, str(wrong)))
        transaction.savepoint_rollback(point)
    assert missed == []
    assert misnamed == []
    verify_bundle(log)


def test_no_honest_log_raises_an_alarm(
    append_many: Callable[..., list[LogRecord]], seal: Callable[[], Sequenced], signer: Signer, now: datetime
) -> None:
    left: list[str] = []
    dice = random.Random(7)  # noqa: S311 — to be repeated, not to be secret
    for _ in range(HONEST):
        point = transaction.savepoint()
        left.clear()
        for _ in range(dice.randrange(1, 5)):
            append_many(dice.choice((1, 2, 3, 50, 255, 256, 257)), learner_id=dice.choice((None, 7, 8)))
            seal()
            head = queries.latest_head()
            assert head is not None
            if dice.random() < 0.7:
                left.append(head.note)
        append_many(dice.randrange(3))
        verify_bundle(House(left=left, signer=signer, at=now))
        transaction.savepoint_rollback(point)
