"""A published course, and learners who are enrolled in it."""

import pytest
from django.test import Client

from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.enrolment.actions import enrol
from tests import people
from tests.content.shelf import AT, fill_shelf, published_edition


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
