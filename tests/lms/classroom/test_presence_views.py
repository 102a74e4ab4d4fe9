"""Presence in the lesson: asked for where the rules say so, and shown in several ways that are equal."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from content.models import Lesson
from content.queries import lesson_facts
from lms.accounts.models import User
from lms.accounts.role_groups import make_groups
from lms.accounts.roles import Role
from lms.classroom import presence, proofs
from lms.classroom.actions import open_lesson
from lms.notices.actions import params_of
from lms.notices.models import Delivery, Notice
from player.watching.models import Coverage
from proctoring import actions as faces
from proctoring.models import FaceSession, Hold
from tests import people
from tests.proctoring.conftest import SHORT, agree_and_enrol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def asked(enrolled: Client, learner: User, lesson: Lesson) -> Client:
    """A learner whose rules ask for presence, before a lesson that is open."""
    faces.set_policy(code="national", policy=SHORT, at=timezone.now())
    User.objects.filter(pk=learner.pk).update(phone="12000000099")
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now())
    return enrolled


def counts(learner: User, lesson: Lesson, milliseconds: int) -> None:
    """What the player has counted by now."""
    Coverage.objects.filter(learner=learner, subject_uuid=lesson.uuid).update(counted_ms=milliseconds)


def follow(client: Client, lesson: Lesson) -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/learn/{lesson.uuid}/presence/").json()
    return found


def missed(client: Client, learner: User, lesson: Lesson) -> Hold:
    """A check was asked for, and nobody answered."""
    counts(learner, lesson, 13_000)
    assert follow(client, lesson)["check"] is not None
    session = FaceSession.objects.get(learner=learner)
    faces.follow(
        session_uuid=session.uuid, learner_id=learner.pk, counted_ms=13_000, at=timezone.now() + timedelta(seconds=61)
    )
    return Hold.objects.get(learner=learner)


def test_without_such_rules_the_lesson_is_as_it_was(enrolled: Client, learner: User, lesson: Lesson) -> None:
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now())
    assert not FaceSession.objects.exists()
    assert enrolled.post(f"/learn/{lesson.uuid}/presence/").status_code == 204
    page = enrolled.get(f"/learn/{lesson.uuid}/")
    assert "次核验" not in page.content.decode()
    assert page.headers["Permissions-Policy"].startswith("camera=()")


def test_the_lesson_says_how_many_checks_to_expect_and_may_use_the_camera(asked: Client, lesson: Lesson) -> None:
    page = asked.get(f"/learn/{lesson.uuid}/")
    assert "次核验" in page.content.decode() and "用手机验证码核验" in page.content.decode()
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")


def test_the_session_stands_beside_the_watch_session(asked: Client, learner: User, lesson: Lesson) -> None:
    session = FaceSession.objects.get(learner=learner)
    assert (session.subject_uuid, session.purpose, session.base_ms) == (lesson.uuid, "lesson", 0)
    assert session.counterpart_uuid is not None


def test_a_check_waits_when_enough_was_counted(asked: Client, learner: User, lesson: Lesson) -> None:
    assert follow(asked, lesson)["check"] is None
    counts(learner, lesson, 13_000)
    found = follow(asked, lesson)
    assert found["check"]["left_ms"] > 50_000 and found["can_check"] is False
    agree_and_enrol(learner, timezone.now())
    assert follow(asked, lesson)["can_check"] is True


def test_another_person_hears_nothing_of_it(asked: Client, lesson: Lesson) -> None:
    stranger = Client()
    assert stranger.post(f"/learn/{lesson.uuid}/presence/").status_code == 403
    stranger.force_login(people.outsider())
    assert stranger.post(f"/learn/{lesson.uuid}/presence/").status_code == 204


def answers(learner: User, lesson: Lesson, *, right: bool = True) -> dict[str, str]:
    facts = lesson_facts(lesson.uuid)
    assert facts is not None
    found = proofs.open_proof(learner=learner, lesson=facts)
    assert found is not None
    code = str(params_of(Notice.objects.filter(person=learner).latest("pk"))["code"])
    given = {f"answer{n}": str(question.right) for n, question in enumerate(found.questions, 1)}
    return {"code": code if right else "000000" if code != "000000" else "111111", **given}


def test_a_code_and_two_questions_release_held_time(asked: Client, learner: User, lesson: Lesson) -> None:
    held = missed(asked, learner, lesson)
    assert "手机验证码和两道题" in asked.get(f"/learn/{lesson.uuid}/proof/").content.decode()
    asked.post(f"/learn/{lesson.uuid}/proof/", {"send": "1"})
    assert Delivery.objects.filter(notice__person=learner, channel="sms").exists()
    asked.post(f"/learn/{lesson.uuid}/proof/", answers(learner, lesson, right=False))
    held.refresh_from_db()
    assert held.state == "held"
    asked.post(f"/learn/{lesson.uuid}/proof/", answers(learner, lesson))
    held.refresh_from_db()
    assert (held.state, held.way) == ("released", "phone")


def test_three_wrong_answers_need_a_new_code_and_codes_are_bounded(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    missed(asked, learner, lesson)
    facts = lesson_facts(lesson.uuid)
    assert facts is not None
    proofs.send_code(learner=learner, lesson=facts, at=timezone.now())
    with pytest.raises(proofs.ProofRefused, match="too_soon"):
        proofs.send_code(learner=learner, lesson=facts, at=timezone.now())
    for expected in ("wrong", "wrong", "no_code", "no_code"):
        with pytest.raises(proofs.ProofRefused, match=expected):
            proofs.prove_by_code(learner=learner, lesson=facts, code="x", answers=[], at=timezone.now())


def test_a_waiting_check_is_answered_by_a_code_without_a_camera(asked: Client, learner: User, lesson: Lesson) -> None:
    counts(learner, lesson, 13_000)
    follow(asked, lesson)
    asked.post(f"/learn/{lesson.uuid}/proof/", {"send": "1"})
    asked.post(f"/learn/{lesson.uuid}/proof/", answers(learner, lesson))
    found = follow(asked, lesson)
    assert found["check"] is None and not found["held"]


def test_a_supervisor_confirms_whom_he_manages_and_nobody_else(asked: Client, learner: User, lesson: Lesson) -> None:
    make_groups()
    held = missed(asked, learner, lesson)
    page = asked.post(f"/learn/{lesson.uuid}/proof/", {"vouch": "1"}).content.decode()
    code = page.split("data-vouching>")[1][:6]
    company = people.organisation()
    people.join(learner, company)
    foreman, stranger = people.employer(company), people.employer()
    for who in (stranger, learner, people.outsider()):
        other = Client()
        other.force_login(who)
        assert other.post("/learn/vouch/", {"code": code, "confirm": "1"}).status_code in {403, 422}
    held.refresh_from_db()
    assert held.state == "held"
    desk = Client()
    desk.force_login(foreman)
    assert learner.name in desk.post("/learn/vouch/", {"code": code}).content.decode()
    desk.post("/learn/vouch/", {"code": code, "confirm": "1"})
    held.refresh_from_db()
    assert (held.state, held.way) == ("released", "supervisor")
    assert desk.post("/learn/vouch/", {"code": code, "confirm": "1"}).status_code == 422


def test_an_appeal_is_answered_within_three_working_days(
    asked: Client, learner: User, lesson: Lesson, now: datetime
) -> None:
    held = missed(asked, learner, lesson)
    friday = now.replace(month=5, day=8)
    found = presence.appeal_hold(learner=learner, hold_uuid=held.uuid, words="灯坏了", at=friday)
    assert found.answer_due is not None
    assert (found.answer_due - friday.date()).days == 4 or found.answer_due.weekday() < 5
    answer = asked.post(f"/learn/held/{held.uuid}/appeal/", headers={"accept": "application/json"})
    assert answer.json()["answer_due"] == found.answer_due.isoformat()
    other = Client()
    other.force_login(people.outsider())
    assert other.post(f"/learn/held/{held.uuid}/appeal/").status_code == 404
    assert not follow(asked, lesson)["must_answer"]


def test_asking_for_another_try_makes_a_check_for_the_learner_alone(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    held = missed(asked, learner, lesson)
    other = Client()
    other.force_login(people.outsider())
    assert other.post(f"/learn/held/{held.uuid}/again/", {"way": "again"}).status_code == 409
    assert asked.post(f"/learn/held/{held.uuid}/again/", {"way": "phone"}).status_code == 409
    assert "check" in asked.post(f"/learn/held/{held.uuid}/again/", {"way": "other_action"}).json()


def test_the_timeline_tells_of_held_time_and_where_to_free_it(asked: Client, learner: User, lesson: Lesson) -> None:
    missed(asked, learner, lesson)
    page = asked.get(f"/learn/{lesson.uuid}/why/").content.decode()
    assert "核验没有应答" in page and f"/learn/{lesson.uuid}/proof/" in page


def test_the_sweep_settles_a_page_that_has_gone(asked: Client, learner: User, lesson: Lesson) -> None:
    FaceSession.objects.update(heard_at=timezone.now() - timedelta(minutes=3))
    counts(learner, lesson, 63_000)
    assert presence.settle_silent_sessions(at=timezone.now()) == 1
    assert Hold.objects.get(learner=learner).reason == "not_asked"


def test_who_may_vouch_is_a_matter_of_roles(db: None) -> None:
    make_groups()
    assert people.person(Role.INSTRUCTOR).has_perm("proctoring.vouch_hold")
    assert not people.learner().has_perm("proctoring.vouch_hold")
