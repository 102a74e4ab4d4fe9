"""A log under attack."""

from collections.abc import Callable
from datetime import datetime

import pytest

from analytics.learning_log import queries
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signer import Signer
from tests.analytics.learning_log.tampering import House, let_a_superuser_write


@pytest.fixture
def log(
    append_many: Callable[..., list[LogRecord]], seal: Callable[[], Sequenced], signer: Signer, now: datetime
) -> House:
    """A log under three heads, the first two of which have left the house; triggers asleep, as for a superuser."""
    left = []
    for count in (60, 30):
        append_many(count, learner_id=7)
        seal()
        head = queries.latest_head()
        assert head is not None
        left.append(head.note)
    append_many(40, learner_id=8)
    seal()
    let_a_superuser_write()
    return House(left=left, signer=signer, at=now)
