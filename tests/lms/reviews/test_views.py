"""The pages of claims: who gets in, who does not, and what a browser is handed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from lms.accounts.actions import record_licence
from lms.accounts.models import Licence, User
from lms.credit.actions import record_hours
from lms.credit.models import HoldResolution
from lms.reviews import actions
from lms.reviews.models import Claim
from tests import people
from tests.lms.reviews.conftest import draft, kind_of, pdf, picture, reviewer_at, submitted, upload

pytestmark = pytest.mark.django_db
DOORS = ["/claims/", "/claims/new/", "/reviews/", "/reviews/holds/", "/reviews/kinds/"]


@pytest.mark.parametrize("address", DOORS)
def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("address", ["/reviews/", "/reviews/holds/", "/reviews/kinds/"])
def test_the_desks_stay_closed_to_learners_and_outsiders(client: Client, learner: User, address: str) -> None:
    for user in (learner, people.outsider(), people.employer()):
        client.force_login(user)
        assert client.get(address).status_code == 403


def test_the_first_page_of_a_reviewer_is_the_desk(client: Client, reviewer: User) -> None:
    client.force_login(reviewer)
    assert client.get("/").headers["Location"] == "/reviews/"


def test_a_claim_from_the_first_word_to_the_decision(client: Client, learner: User, reviewer: User) -> None:
    client.force_login(learner)
    typed = {
        "kind": str(kind_of().pk),
        "title": "盘扣式脚手架技术培训",
        "activity_day": (timezone.localdate() - timedelta(days=3)).isoformat(),
        "units": "4",
        "hours": "4",
        "words": "",
    }
    address = client.post("/claims/new/", typed).headers["Location"]
    answer = client.post(
        address, {"upload": "1", "papers": [upload(picture()), upload(b"<html>", "x.jpg")]}, follow=True
    )
    text = answer.content.decode()
    assert "已上传 1 份材料" in text
    assert "只收 JPEG、PNG 图片和 PDF" in text
    assert "已提交" in client.post(address, {"submit": "1"}, follow=True).content.decode()
    claim = Claim.objects.get()
    client.force_login(reviewer)
    assert "盘扣式脚手架技术培训" in client.get("/reviews/").content.decode()
    review = f"/reviews/{claim.uuid}/"
    assert "须写明学时" in client.post(review, {"deed": "accept", "hours": "", "reason": "齐全"}).content.decode()
    done = client.post(review, {"deed": "accept", "hours": "3.5", "reason": "齐全"}, follow=True)
    assert done.redirect_chain[-1][0] == "/reviews/"
    client.force_login(learner)
    page = client.get(address).content.decode()
    assert "3.5 学时" in page
    assert "齐全" in page


def test_nobody_elses_claim_can_be_opened(client: Client, learner: User, reviewer: User, now: datetime) -> None:
    claim = submitted(learner, now)
    for user, addresses in (
        (people.learner(post="site_civil"), [f"/claims/{claim.uuid}/"]),
        (reviewer, [f"/claims/{claim.uuid}/"]),
        (people.reviewer(), [f"/reviews/{claim.uuid}/"]),
        (reviewer_at(people.organisation("authority", region="360000")), [f"/reviews/{claim.uuid}/"]),
    ):
        client.force_login(user)
        for address in addresses:
            assert client.get(address).status_code == 404
            assert (
                client.post(address, {"deed": "accept", "hours": "4", "reason": "x", "withdraw": "1"}).status_code
                == 404
            )
    claim.refresh_from_db()
    assert claim.state == "submitted"


def test_evidence_is_handed_to_its_people_only_and_never_as_a_page(
    client: Client, learner: User, reviewer: User, now: datetime
) -> None:
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    photo = actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture()), at=now, by=learner)
    paper = actions.add_evidence(claim_uuid=claim.uuid, upload=upload(pdf(), "通知.pdf"), at=now, by=learner)
    actions.submit_claim(claim_uuid=claim.uuid, at=now, by=learner)
    address = f"/claims/evidence/{photo.uuid}/"
    for stranger in (people.learner(post="site_civil"), people.reviewer(), people.outsider(), people.authority()):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302
    for friend in (learner, reviewer):
        client.force_login(friend)
        shown = client.get(address)
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert "no-store" in shown.headers["Cache-Control"]
        handed = client.get(f"/claims/evidence/{paper.uuid}/")
        assert handed.headers["Content-Disposition"].startswith("attachment")


def test_a_duplicate_is_shown_side_by_side_and_to_the_learner_without_a_name(
    client: Client, learner: User, reviewer: User, now: datetime
) -> None:
    other = people.learner("瓦小红", post="quality_civil")
    submitted(learner, now, seed=5)
    claim = submitted(other, now, seed=5)
    client.force_login(other)
    text = client.get(f"/claims/{claim.uuid}/").content.decode()
    assert "相同或很相近" in text
    assert "砖小明" not in text
    client.force_login(reviewer)
    assert "材料重复" in client.get("/reviews/").content.decode()
    text = client.get(f"/reviews/{claim.uuid}/").content.decode()
    assert "完全相同" in text
    assert "砖小明" in text


def on_hold() -> Licence:
    """A certificate whose last cycle ended with 70 hours, the professional ones short."""
    user, today = people.learner("锁小安"), timezone.localdate()
    licence = record_licence(
        holder=user, post_code="site_civil", number="TEST-90000009", issued_on=today - timedelta(days=740), region_code="500000",
        rule_set_code="chongqing", at=timezone.now(), by=None,
    )  # fmt: skip
    for category, hours in (("online_general", 30), ("online_professional", 8), ("live", 8), ("self_study", 24)):
        record_hours(
            learner=user, category=category, hours=hours, activity_day=today - timedelta(days=60), title=category,
            source_kind="imported", rule_set_code="chongqing", at=timezone.now(), by=None,
        )  # fmt: skip
    return licence


def test_an_authority_resolves_a_hold_and_another_regions_cannot(client: Client, rules: None) -> None:
    licence = on_hold()
    typed = {"licence": str(licence.uuid), "cycle": "1", "outcome": "renew", "reason": "停工期间无法参加"}
    client.force_login(people.authority("360000"))
    assert "锁小安" not in client.get("/reviews/holds/").content.decode()
    assert client.post("/reviews/holds/", typed).status_code == 403
    client.force_login(people.authority("500000"))
    page = client.get("/reviews/holds/").content.decode()
    assert "锁小安" in page
    assert "专业知识差 4 学时" in page
    assert "写明理由" in client.post("/reviews/holds/", {**typed, "reason": ""}, follow=True).content.decode()
    assert not HoldResolution.objects.exists()
    done = client.post("/reviews/holds/", typed, follow=True).content.decode()
    assert "准予延续" in done
    assert HoldResolution.objects.get().outcome == "renew"


def test_an_authority_changes_its_table_by_the_form(client: Client, rules: None) -> None:
    kind = kind_of()
    typed = {"kind": str(kind.pk), "hours_per_unit": "1", "most_hours": "8", "second_from_hours": "", "is_open": "on"}
    client.force_login(people.authority("500000"))
    assert "企业组织的技术培训" in client.get("/reviews/kinds/").content.decode()
    assert "没有保存" in client.post("/reviews/kinds/", {**typed, "reason": ""}, follow=True).content.decode()
    client.post("/reviews/kinds/", {**typed, "reason": "本地文件"})
    kind.refresh_from_db()
    assert (str(kind.hours_per_unit), str(kind.most_hours)) == ("1.00", "8.00")
    client.force_login(people.authority("360000"))
    client.post("/reviews/kinds/", {**typed, "hours_per_unit": "9", "reason": "别处"})
    kind.refresh_from_db()
    assert kind.hours_per_unit == 1
