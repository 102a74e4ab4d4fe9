"""What people read of presence: the numbers of their rules, one word for each state, which lesson it is about, what to do now."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.models import Lesson
from content.queries import lesson_facts
from lms.accounts.models import User
from lms.accounts.role_groups import make_groups
from lms.classroom.why_presence import presence_part_of
from proctoring import actions as faces
from proctoring.models import FaceSession, FaceTemplate, Hold
from tests import people
from tests.lms.classroom.presence_steps import counts, follow, missed, watched
from tests.proctoring.conftest import SHORT, agree_and_enrol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def desk(db: None) -> Client:
    make_groups()
    client = Client()
    client.force_login(people.reviewer())
    return client


def text(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def promised(client: Client, path: str) -> bool:
    """Is the answer to an appeal promised for a day? The sentence without a day is there for the page's script."""
    return bool(re.search(r"\d{4}-\d\d-\d\d 前答复", text(client, path)))


def more_held(first: Hold, count: int) -> None:
    """Hold as many stretches more, one after the other, of the same sitting."""
    for _ in range(count):
        last = Hold.objects.order_by("-until_at")[0]
        until = last.until_at + timedelta(seconds=10)
        Hold.objects.create(
            session=first.session,
            learner=first.learner,
            subject_uuid=first.subject_uuid,
            reason="missed",
            from_at=last.until_at,
            until_at=until,
            held_at=until,
            self_until=until + timedelta(hours=72),
        )


@pytest.mark.parametrize("numbers", [{"self_hours": 48, "hand_over_ms": 120_000}, {"self_hours": 5}])
def test_the_lesson_tells_the_numbers_by_which_time_is_held(
    asked: Client, learner: User, lesson: Lesson, numbers: dict[str, int]
) -> None:
    policy = replace(SHORT, **numbers)  # type: ignore[arg-type]  # whole numbers all
    faces.set_policy(code="national", policy=policy, at=timezone.now())
    page = text(asked, f"/learn/{lesson.uuid}/")
    assert f"暂扣的时间在 {policy.self_hours} 小时内可以自己补上" in page
    assert f"{policy.hand_over_ms // 1000} 秒内有效" in page


def test_coloured_light_is_told_of_beforehand_and_can_be_done_without(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    agree_and_enrol(learner, timezone.now())
    assert "data-still" not in text(asked, f"/learn/{lesson.uuid}/")
    faces.set_policy(code="national", policy=replace(SHORT, lights=True), at=timezone.now())
    page = text(asked, f"/learn/{lesson.uuid}/")
    assert "慢慢变几次颜色" in page and "data-still" in page and "多做一个动作" in page
    FaceTemplate.objects.filter(learner=learner).delete()
    assert "data-still" not in text(asked, f"/learn/{lesson.uuid}/")  # nobody who has no camera is asked about light


def test_the_page_why_asks_as_often_for_one_held_stretch_as_for_many(
    asked: Client, learner: User, lesson: Lesson
) -> None:
    held = missed(asked, learner, lesson)
    watched(learner, lesson, held, [[5_000, 9_000]])
    assert (
        presence_part_of(learner.pk, lesson.uuid, 60_000) is not None
    )  # the numbers of the policy are known from now on
    with CaptureQueriesContext(
        connection,
    ) as one:
        part = presence_part_of(learner.pk, lesson.uuid, 60_000)
    assert part is not None and [line.can_replay for line in part.holds] == [True]
    more_held(held, 4)
    for row in Hold.objects.exclude(pk=held.pk):
        watched(learner, lesson, row, [[20_000, 24_000]])
    with CaptureQueriesContext(connection) as many:
        part = presence_part_of(learner.pk, lesson.uuid, 60_000)
    assert part is not None and [line.can_replay for line in part.holds] == [True] * 5
    assert len(one) == len(many) == 3


def test_the_desk_names_course_and_lesson_and_asks_once(
    asked: Client, learner: User, lesson: Lesson, desk: Client
) -> None:
    held, facts = missed(asked, learner, lesson), lesson_facts(lesson.uuid)
    assert facts is not None
    for path in ("/presence/desk/", f"/presence/desk/{held.uuid}/"):
        page = text(desk, path)
        assert facts.title in page and facts.course_title in page
    with CaptureQueriesContext(connection) as one:
        desk.get("/presence/desk/")
    more_held(held, 4)
    with CaptureQueriesContext(connection) as many:
        desk.get("/presence/desk/")
    assert len(one) == len(many)


def test_held_time_of_an_examination_is_named_by_what_it_was_of(
    asked: Client, learner: User, lesson: Lesson, desk: Client
) -> None:
    held = missed(asked, learner, lesson)
    FaceSession.objects.update(purpose="exam")
    Hold.objects.update(subject_uuid=uuid4())
    assert "考试" in text(desk, "/presence/desk/").split("<tbody>")[1]
    assert "考试" in text(desk, f"/presence/desk/{held.uuid}/").split("page-head")[1]


def test_released_time_has_one_name_on_every_page(asked: Client, learner: User, lesson: Lesson, desk: Client) -> None:
    held = missed(asked, learner, lesson)
    asked.post(f"/learn/held/{held.uuid}/appeal/")
    desk.post(f"/presence/desk/{held.uuid}/", {"outcome": "release", "reason": "画面清楚"})
    pages = [
        text(asked, f"/learn/held/{held.uuid}/"),
        text(asked, f"/learn/{lesson.uuid}/why/"),
        text(asked, f"/learn/{lesson.uuid}/proof/"),
        text(desk, "/presence/desk/?show=decided"),
        text(desk, f"/presence/desk/{held.uuid}/"),
    ]
    assert all("已解除" in page and "已计入" not in page for page in pages)


def test_an_answered_appeal_is_no_longer_promised_an_answer(
    asked: Client, learner: User, lesson: Lesson, desk: Client
) -> None:
    held, own = missed(asked, learner, lesson), "/learn/held/{}/"
    path = own.format(held.uuid)
    asked.post(f"{path}appeal/")
    assert promised(asked, path) and promised(asked, f"/learn/{lesson.uuid}/")
    faces.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=people.reviewer(), at=timezone.now())
    for page in (path, f"/learn/{lesson.uuid}/why/", f"/learn/{lesson.uuid}/proof/", f"/learn/{lesson.uuid}/"):
        assert not promised(asked, page)
    assert "可以申诉一次" in text(asked, path)
    asked.post(f"{path}appeal/")
    assert promised(asked, path)
    faces.decide_hold(hold_uuid=held.uuid, outcome="release", reason="看错了", by=people.reviewer(), at=timezone.now())
    assert promised(asked, path), "a proposal is no answer"
    faces.second_reversal(hold_uuid=held.uuid, agrees=False, reason="没有", by=people.reviewer(), at=timezone.now())
    assert "维持不予计入" in text(asked, path) and not promised(asked, path)


