"""The lesson page and the course button: who gets in, who is told what."""

import json
from typing import Protocol
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analytics.models import LogRecord
from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.enrolment.actions import enrol
from player.videos.models import State, Video
from player.watching.beat_keys import beat_key
from player.watching.models import WatchSession
from tests.content.shelf import AT

pytestmark = pytest.mark.django_db


class Answer(Protocol):
    """What is looked at in a response of the test client."""

    status_code: int

    @property
    def content(self) -> bytes: ...


def first_lesson(edition: CourseEdition) -> Lesson:
    return Lesson.objects.filter(edition=edition).earliest("position")


def url_of(lesson: Lesson) -> str:
    return reverse("classroom:lesson", args=[lesson.uuid])


def ask(client: Client, lesson: Lesson, **asked: object) -> Answer:
    body = {"take_over": False, "former": None, "native": False, **asked}
    return client.post(reverse("classroom:open", args=[lesson.uuid]), json.dumps(body), content_type="application/json")


def test_an_enrolled_learner_gets_the_lesson_and_its_player_a_ticket(
    enrolled: Client, edition: CourseEdition, learner: User
) -> None:
    lesson = first_lesson(edition)
    page = enrolled.get(url_of(lesson))
    assert page.status_code == 200
    assert not WatchSession.objects.exists()
    assert reverse("classroom:open", args=[lesson.uuid]) in page.content.decode()
    ticket = json.loads(ask(enrolled, lesson).content)
    session = WatchSession.objects.get(learner=learner)
    assert ticket["session_uuid"] == str(session.uuid)
    assert session.subject_uuid == lesson.uuid
    assert bytes.fromhex(ticket["beat_key"]) == beat_key(session.uuid)
    assert (ticket["hello"]["type"], ticket["hello"]["counted_ms"]) == ("hello", 0)


def test_opening_in_another_place_asks_first(enrolled: Client, edition: CourseEdition, learner: User) -> None:
    lesson = first_lesson(edition)
    first = json.loads(ask(enrolled, lesson).content)
    refused = ask(enrolled, lesson)
    told = json.loads(refused.content)
    assert (refused.status_code, told["reason"], told["where"]) == (409, "learning_elsewhere", lesson.title)
    assert told["message"]
    assert str(WatchSession.objects.get(closed_at__isnull=True).uuid) == first["session_uuid"]
    assert ask(enrolled, lesson, take_over=True).status_code == 200
    assert WatchSession.objects.filter(learner=learner, closed_at__isnull=True).count() == 1
    assert WatchSession.objects.filter(learner=learner).count() == 2


def test_a_page_that_is_loaded_anew_is_not_asked(enrolled: Client, edition: CourseEdition) -> None:
    lesson = first_lesson(edition)
    first = json.loads(ask(enrolled, lesson).content)
    assert ask(enrolled, lesson, former=first["session_uuid"]).status_code == 200
    assert ask(enrolled, lesson, former=first["session_uuid"]).status_code == 409


def test_a_browser_that_cannot_show_the_media_is_told_so(enrolled: Client, edition: CourseEdition) -> None:
    assert json.loads(ask(enrolled, first_lesson(edition), native=True).content)["reason"] == "cannot_prove"


def test_who_signs_out_stops_earning_at_once(enrolled: Client, edition: CourseEdition) -> None:
    ask(enrolled, first_lesson(edition))
    enrolled.post(reverse("account_logout"))
    assert WatchSession.objects.get().close_reason == "signed_out"


def test_signing_out_here_leaves_another_device_alone(enrolled: Client, edition: CourseEdition, learner: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(learner)
    ask(elsewhere, first_lesson(edition))
    enrolled.post(reverse("account_logout"))
    assert WatchSession.objects.get().closed_at is None


def test_strangers_get_no_ticket(client: Client, edition: CourseEdition, learner: User) -> None:
    lesson = first_lesson(edition)
    assert json.loads(ask(client, lesson).content)["reason"] == "not_signed_in"
    client.force_login(learner)
    assert json.loads(ask(client, lesson).content)["reason"] == "not_enrolled"
    assert not WatchSession.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"[" * 900, b'{"take_over":1,"former":null,"native":false}', b"x" * 2_000]
    + [
        b'{"take_over":false,"former":null,"native":false,"hints":%s}' % odd
        for odd in (b'"webdriver"', b'["tall"]', b"[1]")
    ],
)
def test_a_garbled_request_opens_nothing(enrolled: Client, edition: CourseEdition, body: bytes) -> None:
    address = reverse("classroom:open", args=[first_lesson(edition).uuid])
    answer = enrolled.post(address, body, content_type="application/json")
    assert (answer.status_code, json.loads(answer.content)["reason"]) == (400, "bad_request")
    assert not WatchSession.objects.exists()


@pytest.mark.parametrize(
    "case",
    [
        (["webdriver", "windowless"], "Mozilla/5.0", ["webdriver", "windowless"]),
        ([], "Mozilla/5.0 HeadlessChrome/130.0.0.0", ["headless"]),
        ([], "Mozilla/5.0 Chrome/130.0.0.0", None),
    ],
)
def test_a_driven_browser_is_noted_for_the_auditors_and_gets_the_same_ticket(
    enrolled: Client, edition: CourseEdition, learner: User, case: tuple[list[str], str, list[str] | None]
) -> None:
    told, agent, kept = case
    lesson = first_lesson(edition)
    body = json.dumps({"take_over": False, "former": None, "native": False, "hints": told})
    address = reverse("classroom:open", args=[lesson.uuid])
    answer = enrolled.post(address, body, content_type="application/json", headers={"user-agent": agent})
    assert answer.status_code == 200
    assert answer.json().keys() == json.loads(ask(enrolled, lesson, take_over=True).content).keys()
    session = WatchSession.objects.get(uuid=answer.json()["session_uuid"])
    assert session.hints == ",".join(kept or [])
    told_of = LogRecord.objects.filter(kind="player.session_opened", learner_id=learner.pk).earliest("pk")
    assert told_of.payload.get("hints") == kept


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
