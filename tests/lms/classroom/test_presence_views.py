"""Presence in the lesson: asked for where the rules say so, and shown in several ways that are equal."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from content.models import Lesson
from content.queries import lesson_facts
from lms.accounts.models import User
from lms.accounts.role_groups import make_groups
from lms.accounts.roles import Role
from lms.classroom import presence, proofs
from lms.classroom.actions import Asked, open_lesson
from lms.notices.actions import params_of
from lms.notices.models import Delivery, Notice
from proctoring import actions as faces
from proctoring.models import FaceCheck, FaceSession, Hold
from tests import people
from tests.lms.classroom.presence_steps import counts, follow, missed, watched
from tests.proctoring.conftest import PASSED, agree_and_enrol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


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


def test_who_leaves_before_being_asked_and_comes_back_is_asked(asked: Client, learner: User, lesson: Lesson) -> None:
    """The page told nothing of what it played: the server's own count is what the next sitting begins with."""
    unasked = []
    for counted_ms in (6_000, 12_000, 18_000):
        counts(learner, lesson, counted_ms)
        open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now(), asked=Asked(take_over=True))
        unasked.append(FaceSession.objects.latest("pk").unasked_ms)
    assert unasked == [6_000, 12_000, 18_000]
    counts(learner, lesson, 19_500)
    assert follow(asked, lesson)["check"] is not None
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now(), asked=Asked(take_over=True))
    assert FaceSession.objects.latest("pk").unasked_ms == 0


def test_a_check_waits_when_enough_was_counted(asked: Client, learner: User, lesson: Lesson) -> None:
    assert follow(asked, lesson)["check"] is None
    counts(learner, lesson, 13_000)
    found = follow(asked, lesson)
    assert found["check"]["left_ms"] > 50_000 and found["can_check"] is False
    agree_and_enrol(learner, timezone.now())
    assert follow(asked, lesson)["can_check"] is True


def test_a_page_that_is_loaded_anew_shows_the_check_that_waits(asked: Client, learner: User, lesson: Lesson) -> None:
    """Reloaded, or opened a second time: the check is not lost, and passing it confirms the time of the first page."""
    agree_and_enrol(learner, timezone.now())
    counts(learner, lesson, 13_000)
    check = follow(asked, lesson)["check"]["uuid"]
    first = FaceSession.objects.get(learner=learner)
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now(), asked=Asked(take_over=True))
    assert FaceSession.objects.filter(learner=learner).count() == 2
    assert follow(asked, lesson)["check"]["uuid"] == check
    made = faces.begin_try(check_uuid=UUID(check), learner_id=learner.pk, flags=[], at=timezone.now())
    faces.record_try(nonce=made.nonce, judged=PASSED, at=timezone.now())
    assert follow(asked, lesson)["check"] is None
    before = first.settled_until
    first.refresh_from_db()
    assert first.settled_until > before and not Hold.objects.exists()


def test_an_earlier_check_that_ran_out_is_not_asked_again(asked: Client, learner: User, lesson: Lesson) -> None:
    counts(learner, lesson, 13_000)
    assert follow(asked, lesson)["check"]
    FaceCheck.objects.update(deadline_at=timezone.now())
    open_lesson(learner=learner, lesson_uuid=lesson.uuid, at=timezone.now(), asked=Asked(take_over=True))
    assert follow(asked, lesson)["check"] is None


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
    told = [row.payload for row in LogRecord.objects.filter(kind="classroom.questions_answered", learner_id=learner.pk)]
    assert [one["right"] for one in told] == [False, True]
    assert all(0 <= int(str(one["took_ms"])) < 60_000 for one in told)


def test_an_answer_is_timed_from_the_drawing_of_its_questions(asked: Client, learner: User, lesson: Lesson) -> None:
    missed(asked, learner, lesson)
    facts, at = lesson_facts(lesson.uuid), timezone.now()
    assert facts is not None
    proofs.send_code(learner=learner, lesson=facts, at=at)
    for later in (12, 17):  # the second answer is to questions that were drawn when the first was wrong
        with pytest.raises(proofs.ProofRefused, match="wrong"):
            proofs.prove_by_code(learner=learner, lesson=facts, code="x", answers=[], at=at + timedelta(seconds=later))
    told = LogRecord.objects.filter(kind="classroom.questions_answered").order_by("pk")
    assert [row.payload["took_ms"] for row in told] == [12_000, 5_000]


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
    assert "http://testserver/learn/vouch/" in page  # where a supervisor enters it
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


