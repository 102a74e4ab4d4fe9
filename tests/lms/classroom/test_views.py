"""The lesson page and the course button: who gets in, who is told what."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.enrolment.actions import enrol
from player.videos.models import State, Video
from player.watching.models import WatchSession
from tests import people
from tests.content.shelf import AT, fill_shelf, published_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> CourseEdition:
    return published_edition(fill_shelf().courses["site_civil-04"])


@pytest.fixture
def learner() -> User:
    return people.learner()


def first_lesson(edition: CourseEdition) -> Lesson:
    return Lesson.objects.filter(edition=edition).earliest("position")


def url_of(lesson: Lesson) -> str:
    return reverse("classroom:lesson", args=[lesson.uuid])


def test_an_enrolled_learner_gets_the_lesson_and_a_session_of_their_own(
    client: Client, edition: CourseEdition, learner: User
) -> None:
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    client.force_login(learner)
    lesson = first_lesson(edition)
    page = client.get(url_of(lesson))
    session = WatchSession.objects.get(learner=learner)
    assert page.status_code == 200
    assert str(session.uuid) in page.content.decode()
    assert session.subject_uuid == lesson.uuid


def test_opening_again_closes_the_session_before(client: Client, edition: CourseEdition, learner: User) -> None:
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    client.force_login(learner)
    for _ in range(2):
        client.get(url_of(first_lesson(edition)))
    assert WatchSession.objects.filter(learner=learner, closed_at__isnull=True).count() == 1
    assert WatchSession.objects.filter(learner=learner).count() == 2


def test_whoever_is_not_enrolled_lands_on_the_course_with_a_sentence(
    client: Client, edition: CourseEdition, learner: User
) -> None:
    client.force_login(learner)
    answer = client.get(url_of(first_lesson(edition)), follow=True)
    assert answer.redirect_chain[0][0].endswith("/courses/site-civil/site-civil-04/")
    assert "还没有报名" in answer.content.decode()
    assert not WatchSession.objects.exists()


def test_a_stranger_is_sent_to_sign_in(client: Client, edition: CourseEdition) -> None:
    answer = client.get(url_of(first_lesson(edition)))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_a_lesson_that_does_not_exist_is_a_404(client: Client, learner: User) -> None:
    client.force_login(learner)
    assert client.get(reverse("classroom:lesson", args=[uuid4()])).status_code == 404


def test_a_video_that_is_encoded_anew_is_a_sentence_not_an_error(
    client: Client, edition: CourseEdition, learner: User
) -> None:
    enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    Video.objects.update(state=State.TRANSCODING)
    client.force_login(learner)
    answer = client.get(url_of(first_lesson(edition)))
    assert answer.status_code == 409
    assert "暂时不能播放" in answer.content.decode()


def test_the_button_enrols_and_leads_to_the_first_lesson(client: Client, edition: CourseEdition, learner: User) -> None:
    client.force_login(learner)
    answer = client.post(reverse("classroom:enrol", args=[edition.uuid]))
    assert answer["Location"] == url_of(first_lesson(edition))


def test_enrolling_by_a_link_alone_is_refused(client: Client, edition: CourseEdition, learner: User) -> None:
    client.force_login(learner)
    assert client.get(reverse("classroom:enrol", args=[edition.uuid])).status_code == 405


@pytest.mark.parametrize(
    ("who", "words"), [("stranger", "登录后学习"), ("learner", "报名并开始"), ("enrolled", "开始学习")]
)
def test_the_course_button_says_what_this_person_can_do(
    client: Client, edition: CourseEdition, learner: User, who: str, words: str
) -> None:
    if who == "enrolled":
        enrol(learner=learner, edition_id=edition.pk, at=AT, by=learner)
    if who != "stranger":
        client.force_login(learner)
    assert words in client.get(reverse("classroom:course_state", args=[edition.uuid])).content.decode()


def test_the_course_button_costs_the_same_for_many_lessons(
    client: Client, edition: CourseEdition, learner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(learner)
    url = reverse("classroom:course_state", args=[edition.uuid])
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)
