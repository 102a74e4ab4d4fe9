"""The desk of an organisation and the area of an authority: who gets in, who does not, what it costs."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.models import User
from tests import people

pytestmark = pytest.mark.django_db
DESK, AREA, MINE = "/organisation/", "/area/", "/me/organisations/"

EVERYBODY: list[Callable[[], User]] = [
    people.learner,
    people.employer,
    people.institution_manager,
    people.instructor,
    people.auditor,
    people.authority,
    people.reviewer,
    people.administrator,
    people.outsider,
]


def enter(client: Client, user: User) -> User:
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", [DESK, AREA, MINE])
def test_nobody_is_sent_to_sign_in(client: Client, page: str) -> None:
    assert client.get(page)["Location"] == f"{reverse('account_login')}?next={page}"


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize(
    ("page", "welcome"),
    [
        (DESK, {people.employer, people.institution_manager, people.administrator}),
        (AREA, {people.authority, people.administrator}),
        (MINE, set(EVERYBODY)),
    ],
)
def test_each_page_opens_to_its_roles(client: Client, page: str, welcome: set[object], who: Callable[[], User]) -> None:
    enter(client, who())
    response = client.get(page)
    assert response.status_code == (200 if who in welcome else 403)
    if who not in welcome:
        assert "您的账号没有这一角色" in response.content.decode()


def test_a_manager_sees_his_people_with_their_certificates_and_nobody_elses(client: Client) -> None:
    mine, theirs = people.organisation(name="我的单位"), people.organisation(name="别的单位")
    enter(client, people.employer(mine))
    people.join(people.learner("甲师傅", post="site_civil"), mine)
    people.join(people.learner("乙师傅", post="material"), theirs)
    page = client.get(DESK).content.decode()
    for text in ("我的单位", "虚构", "甲师傅", "土建施工员", "2025-03-10", "未实名"):
        assert text in page
    assert "乙师傅" not in page
    assert "别的单位" not in page


def test_the_desk_of_another_organisation_stays_shut(client: Client) -> None:
    theirs = people.organisation(name="别的单位")
    people.join(people.learner("乙师傅"), theirs)
    enter(client, people.employer())
    for wanted in (str(theirs.uuid), "nonsense", "00000000-0000-0000-0000-000000000000"):
        response = client.get(DESK, {"organisation": wanted})
        assert response.status_code == 403
        assert "您不是这家单位的管理员" in response.content.decode()
        assert "乙师傅" not in response.content.decode()


def test_a_manager_of_two_chooses(client: Client) -> None:
    first, second = people.organisation(name="第一家"), people.organisation(name="第二家")
    manager = enter(client, people.employer(first))
    people.join(manager, second, "manager")
    people.join(people.learner("甲师傅"), second)
    assert "甲师傅" not in client.get(DESK).content.decode()
    assert "甲师傅" in client.get(DESK, {"organisation": str(second.uuid)}).content.decode()


def test_a_role_without_an_organisation_says_what_to_do(client: Client) -> None:
    enter(client, people.administrator())
    assert "还没有可以管理的单位" in client.get(DESK).content.decode()
    assert "还没有登记到任何主管部门" in client.get(AREA).content.decode()


def test_people_are_found_by_name_and_paged(client: Client) -> None:
    mine = people.organisation()
    enter(client, people.employer(mine))
    for n in range(55):
        people.join(people.learner(f"员工{n:02d}"), mine)
    first, second = (client.get(DESK, {"page": str(n)}).content.decode() for n in (1, 2))
    assert "员工00" in first
    assert "员工54" not in first
    assert "员工54" in second
    found = client.get(DESK, {"q": "员工54"}).content.decode()
    assert "员工54" in found
    assert "员工00" not in found
    assert "没有姓名里含“张三”的人员" in client.get(DESK, {"q": "张三"}).content.decode()


def test_the_desk_costs_the_same_for_two_people_and_for_twenty(client: Client) -> None:
    mine = people.organisation()
    enter(client, people.employer(mine))
    client.get(DESK)
    costs = []
    for size in (2, 20):
        while mine.memberships.count() < size:
            people.join(people.learner(post="site_civil"), mine)
        with CaptureQueriesContext(connection) as captured:
            client.get(DESK)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 9


def reset_url(place: object, person: User) -> str:
    return reverse("organisations:reset_password", args=[getattr(place, "uuid"), person.uuid])  # noqa: B009


def test_a_manager_gives_a_temporary_password_that_is_shown_once(client: Client) -> None:
    mine = people.organisation()
    mason = people.learner()
    people.join(mason, mine)
    enter(client, people.employer(mine))
    url = reset_url(mine, mason)
    assert "请先核对证件" in client.get(url).content.decode()
    mason.refresh_from_db()
    assert mason.check_password(people.PASSWORD), "looking changes nothing"
    response = client.post(url)
    assert "no-store" in response["Cache-Control"]
    mason.refresh_from_db()
    assert mason.check_password(response.context["password"])
    assert response.context["password"] not in client.get(url).content.decode()


def test_nobody_gives_a_password_to_people_of_others_or_to_staff(client: Client) -> None:
    mine, theirs = people.organisation(), people.organisation()
    mason, colleague = people.learner(), people.auditor()
    people.join(mason, theirs)
    people.join(colleague, mine)
    enter(client, people.employer(mine))
    assert client.post(reset_url(theirs, mason)).status_code == 403
    assert client.post(reset_url(mine, mason)).status_code == 404
    assert client.post(reset_url(mine, colleague)).status_code == 403
    for person in (mason, colleague):
        person.refresh_from_db()
        assert person.check_password(people.PASSWORD)


def test_an_authority_sees_the_organisations_of_its_area_by_kind(client: Client) -> None:
    people.organisation(region="500112", name="渝北企业")
    people.organisation("institution", region="500106", name="沙坪坝机构")
    people.organisation(region="360100", name="南昌企业")
    enter(client, people.authority("500000"))
    page = client.get(AREA).content.decode()
    assert "重庆市" in page
    assert "渝北企业" in page
    assert "沙坪坝机构" not in page
    assert "沙坪坝机构" in client.get(AREA, {"kind": "institution"}).content.decode()
    for kind in ("", "enterprise", "institution", "nonsense"):
        assert "南昌企业" not in client.get(AREA, {"kind": kind}).content.decode()


def test_a_person_sees_where_they_belong(client: Client) -> None:
    mason = enter(client, people.learner())
    assert "还没有登记到任何单位" in client.get(MINE).content.decode()
    people.join(mason, people.organisation(name="我的单位"))
    assert "我的单位" in client.get(MINE).content.decode()
