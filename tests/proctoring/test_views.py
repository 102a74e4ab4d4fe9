"""The pages of face checks: who gets in, what the camera may, what a learner never gets."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.role_groups import make_groups
from proctoring import actions
from proctoring.consumers import HANDED_OVER
from proctoring.models import Consent, FacePicture, FaceTemplate, FaceTry, Hold, ReviewCase
from tests import people
from tests.proctoring.conftest import FAILED, SHORT, Sitting, agree_and_enrol

pytestmark = pytest.mark.django_db
Sit = Callable[..., Sitting]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def held(learner: User) -> Hold:
    """Held time of now: the pages go by the clock."""
    from uuid import uuid4

    sitting = Sitting(learner, timezone.now(), uuid4(), SHORT)
    sitting.until_asked()
    for _ in range(3):
        sitting.tries(FAILED)
    return sitting.holds[0]


def test_consent_is_a_button_of_its_own_and_withdrawing_another(db: None) -> None:
    person = people.learner("新人")
    client = signed_in(person)
    page = client.get("/presence/").content.decode()
    assert all(words in page for words in ("用来做什么", "为什么需要", "保存多久", "对您的影响", "怎样撤回"))
    assert client.post("/presence/consent/", {"version": "old"}).url == "/presence/"  # type: ignore[attr-defined]  # a redirect
    assert not Consent.objects.exists()
    assert client.post("/presence/consent/", {"version": "2026-1"}).url == "/presence/enrol/"  # type: ignore[attr-defined]  # as above
    assert "撤回同意并删除" in client.get("/presence/").content.decode()
    client.post("/presence/withdraw/")
    assert Consent.objects.get().withdrawn_at is not None


def test_withdrawing_erases(learner: User) -> None:
    signed_in(learner).post("/presence/withdraw/")
    assert not FaceTemplate.objects.filter(learner=learner).exists()


def test_only_pages_with_a_check_may_use_the_camera(learner: User) -> None:
    client = signed_in(learner)
    assert client.get("/presence/enrol/").headers["Permissions-Policy"].startswith("camera=(self)")
    for path in ("/presence/", "/me/", "/"):
        assert client.get(path, follow=True).headers["Permissions-Policy"].startswith("camera=()")


def test_nobody_enrols_without_having_agreed(db: None) -> None:
    client = signed_in(people.learner("新人"))
    assert client.get("/presence/enrol/").url == "/presence/"  # type: ignore[attr-defined]  # a redirect
    assert client.post("/presence/enrol/usual/").status_code == 409
    assert client.post("/presence/enrol/moonlight/").status_code == 409


@pytest.mark.parametrize(
    "path", ["/presence/", "/presence/enrol/", "/presence/desk/", "/presence/desk/figures/", "/presence/desk/alike/"]
)
def test_strangers_are_sent_to_sign_in(db: None, path: str) -> None:
    assert "/account/login/" in Client().get(path).url  # type: ignore[attr-defined]  # a redirect


def test_enrolment_says_what_is_left_to_do(learner: User) -> None:
    client = signed_in(learner)
    assert client.get("/presence/enrol/").context["next_lighting"] == ""
    FaceTemplate.objects.filter(learner=learner, lighting="other").delete()
    page = client.get("/presence/enrol/")
    assert page.context["next_lighting"] == "other" and "还差一次" in page.content.decode()


def test_shares_are_drawn_up_to_a_hundred_and_days_as_a_line(held: Hold) -> None:
    make_groups()
    shown = signed_in(people.reviewer()).get("/presence/desk/figures/").context
    assert (shown["passing"]["shape"], shown["passing"]["unit"], shown["passing"]["most"]) == ("days", "%", 100)
    assert [drawn["shape"] for *_rest, drawn in shown["signals"]] == ["bar", "bar", "days"]
    assert shown["waiting"]["most"] is None


def test_the_desk_opens_for_reviewers_alone(held: Hold) -> None:
    make_groups()
    picture = FacePicture.objects.filter(face_try__isnull=False).first()
    assert picture is not None
    paths = [
        "/presence/desk/",
        "/presence/desk/figures/",
        "/presence/desk/alike/",
        f"/presence/desk/{held.uuid}/",
        f"/presence/desk/picture/{picture.uuid}.jpg",
    ]
    for stranger in (held.learner, people.outsider(), people.instructor(), people.auditor(), people.authority()):
        assert {signed_in(stranger).get(path).status_code for path in paths} == {403}
    judge = signed_in(people.reviewer())
    assert {judge.get(path).status_code for path in paths} == {200}
    assert judge.get(paths[-1]).headers["Cache-Control"].startswith("no-store, private")


def test_a_reviewer_decides_at_the_desk(held: Hold) -> None:
    make_groups()
    judge = signed_in(people.reviewer())
    page = judge.get(f"/presence/desk/{held.uuid}/").content.decode()
    assert "画面像是平面的照片" in page and "核验没有通过" in page
    judge.post(f"/presence/desk/{held.uuid}/", {"outcome": "refuse", "reason": ""})
    held.refresh_from_db()
    assert held.state == "held"
    judge.post(f"/presence/desk/{held.uuid}/", {"outcome": "refuse", "reason": "照片"})
    held.refresh_from_db()
    assert held.state == "refused"
    assert "不予计入" in judge.get("/presence/desk/?show=decided").content.decode()


def test_accounts_that_look_alike_are_shown_and_closed_with_a_finding(learner: User, now: datetime) -> None:
    make_groups()
    other = people.learner("另一个")
    agree_and_enrol(other, now)
    from proctoring.models import FaceIndex

    twin = FaceIndex.objects.filter(learner=learner).first()
    assert twin is not None
    FaceIndex.objects.filter(learner=other).update(embedding=twin.embedding)
    assert actions.look_for_twins(learner_id=learner.pk, at=now) == 1
    assert actions.look_for_twins(learner_id=other.pk, at=now) == 0  # the pair stands once
    case = ReviewCase.objects.get()
    judge = signed_in(people.reviewer())
    assert "低可信（演示级）" in judge.get("/presence/desk/alike/").content.decode()
    judge.post(f"/presence/desk/alike/{case.uuid}/", {"finding": "twin", "note": "姐妹"})
    case.refresh_from_db()
    assert (case.finding, case.closed_by is not None) == ("twin", True)


def test_a_phone_takes_a_check_over_by_its_button_and_once(learner: User) -> None:
    from uuid import uuid4

    sitting = Sitting(learner, timezone.now(), uuid4(), SHORT)
    check = sitting.until_asked()
    made = signed_in(learner).post(f"/presence/check/{check.uuid}/hand-over/").json()
    assert made["picture"].startswith("data:image/svg+xml")
    path = "/" + made["address"].split("/", 3)[3]
    phone = Client()
    assert phone.get(path).status_code == 200
    assert phone.get("/presence/phone/").status_code == 404
    assert phone.post(path).url == "/presence/phone/"  # type: ignore[attr-defined]  # a redirect
    assert phone.session[HANDED_OVER] == str(check.uuid)
    page = phone.get("/presence/phone/")
    assert page.status_code == 200 and page.headers["Permissions-Policy"].startswith("camera=(self)")
    assert Client().post(path).status_code == 410
    assert "重新生成一个再扫" in Client().post(path).content.decode()
    assert signed_in(people.outsider()).post(f"/presence/check/{check.uuid}/hand-over/").status_code == 409


def test_a_phone_whose_check_is_over_is_told_where_to_go_on(learner: User) -> None:
    from uuid import uuid4

    sitting = Sitting(learner, timezone.now(), uuid4(), SHORT)
    check = sitting.until_asked()
    made = signed_in(learner).post(f"/presence/check/{check.uuid}/hand-over/").json()
    phone = Client()
    phone.post("/" + made["address"].split("/", 3)[3])
    for _ in range(3):
        sitting.tries(FAILED)
    page = phone.get("/presence/phone/")
    assert page.status_code == 410 and "请回到电脑上继续" in page.content.decode()


def test_the_figures_of_a_try_are_told_in_words(held: Hold) -> None:
    make_groups()
    FaceTry.objects.update(scores={"residual": 0.01234, "likeness": 0.93, "unheard_of": 7.0}, model_name="geometry")
    page = signed_in(people.reviewer()).get(f"/presence/desk/{held.uuid}/").content.decode()
    assert "转头时的立体感" in page and "0.012" in page and "低可信（演示级）" in page
    assert "residual" not in page and "unheard_of" not in page


def test_figures_of_nothing_lead_back_to_what_waits(db: None) -> None:
    make_groups()
    page = signed_in(people.reviewer()).get("/presence/desk/figures/").content.decode()
    assert "没有核验，也没有暂扣" in page and 'audit-chart"' not in page and "保存面容的人数" in page
