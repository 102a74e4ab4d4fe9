"""Rules in the table, a shelf of courses, and watching as the player files it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from analytics.domain.record import utc_text
from analytics.learning_log.actions import append
from analytics.learning_log.models import LogRecord
from content.models import CourseEdition
from lms.accounts.models import User
from lms.credit.actions import load_rule_sets
from tests import people
from tests.content.shelf import AT, fill_shelf, published_edition


@dataclass(frozen=True)
class House:
    """Rules, and courses of two lessons of 64 s each: two for the post site_civil, one common to all posts."""

    formwork: CourseEdition
    waterproofing: CourseEdition
    hazards: CourseEdition


def furnish() -> House:
    """Make the rules and the courses by the actions of their rooms."""
    load_rule_sets(at=AT)
    shelf = fill_shelf()
    codes = ("site_civil-04", "site_civil-06", "C06")
    return House(*(published_edition(shelf.courses[code]) for code in codes))


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """One house for all tests of a module: pages take a second to make. Each test is rolled back to it."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase says it: durable deeds may run inside
        with outer:
            yield furnish()
            transaction.set_rollback(True)


@pytest.fixture
def formwork(house: House) -> CourseEdition:
    return house.formwork


@pytest.fixture
def waterproofing(house: House) -> CourseEdition:
    return house.waterproofing


@pytest.fixture
def hazards(house: House) -> CourseEdition:
    return house.hazards


@pytest.fixture
def learner(house: House, db: None) -> User:
    """The holder of a Chongqing certificate for site_civil, issued on 2025-03-10."""
    return people.learner("砖小明", post="site_civil")


def lesson_of(edition: CourseEdition, position: int = 1) -> UUID:
    return edition.lessons.get(position=position).uuid


@transaction.atomic
def file_watching(who: User, lesson: UUID, *spans: tuple[float, float], at: datetime) -> LogRecord:
    """What the player files when it seals a chunk; spans in seconds of media."""
    pairs = [[round(start * 1000), round(end * 1000)] for start, end in spans]
    length = sum(end - start for start, end in pairs)
    return append(
        kind="player.span_watched",
        actor_id=who.pk,
        learner_id=who.pk,
        happened_at=at,
        subject=str(lesson),
        payload={
            "session_uuid": str(uuid4()),
            "subject_uuid": str(lesson),
            "video_uuid": str(uuid4()),
            "spans": pairs,
            "counted_ms": length,
            "wall_from": utc_text(at),
            "wall_until": utc_text(at + timedelta(milliseconds=length)),
            "beats": 1,
        },
    )
