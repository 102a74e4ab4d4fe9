"""A log with a key of its own, and a sequencer for it."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime

import pytest
from pytest_django import Settings

from analytics.learning_log.actions import Sequenced, Sequencer
from analytics.learning_log.signer import Signer, log_signer


@pytest.fixture
def signer(settings: Settings) -> Signer:
    """The key of the log under test."""
    settings.LOG_SIGNING_KEY = urlsafe_b64encode(b"a key for the tests of the log..").decode()
    settings.LOG_ORIGIN = "log.example/tests"
    return log_signer()


@pytest.fixture
def seal(signer: Signer, now: datetime) -> Callable[[], Sequenced]:
    """Give every waiting record its place, and sign the head."""

    def all_of_them() -> Sequenced:
        sequencer = Sequencer(signer)
        while True:
            done = sequencer.sequence(at=now, sign_now=True)
            assert done is not None
            if done.placed == 0:
                return done

    return all_of_them
