"""The pages: one's own certificates and nobody else's; an officer's area and no other; two officers for every change."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.certificates import queries
from lms.certificates.models import Certificate, ChangeProposal
from tests.lms.certificates.standing import earn, holder, registered
from tests.people import authority, learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_roles")]


@pytest.fixture
def owner() -> User:
    user = holder()
    registered(user)
    return user


def number_of(user: User) -> str:
    return queries.certificates_of(user.pk)[0].number


def test_a_holder_sees_state_versions_and_what_is_missing(client: Client, owner: User) -> None:
    earn(owner, ("online_general", 20), at=timezone.now())
    client.force_login(owner)
    page = client.get(reverse("certificates:mine")).content.decode()
    assert number_of(owner) in page
    assert "第 1 版" in page
    assert "还需要" in page
    assert '自主学习 <strong class="number">24 学时</strong>' in page
    outlook = client.get(reverse("certificates:outlook")).content.decode()
    assert "到 2027-03-09" in outlook
    assert "到 2029-03-09" in outlook


def test_a_revoked_certificate_is_one_card_and_asks_for_nothing(client: Client, owner: User, now: datetime) -> None:
    Certificate.objects.filter(side="platform").update(revoked_at=now, revocation_reason="伪造材料")
    client.force_login(owner)
    page = client.get(reverse("certificates:mine")).content.decode()
    assert page.count(f'<p class="number">{number_of(owner)}</p>') == 1
    assert "已注销，编号不再使用" in page
    assert "还没有这本证书的电子版" not in page
    assert "还需要" not in page
    assert "到 2027-03-09" not in client.get(reverse("certificates:outlook")).content.decode()


def test_regions_that_closed_together_stand_together(client: Client, owner: User) -> None:
    client.force_login(owner)
    page = client.get(reverse("certificates:paper_exchange")).content.decode()
    assert page.count("截止，系统自动关闭") == 2  # Jiangxi's day and the nation's
    assert "、湖北省、" in page


def test_nobody_sees_another_persons_certificates(client: Client, owner: User) -> None:
    assert client.get(reverse("certificates:mine")).status_code == 302
    client.force_login(learner())
    for name in ("mine", "outlook"):
        assert number_of(owner) not in client.get(reverse(f"certificates:{name}")).content.decode()


def test_the_desk_is_for_officers_of_the_area(client: Client, owner: User) -> None:
    view = queries.issued_view(number_of(owner))
    doors = [reverse("certificates:desk"), reverse("certificates:desk_certificate", args=[view.uuid])]
    client.force_login(owner)
    assert [client.get(door).status_code for door in doors] == [403, 403]
    client.force_login(authority("360000"))
    assert number_of(owner) not in client.get(doors[0]).content.decode()
    assert client.get(doors[1]).status_code == 404
    change = {"kind": "revoke", "reason": "无权"}
    assert client.post(doors[1], change).status_code == 404
    assert not ChangeProposal.objects.exists()
    client.force_login(authority("500000"))
    assert number_of(owner) in client.get(doors[0], {"q": "砖"}).content.decode()
    assert number_of(owner) not in client.get(doors[0], {"q": "瓦"}).content.decode()
    platforms = queries.certificates_of(owner.pk)[0]
    assert client.get(reverse("certificates:desk_certificate", args=[platforms.uuid])).status_code == 404


def test_a_correction_takes_two_officers_and_makes_a_version(client: Client, owner: User) -> None:
    view = queries.issued_view(number_of(owner))
    door = reverse("certificates:desk_certificate", args=[view.uuid])
    first, second = authority("500000"), authority("500000")
    client.force_login(first)
    nothing = client.post(door, {"kind": "correct", "holder_name": "砖小明", "reason": "录错"})
    assert nothing.status_code == 422
    assert "没有改动任何一项" in nothing.content.decode()
    assert client.post(door, {"kind": "correct", "holder_name": "砖晓明", "reason": "录错"}).status_code == 302
    proposal = ChangeProposal.objects.get()
    decide = reverse("certificates:decide", args=[proposal.uuid])
    alone = client.post(decide, {"agree": "yes", "remark": "我看对"})
    assert alone.status_code == 422
    assert "不能自己复核" in alone.content.decode()
    assert "已有一项" in client.post(door, {"kind": "revoke", "reason": "又想注销"}).content.decode()
    client.force_login(authority("360000"))
    assert client.post(decide, {"agree": "yes", "remark": "外人"}).status_code == 404
    client.force_login(second)
    assert client.post(decide, {"agree": "yes", "remark": "属实"}).status_code == 302
    found = queries.issued_view(view.number)
    assert [(item.version, item.kind, item.facts.holder_name) for item in found.versions] == [
        (1, "registered", "砖小明"),
        (2, "correction", "砖晓明"),
    ]


def test_a_revoked_number_is_found_for_ever_and_can_be_revoked_once(client: Client, owner: User, now: datetime) -> None:
    view = queries.issued_view(number_of(owner))
    door = reverse("certificates:desk_certificate", args=[view.uuid])
    client.force_login(authority("500000"))
    client.post(door, {"kind": "revoke", "reason": "冒名取证"})
    decide = reverse("certificates:decide", args=[ChangeProposal.objects.get().uuid])
    client.force_login(authority("500000"))
    client.post(decide, {"agree": "yes", "remark": "属实"})
    found = queries.find_by_number(view.number)
    assert found is not None
    assert (found.state_on(now.date()), found.revocation_reason) == ("revoked", "冒名取证")
    assert "已注销" in client.post(door, {"kind": "revoke", "reason": "再来"}).content.decode()
