"""Records and persons for the tests of the log and its reading room."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from analytics.learning_log import actions, kinds
from analytics.learning_log.actions import Sequenced, Sequencer
from analytics.learning_log.models import LogRecord
from analytics.learning_log.signer import Signer, log_signer
from lms.accounts.actions import grant_role, register_person
from lms.accounts.models import User
from lms.accounts.roles import Role

THING = kinds.Kind(
    "test.thing_done",
    zh="{actor} 对 {subject} 做了 {what}",
    en="{actor} did {what} to {subject}",
    fields={"what": "what was done"},
    optional={"took_ms": "how long it took, milliseconds"},
    label_zh="做事",
    label_en="Thing done",
)
OTHER = kinds.Kind("test.other_done", zh="另一件事 {what}", en="another thing {what}", fields={"what": "what"})
kinds.register(THING, OTHER)

Append = Callable[..., LogRecord]


@pytest.fixture
def append(now: datetime) -> Append:
    """Append a record of `test.thing_done` that differs from the usual one as told."""

    def one(**different: Any) -> LogRecord:
        usual: dict[str, Any] = {
            "kind": "test.thing_done",
            "actor_id": None,
            "happened_at": now,
            "payload": {"what": "某事"},
        }
        with transaction.atomic():
            return actions.append(**(usual | different))

    return one


@pytest.fixture
def append_many(now: datetime) -> Callable[..., list[LogRecord]]:
    """Append so many records, a second apart, each telling its number."""

    def many(count: int, **different: Any) -> list[LogRecord]:
        usual: dict[str, Any] = {"kind": "test.thing_done", "actor_id": None}
        drafts = [
            actions.Draft(
                **(usual | {"happened_at": now + timedelta(seconds=n), "payload": {"what": f"第{n}件"}} | different)
            )
            for n in range(count)
        ]
        with transaction.atomic():
            return actions.append_many(drafts)

    return many


Person = Callable[..., User]


@pytest.fixture
def person(now: datetime) -> Person:
    """Register a person with these roles."""
    count = iter(range(1000))

    def one(*roles: Role, name: str = "砖小明") -> User:
        user = register_person(
            username=f"person{next(count)}", name=name, phone="", password="Zhuxue-2026-tests", at=now, by=None
        )
        for role in roles:
            grant_role(user=user, role=role, at=now, by=None)
        return user

    return one


@pytest.fixture
def auditor(person: Person) -> User:
    """Who may read everything and change nothing."""
    return person(Role.AUDITOR, name="审小衡")


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
