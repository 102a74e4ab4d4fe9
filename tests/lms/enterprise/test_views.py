"""The doors of training at work: managers, learners and reviewers, each to their own."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.enterprise import actions
from lms.enterprise.domain.on_site_code import code_at
from lms.enterprise.models import Training
from lms.reviews.models import Evidence
from tests import people
from tests.lms.enterprise.conftest import Firm, good_row, planned, workbook
from tests.lms.reviews.conftest import picture, reviewer_at, upload

pytestmark = pytest.mark.django_db


def open_session(firm: Firm) -> Training:
    """A session that began half an hour ago."""
    return planned(firm, timezone.now() - timedelta(minutes=30))


def test_nobody_enters_without_signing_in_or_by_another_role(client: Client, firm: Firm) -> None:
    row = open_session(firm)
    own = [f"/enterprise/training/{row.uuid}/", f"/enterprise/training/{row.uuid}/code/"]
    for address in ["/enterprise/training/", "/enterprise/training/plan/", "/training/", "/reviews/training/", *own]:
        client.logout()
        assert client.get(address).status_code == 302
    for user, status in ((firm.yong, 403), (people.outsider(), 403), (firm.other, 404)):
        client.force_login(user)
        for address in own:
            assert client.get(address).status_code == status
            assert client.post(address, {"cancel": "1"}).status_code in {status, 405}
    row.refresh_from_db()
    assert row.state == "planned"
    client.force_login(firm.manager)
    assert client.get("/reviews/training/").status_code == 403
    for stranger in (people.learner(), firm.other):
        client.force_login(stranger)
        assert client.get(f"/training/{row.uuid}/").status_code == 404


def test_the_screen_shows_the_code_of_now_and_a_phone_signs_in_and_out(client: Client, firm: Firm) -> None:
    row = open_session(firm)
    client.force_login(firm.manager)
    shown = client.get(f"/enterprise/training/{row.uuid}/code/").content.decode()
    code = code_at(bytes(row.code_secret), timezone.now())
    assert code in shown
    assert "<svg" in shown
    assert "style=" not in shown
    client.force_login(firm.yong)
    assert "塔吊安全专项培训" in client.get("/training/").content.decode()
    address = f"/training/{row.uuid}/"
    assert "现场码不对" in client.post(address, {"code": "000000", "in": "1"}).content.decode()
    code = code_at(bytes(row.code_secret), timezone.now())
    assert "已签到" in client.post(address, {"code": code, "in": "1"}, follow=True).content.decode()
    assert "已签退" in client.post(address, {"code": code, "out": "1"}, follow=True).content.decode()


def test_a_plan_by_the_form(client: Client, firm: Firm) -> None:
    client.force_login(firm.manager)
    typed = {"title": "高处作业", "plan": "", "starts_at": "2027-05-09T09:00", "ends_at": "2027-05-09T08:00", "place": "二号楼",
             "latitude": "", "longitude": "", "radius_metres": "300"}  # fmt: skip
    assert "须在开始之后" in client.post("/enterprise/training/plan/", typed).content.decode()
    response = client.post("/enterprise/training/plan/", {**typed, "ends_at": "2027-05-09T11:00"})
    assert client.get(response.headers["Location"]).status_code == 200
    assert "高处作业" in client.get("/enterprise/training/").content.decode()


def test_a_sheet_with_mistakes_names_row_and_column_and_a_good_one_goes_to_the_reviewer(
    client: Client, firm: Firm
) -> None:
    client.force_login(firm.manager)
    bad = upload(workbook(good_row(0), good_row(1, hours=9)), "rows.xlsx")
    text = client.post("/enterprise/training/sheet/", {"title": "上半年", "sheet": bad}).content.decode()
    assert "有 1 处要改" in text
    assert ">E</td>" in text.replace("\n", "")
    assert "不超过 8" in text
    good = upload(workbook(good_row(0)), "rows.xlsx")
    address = client.post("/enterprise/training/sheet/", {"title": "上半年", "sheet": good}).headers["Location"]
    assert "还没有现场照片" in client.post(address, {"hand_in": "1"}, follow=True).content.decode()
    assert "已上传" in client.post(address, {"paper": upload(picture())}, follow=True).content.decode()
    assert "已提交" in client.post(address, {"hand_in": "1"}, follow=True).content.decode()
    row = Training.objects.get()
    client.force_login(reviewer_at(people.organisation("authority", region="500000")))
    assert client.get(f"/reviews/training/{row.uuid}/").status_code == 404
    client.force_login(firm.reviewer)
    assert "上半年" in client.get("/reviews/training/").content.decode()
    review = f"/reviews/training/{row.uuid}/"
    assert "模小勇" in client.get(review).content.decode()
    client.post(review, {"to": "accepted", "reason": ""})
    row.refresh_from_db()
    assert row.state == "submitted"
    client.post(review, {"to": "accepted", "reason": "齐全"})
    row.refresh_from_db()
    assert row.state == "accepted"


def test_papers_are_handed_to_the_company_and_its_reviewers_only(client: Client, firm: Firm) -> None:
    row, now = open_session(firm), timezone.now()
    file = actions.add_paper(training_uuid=row.uuid, upload=upload(picture()), at=now, by=firm.manager)
    address = f"/enterprise/training/paper/{file.uuid}/"
    for stranger, status in ((firm.other, 404), (firm.reviewer, 404), (firm.yong, 403)):
        client.force_login(stranger)  # the reviewer: it was not handed in yet
        assert client.get(address).status_code == status
    client.force_login(firm.yong)
    assert client.get(f"/claims/evidence/{file.uuid}/").status_code == 404
    client.force_login(firm.manager)
    assert client.get(address).headers["Content-Type"] == "image/jpeg"


def test_a_picture_at_signing_in_is_asked_for_and_nobody_must_give_one(client: Client, firm: Firm) -> None:
    """It is for the eyes of managers and reviewers of the area; one picture for two people is found."""
    row = open_session(firm)
    Training.objects.filter(pk=row.pk).update(asks_for_photo=True)
    address = f"/training/{row.uuid}/"

    def come(user: User, photo: SimpleUploadedFile | None) -> str:
        client.force_login(user)
        code = code_at(bytes(row.code_secret), timezone.now())
        given = {"code": code, "in": "1"} | ({"photo": photo} if photo else {})
        return client.post(address, given, follow=True).content.decode()

    client.force_login(firm.yong)
    assert "可以不拍" in client.get(address).content.decode()
    refused = come(firm.yong, SimpleUploadedFile("me.jpg", b"no picture at all"))
    assert "已签到" not in refused
    assert not row.attendances.exists()
    assert "已签到" in come(firm.yong, SimpleUploadedFile("me.jpg", picture(5)))
    assert "已签到" in come(firm.lan, None)
    photo = row.attendances.get(learner=firm.yong).photo
    assert row.attendances.get(learner=firm.lan).photo is None
    shown = f"/enterprise/training/paper/{photo}/"
    for user, status in ((firm.manager, 200), (firm.other, 404), (firm.yong, 403), (firm.lan, 403)):
        client.force_login(user)
        assert client.get(shown).status_code == status
    client.force_login(firm.manager)
    page = client.get(f"/enterprise/training/{row.uuid}/").content.decode()
    assert shown in page
    assert "没有拍" in page
    actions.add_paper(training_uuid=row.uuid, upload=upload(picture(5)), at=timezone.now(), by=firm.manager)
    assert "在别处也用过" in client.get(f"/enterprise/training/{row.uuid}/").content.decode()


def test_a_picture_that_was_not_asked_for_is_not_kept(client: Client, firm: Firm) -> None:
    row = open_session(firm)
    client.force_login(firm.yong)
    code = code_at(bytes(row.code_secret), timezone.now())
    given = {"code": code, "in": "1", "photo": SimpleUploadedFile("me.jpg", picture(5))}
    client.post(f"/training/{row.uuid}/", given)
    assert row.attendances.get().photo is None
    assert not Evidence.objects.exists()