def test_held_time_is_made_up_by_replaying_its_media(asked: Client, learner: User, lesson: Lesson) -> None:
    held = missed(asked, learner, lesson)
    address = f"/learn/held/{held.uuid}/make-up/"
    assert asked.get(address).url == f"/learn/held/{held.uuid}/"  # type: ignore[attr-defined]  # a redirect: nothing to replay
    for page_without in (f"/learn/{lesson.uuid}/proof/", f"/learn/{lesson.uuid}/why/"):
        assert address not in asked.get(page_without).content.decode()
    watched(learner, lesson, held, [[5_000, 9_000], [20_000, 24_000]])
    assert address in asked.get(f"/learn/{lesson.uuid}/proof/").content.decode()
    led = asked.get(address).url  # type: ignore[attr-defined]  # as above
    assert led == f"/learn/{lesson.uuid}/?at=2&make_up={held.uuid}"
    page = asked.get(led)
    assert "重看暂扣的这一段" in page.content.decode() and page.context["make_up"].length_ms == 8_000
    assert page.context["make_up"].seconds == [[5.0, 9.0], [20.0, 24.0]]
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert "check" in asked.post(f"/learn/held/{held.uuid}/again/", {"way": "make_up"}).json()
    assert "补核验" in asked.get(f"/learn/{lesson.uuid}/why/").content.decode()
    for other in (people.outsider(), people.learner()):
        stranger = Client()
        stranger.force_login(other)
        assert stranger.get(address).status_code == 404
    Hold.objects.update(self_until=timezone.now())
    assert "重看暂扣的这一段" not in asked.get(led).content.decode()
    assert "重看暂扣的这一段" not in asked.get(f"/learn/{lesson.uuid}/?make_up=1").content.decode()


def test_passing_while_making_up_frees_the_time_and_says_so(asked: Client, learner: User, lesson: Lesson) -> None:
    held = missed(asked, learner, lesson)
    agree_and_enrol(learner, timezone.now())
    asked.post(f"/learn/held/{held.uuid}/again/", {"way": "make_up"})
    check = FaceCheck.objects.get(releases=held)
    made = faces.begin_try(check_uuid=check.uuid, learner_id=learner.pk, flags=[], at=timezone.now())
    faces.record_try(nonce=made.nonce, judged=PASSED, at=timezone.now())
    held.refresh_from_db()
    assert (held.state, held.way) == ("released", "make_up")
    assert "补核验" in asked.get(f"/learn/held/{held.uuid}/").content.decode()


def test_held_time_is_found_from_the_lesson_and_from_the_page_of_face_checks(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    hint = 'data-presence="waits" hidden'
    assert hint in asked.get(f"/learn/{lesson.uuid}/").content.decode()
    assert "等您补上的时间" not in asked.get("/presence/").content.decode()
    held = missed(asked, learner, lesson)
    assert hint not in asked.get(f"/learn/{lesson.uuid}/").content.decode()
    assert f"/learn/held/{held.uuid}/" in asked.get("/presence/").content.decode()
    Hold.objects.update(self_until=timezone.now())
    assert "等您补上的时间" not in asked.get("/presence/").content.decode()


def test_the_learner_reads_what_happened_and_nobody_else_does(asked: Client, learner: User, lesson: Lesson) -> None:
    held = missed(asked, learner, lesson)
    page = asked.get(f"/learn/held/{held.uuid}/").content.decode()
    assert "请学员核验" in page and "时间暂扣：核验没有应答" in page and "没有作废" in page
    assert "<img" not in page.split("<main")[1].split("</main")[0]
    assert asked.post(f"/learn/held/{held.uuid}/appeal/", {"words": "灯坏了"}).url == f"/learn/held/{held.uuid}/"  # type: ignore[attr-defined]  # a redirect
    assert "灯坏了" in asked.get(f"/learn/held/{held.uuid}/").content.decode()
    stranger = Client()
    stranger.force_login(people.outsider())
    assert stranger.get(f"/learn/held/{held.uuid}/").status_code == 404


@pytest.mark.parametrize(("outcome", "kind"), [("release", "held_counts"), ("refuse", "held_refused")])
def test_the_learner_is_told_of_a_decision_and_of_its_reason(
    asked: Client, learner: User, lesson: Lesson, outcome: str, kind: str
) -> None:
    make_groups()
    held = missed(asked, learner, lesson)
    asked.post(f"/learn/held/{held.uuid}/appeal/")
    judge = people.reviewer()
    faces.decide_hold(hold_uuid=held.uuid, outcome=outcome, reason="画面清楚", by=judge, at=timezone.now())
    notice = Notice.objects.get(person=learner, kind=f"classroom.{kind}")
    assert notice.path == f"/learn/held/{held.uuid}/"
    assert params_of(notice) == {"title": lesson.title, "reason": "画面清楚"}
    assert "画面清楚" in asked.get(notice.path).content.decode()


def test_the_desk_says_how_many_working_days_an_appeal_may_still_wait(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    make_groups()
    held = missed(asked, learner, lesson)
    asked.post(f"/learn/held/{held.uuid}/appeal/")
    desk = Client()
    desk.force_login(people.reviewer())
    assert "还有 3 个工作日" in desk.get("/presence/desk/").content.decode()
    assert "还有 3 个工作日" in desk.get(f"/presence/desk/{held.uuid}/").content.decode()
    Hold.objects.update(answer_due=timezone.localdate() - timedelta(days=7))
    assert "逾期 5 个工作日" in desk.get("/presence/desk/").content.decode()
    Hold.objects.update(answer_due=timezone.localdate())
    assert "今天到期" in desk.get("/presence/desk/").content.decode()
