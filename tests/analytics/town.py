"""A small town for the tests of cards and figures: a company, an institution that teaches, and people who learn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from analytics.learning_log import actions as log
from analytics.learning_log import kinds
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.organisations.models import Organisation
from tests import people

EDITION, LESSON = "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"
LESSON_MS = 600_000
DEVICE = "d" * 64


def file(kind: str, at: datetime, learner: int | None = None, subject: str = "", **fields: Any) -> LogRecord:
    """File a record of a kind; fields that the test does not care about are "x"."""
    found = kinds.find(kind)
    assert found is not None
    payload = {name: fields.get(name, "x") for name in found.fields}
    payload |= {name: fields[name] for name in found.optional if name in fields}
    with transaction.atomic():
        return log.append(
            kind=kind, actor_id=learner, learner_id=learner, subject=subject, happened_at=at, payload=payload
        )


def enrols(learner: User, at: datetime) -> LogRecord:
    return file("enrolment.learner_enrolled", at, learner.pk, EDITION, edition_uuid=EDITION)


def watches(learner: User, at: datetime, seconds: int) -> LogRecord:
    return file(
        "player.span_watched",
        at,
        learner.pk,
        LESSON,
        counted_ms=seconds * 1000,
        spans=[[0, seconds * 1000]],
        wall_from=at.isoformat(),
        wall_until=(at + timedelta(seconds=seconds)).isoformat(),
        beats=12,
    )


def is_awarded(learner: User, at: datetime, seconds: int, kind: str = "credit.hours_awarded") -> LogRecord:
    return file(
        kind,
        at,
        learner.pk,
        category="online_general",
        seconds=seconds,
        activity_day=at.date().isoformat(),
        source_kind="video",
        source_ref=LESSON,
    )


def renews(learner: User, at: datetime, version_kind: str = "renewal") -> LogRecord:
    return file("certificates.version_kept", at, learner.pk, version=2, version_kind=version_kind)


@dataclass(frozen=True)
class Town:
    """Who is there. `teacher` of `school` has published the edition; `mason` works for `company`, `stranger` for nobody."""

    company: Organisation
    other: Organisation
    school: Organisation
    teacher: User
    mason: User
    stranger: User


def build(at: datetime) -> Town:
    """Build it: everybody has a place before anything is learnt."""
    company, other = people.organisation(name="山城建筑公司"), people.organisation(name="赣江建设公司")
    school = people.organisation("institution", name="建工培训中心")
    teacher = people.instructor()
    people.join(teacher, school)
    mason = people.learner(post="site_civil")
    people.join(mason, company)
    stranger = people.learner()
    lessons = [{"lesson_uuid": LESSON, "video_id": 1, "duration_ms": LESSON_MS}]
    with transaction.atomic():
        for kind in ("content.lesson_added", "content.edition_published"):
            found = kinds.find(kind)
            assert found is not None
            known: dict[str, Any] = {"edition_uuid": EDITION, "lessons": lessons}
            fields = {name: known.get(name, "x") for name in found.fields}
            log.append(kind=kind, actor_id=teacher.pk, subject=EDITION, happened_at=at, payload=fields)
    return Town(company, other, school, teacher, mason, stranger)