def test_the_desk_says_who_may_not_decide_and_why(asked: Client, learner: User, lesson: Lesson, desk: Client) -> None:
    held = missed(asked, learner, lesson)
    path = f"/presence/desk/{held.uuid}/"
    desk.post(path, {"outcome": "refuse", "reason": "照片"})
    assert "可以提出改为计入" in text(desk, path)
    asked.post(f"/learn/held/{held.uuid}/appeal/")
    assert "要维持，由另一位审核员答复" in text(desk, path)
    desk.post(path, {"outcome": "release", "reason": "看错了"})
    page = text(desk, path)
    assert "复核要由另一位审核员来做" in page and 'name="outcome"' not in page and "待复核" in page
    other = Client()
    other.force_login(people.reviewer())
    assert "同事提出改为计入" in text(other, path)


@pytest.mark.parametrize("show", ["waiting", "appealed", "proposed", "decided"])
def test_each_empty_list_of_the_desk_leads_on(desk: Client, show: str) -> None:
    page = text(desk, f"/presence/desk/?show={show}")
    assert 'class="empty"' in page and "?show=" in page.split('class="empty"')[1]
    assert "看全部原因" in text(desk, f"/presence/desk/?show={show}&reason=missed")


def test_the_settings_say_what_is_left_to_enrol_and_what_was_withdrawn(asked: Client, learner: User) -> None:
    assert "撤回于" not in text(asked, "/presence/")
    agree_and_enrol(learner, timezone.now())
    assert "已同意并登记" in text(asked, "/presence/")
    FaceTemplate.objects.filter(learner=learner, lighting="other").delete()
    assert "补登另一种光线" in text(asked, "/presence/")
    FaceTemplate.objects.filter(learner=learner).delete()
    assert "登记后才能用摄像头核验" in text(asked, "/presence/")
    asked.post("/presence/withdraw/")
    page = text(asked, "/presence/")
    assert "撤回于" in page and "我同意，去登记" in page
    asked.post("/presence/consent/", {"version": "2026-1"})
    assert "撤回于" not in text(asked, "/presence/")


def test_the_lesson_knows_that_a_phone_has_taken_the_check_over(asked: Client, learner: User, lesson: Lesson) -> None:
    agree_and_enrol(learner, timezone.now())
    counts(learner, lesson, 13_000)
    check = follow(asked, lesson)["check"]
    assert check["on_phone"] is False

    def made() -> str:
        return str(asked.post(f"/presence/check/{check['uuid']}/hand-over/").json()["address"]).split("/", 3)[3]

    address = made()
    assert follow(asked, lesson)["check"]["on_phone"] is False
    Client().post(f"/{address}")
    assert follow(asked, lesson)["check"]["on_phone"] is True
    made()  # that phone has died: another is asked for
    assert follow(asked, lesson)["check"]["on_phone"] is False


def test_who_confirms_on_site_is_told_what_he_can_do(asked: Client, learner: User, lesson: Lesson) -> None:
    make_groups()
    missed(asked, learner, lesson)
    code = asked.post(f"/learn/{lesson.uuid}/proof/", {"vouch": "1"}).content.decode().split("data-vouching>")[1][:6]
    company = people.organisation()
    people.join(learner, company)
    foreman = Client()
    foreman.force_login(people.employer(company))
    Hold.objects.update(self_until=timezone.now())
    page = foreman.post("/learn/vouch/", {"code": code, "confirm": "1"})
    assert page.status_code == 422 and "这位学员现在没有等待确认的时间" in page.content.decode()
    assert "您可以申诉" not in page.content.decode() and f'value="{code}"' in page.content.decode()
