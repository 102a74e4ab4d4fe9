"""A published course, and learners who are enrolled in it."""

import pytest
from django.test import Client
from django.utils import timezone

from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.classroom.actions import open_lesson
from lms.enrolment.actions import enrol
from proctoring import actions as faces
from tests import people
from tests.content.shelf import AT, fill_shelf, published_edition
from tests.proctoring.conftest import SHORT


@pytest.fixture
def edition(db: None) -> CourseEdition:
    return published_edition(fill_shelf().courses["site_civil-04"])


@pytest.fixture
def lesson(edition: CourseEdition) -> Lesson:
    return Lesson.objects.filter(edition=edition).earliest("position")


@pytest.fixture
def learner(db: None) -> User:
    return people.learner()


@pytest.fixture
def enrolled(client: Client, edition: CourseEdition, learner: User) -> Client:
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    client.force_login(learner)
    return client


@pytest.fixture
def asked(enrolled: Client, learner: User, lesson: Lesson) -> Client:
    """A learner whose rules ask for presence, before a lesson that is open."""
    faces.set_policy(code="national", policy=SHORT, at=timezone.now())
    User.objects.filter(pk=learner.pk).update(phone="12000000099")
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now())
    return enrolled
