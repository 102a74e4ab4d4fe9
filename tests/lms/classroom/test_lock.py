"""A locked browser: no lesson, no ticket, no beat, no key, no hours; and what was being watched there is over."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from content.models import Lesson
from lms.accounts.models import User
from player.watching.models import WatchSession
from tests import people

pytestmark = pytest.mark.django_db
LOCK = reverse("account_lock")


def open_lesson(client: Client, lesson: Lesson) -> WatchSession:
    body = {"take_over": False, "former": None, "native": False}
    address = reverse("classroom:open", args=[lesson.uuid])
    ticket = json.loads(client.post(address, json.dumps(body), content_type="application/json").content)
    return WatchSession.objects.get(uuid=ticket["session_uuid"])


def test_locking_ends_what_is_watched_in_this_browser(enrolled: Client, lesson: Lesson) -> None:
    session = open_lesson(enrolled, lesson)
    enrolled.post(LOCK)
    session.refresh_from_db()
    assert session.close_reason == "locked"


def test_locking_here_leaves_another_device_alone(enrolled: Client, lesson: Lesson, learner: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(learner)
    session = open_lesson(elsewhere, lesson)
    enrolled.post(LOCK)
    session.refresh_from_db()
    assert session.closed_at is None


def test_what_was_earned_before_the_lock_stays(enrolled: Client, lesson: Lesson, learner: User) -> None:
    session = open_lesson(enrolled, lesson)
    before = WatchSession.objects.filter(pk=session.pk)
    before.update(proved=True, chunk_from_ms=session.heard_at_ms, chunk_until_ms=session.heard_at_ms + 5_000)
    enrolled.post(LOCK)
    assert before.get().chunks.count() == 1


def test_the_lesson_page_names_the_door_and_leads_back_to_the_lesson(enrolled: Client, lesson: Lesson) -> None:
    address = reverse("classroom:lesson", args=[lesson.uuid])
    assert f'"{LOCK}"' in enrolled.get(address).content.decode()
    unlock = enrolled.post(LOCK, {"next": address})["Location"]
    assert address in enrolled.get(unlock).content.decode()
    assert enrolled.post(unlock, {"password": people.PASSWORD, "next": address})["Location"] == address
    assert enrolled.get(address).status_code == 200


@pytest.mark.parametrize("name", ["lesson", "why"])
def test_a_locked_browser_opens_no_lesson(enrolled: Client, lesson: Lesson, name: str) -> None:
    enrolled.post(LOCK)
    answer = enrolled.get(reverse(f"classroom:{name}", args=[lesson.uuid]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_unlock"))


def test_a_locked_browser_gets_no_ticket(enrolled: Client, lesson: Lesson) -> None:
    enrolled.post(LOCK)
    body = {"take_over": True, "former": None, "native": False}
    address = reverse("classroom:open", args=[lesson.uuid])
    answer = enrolled.post(address, json.dumps(body), content_type="application/json")
    assert (answer.status_code, json.loads(answer.content)["reason"]) == (403, "locked")
    assert not WatchSession.objects.exists()


def test_a_locked_browser_gets_no_stream_of_another_device(enrolled: Client, lesson: Lesson, learner: User) -> None:
    """The session of the other device is open and of the same person: only the lock stands before it."""
    elsewhere = Client()
    elsewhere.force_login(learner)
    session = open_lesson(elsewhere, lesson)
    enrolled.post(LOCK)
    doors = [
        reverse("player:beat", args=[session.uuid]),
        reverse("player:multivariant_playlist", args=[session.uuid]),
        reverse("player:stretch_key", args=[session.uuid, 0]),
    ]
    for door in doors:
        answer = enrolled.get(door)
        assert (answer.status_code, json.loads(answer.content)["reason"]) == (403, "locked"), door
    assert elsewhere.get(doors[0]).status_code == 200
    assert elsewhere.get(doors[1]).status_code == 200


def test_a_locked_browser_posts_no_beat(enrolled: Client, lesson: Lesson, learner: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(learner)
    session = open_lesson(elsewhere, lesson)
    enrolled.post(LOCK)
    form = {"beat": json.dumps({"type": "beat"})}
    answer = enrolled.post(reverse("player:beat", args=[session.uuid]), form)
    assert (answer.status_code, json.loads(answer.content)["reason"]) == (403, "locked")
    assert elsewhere.post(reverse("player:beat", args=[session.uuid]), form).status_code == 400, "it was read"
