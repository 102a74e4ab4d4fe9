"""The desk: whose people it shows, how it filters, who may open which door."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.credit.actions import record_hours
from lms.enterprise import actions, queries, tasks
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.domain.standing import Risk
from lms.enterprise.models import Posting, RosterLine, Site
from lms.notices.models import Notice
from tests import people
from tests.lms.enterprise.conftest import Firm


def desk(firm: Firm, user: User | None = None) -> queries.Desk:
    found = queries.desk_of(user or firm.manager, firm.place.uuid, on=timezone.localdate())
    assert found is not None
    return found


def names(firm: Firm, wish: queries.Wish, sort: str = "name", user: User | None = None) -> list[str]:
    return [line.name for line in queries.roster(desk(firm, user), wish, today=timezone.localdate(), sort=sort)]


@pytest.fixture
def site(firm: Firm, now: datetime) -> Site:
    """A site of the firm at which yong works."""
    site = actions.open_site(organisation_uuid=firm.place.uuid, name="一号地块", at=now, by=firm.manager)
    actions.move_people(
        organisation_uuid=firm.place.uuid, people=[firm.yong.pk], site_uuid=site.uuid, at=now, by=firm.manager
    )
    actions.refresh_company(firm.place.pk, at=now)
    return site


@pytest.fixture
def chief(firm: Firm, site: Site, now: datetime) -> User:
    """One of the staff, who manages the site of yong and nothing else."""
    chief = people.learner("工地长")
    people.join(chief, firm.place)
    actions.grant_manager(
        organisation_uuid=firm.place.uuid, person_uuid=chief.uuid, site_uuid=site.uuid, at=now, by=firm.manager
    )
    actions.refresh_company(firm.place.pk, at=now)
    return chief


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_roster_follows_hours_and_says_what_the_engine_says(firm: Firm, now: datetime) -> None:
    actions.refresh_people([firm.yong.pk], at=now)
    before = RosterLine.objects.get(person=firm.yong)
    record_hours(
        learner=firm.yong, category="enterprise", hours=3, source_kind="enterprise", rule_set_code="jiangxi",
        post_code="", activity_day=timezone.localdate(now), title="塔吊", at=now, by=None,
    )  # fmt: skip
    actions.refresh_people([firm.yong.pk], at=now)
    after = RosterLine.objects.get(person=firm.yong)
    assert before.missing - after.missing == Decimal(3)
    assert after.certificates[0]["post"] == "machinery"
    assert after.ends_on is not None and after.ends_on > timezone.localdate(now)


@pytest.mark.django_db(transaction=True)
def test_the_bell_of_the_log_keeps_the_roster(firm: Firm) -> None:
    newcomer = people.learner("新来的", post="labor", rule_set="jiangxi", region="360100")
    people.join(newcomer, firm.place)
    assert names(firm, queries.Wish(words="新来")) == ["新来的"]


def test_the_sweep_finds_what_nobody_rang_for_and_who_has_left(firm: Firm, now: datetime) -> None:
    RosterLine.objects.all().delete()
    tasks.follow_facts()
    assert set(names(firm, queries.Wish())) >= {"模小勇", "筋小兰"}
    firm.lan.memberships.update(valid_until=timezone.localdate())
    tasks.follow_facts()
    assert "筋小兰" not in names(firm, queries.Wish())


def test_filters_sorts_and_words(firm: Firm, site: Site) -> None:
    assert names(firm, queries.Wish(post="labor")) == ["筋小兰"]
    assert names(firm, queries.Wish(site=str(site.uuid))) == ["模小勇"]
    assert "模小勇" not in names(firm, queries.Wish(site="none"))
    assert names(firm, queries.Wish(words="小勇")) == ["模小勇"]
    far = timezone.localdate() + timedelta(days=4000)
    assert set(names(firm, queries.Wish(ends_before=far))) == {"模小勇", "筋小兰"}
    assert names(firm, queries.Wish(ends_before=date(2000, 1, 1))) == []
    assert set(names(firm, queries.Wish(missing=True), sort="missing")) == {"模小勇", "筋小兰"}


@pytest.mark.parametrize(
    ("days", "missing", "overdue", "risk"),
    [(60, 1, False, Risk.SOON), (61, 1, False, Risk.BEHIND), (60, 0, False, Risk.MET), (500, 1, True, Risk.OVERDUE)],
)
def test_the_condition_and_the_rule_agree(  # noqa: PLR0917 — the cases of the table
    firm: Firm, now: datetime, days: int, missing: int, overdue: bool, risk: Risk
) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    today = timezone.localdate()
    RosterLine.objects.filter(person=firm.yong).update(
        ends_on=today + timedelta(days=days), missing=missing, overdue=overdue
    )
    for one in Risk:
        assert ("模小勇" in names(firm, queries.Wish(state=one.value))) == (one is risk)
    assert queries.figures_of(desk(firm), today=today)[risk.value] >= 1
    (only,) = queries.risk_by_site(desk(firm), today=today)
    assert only.figures.people == RosterLine.objects.filter(organisation=firm.place).count()


def test_a_site_manager_sees_the_site_alone(firm: Firm, chief: User, site: Site) -> None:
    assert names(firm, queries.Wish(), user=chief) == ["模小勇"]
    page = client_of(chief).get(reverse("enterprise:people", args=[firm.place.uuid])).content.decode()
    assert "模小勇" in page and "筋小兰" not in page
    lan = reverse("enterprise:member", args=[firm.place.uuid, firm.lan.uuid])
    assert client_of(chief).get(lan).status_code == 404
    yong = reverse("enterprise:member", args=[firm.place.uuid, firm.yong.uuid])
    assert client_of(chief).get(yong).status_code == 200
    # What is the whole company's stays shut: sites, moving, leaving, seats, and the older pages of the company.
    assert client_of(chief).get(reverse("enterprise:sites", args=[firm.place.uuid])).status_code == 403
    for deed in ("enrol", "move", "leave"):
        assert client_of(chief).get(reverse("enterprise:deed", args=[firm.place.uuid, deed])).status_code == 404
    password = reverse("organisations:reset_password", args=[firm.place.uuid, firm.lan.uuid])
    assert client_of(chief).get(password).status_code in {403, 404}


def test_the_monthly_report_of_a_site_manager_counts_the_site_alone(firm: Firm, chief: User, now: datetime) -> None:
    actions.tell_managers(at=now)
    told = {notice.person_id: notice.params["people"] for notice in Notice.objects.filter(kind="enterprise.monthly")}
    everybody = RosterLine.objects.filter(organisation=firm.place).count()
    assert (told[chief.pk], told[firm.manager.pk]) == (1, everybody) and everybody > 1


def test_a_site_manager_reminds_nobody_else_by_a_forged_choice(firm: Firm, chief: User, now: datetime) -> None:
    with pytest.raises(DeskRefused, match="not_your_people"):
        actions.ask_reminders(organisation_uuid=firm.place.uuid, people=[firm.lan.pk], at=now, by=chief)
    with pytest.raises(DeskRefused, match="whole_company_only"):
        actions.let_go(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=chief)
    with pytest.raises(DeskRefused, match="whole_company_only"):
        actions.grant_manager(
            organisation_uuid=firm.place.uuid, person_uuid=chief.uuid, site_uuid=None, at=now, by=chief
        )


DOORS = [
    ("overview", []), ("people", []), ("member", ["yong"]), ("export", ["csv"]), ("export", ["xlsx"]), ("sites", []),
    ("jobs", []), ("deed", ["remind"]), ("deed", ["papers"]), ("deed", ["enrol"]), ("deed", ["move"]), ("deed", ["leave"]),
]  # fmt: skip


@pytest.mark.parametrize(("door", "more"), DOORS)
def test_every_door_is_shut_to_all_but_its_own_manager(firm: Firm, now: datetime, door: str, more: list[str]) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    arguments: list[str | UUID] = [firm.place.uuid, *(firm.yong.uuid if one == "yong" else one for one in more)]
    address = reverse(f"enterprise:{door}", args=arguments)
    for method in ("get", "post"):
        for stranger in (firm.other, firm.yong, people.institution_manager(), people.outsider()):
            answer = getattr(client_of(stranger), method)(address)
            assert answer.status_code in {403, 404, 405}, (stranger, method)
        answer = getattr(Client(), method)(address)
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or "/account/login/" in answer["Location"]
    assert client_of(firm.manager).get(address).status_code == 200


def test_a_revoked_manager_sees_nothing_from_that_moment(firm: Firm, chief: User, site: Site, now: datetime) -> None:
    address = reverse("enterprise:people", args=[firm.place.uuid])
    assert client_of(chief).get(address).status_code == 200
    actions.revoke_manager(
        organisation_uuid=firm.place.uuid, person_uuid=chief.uuid, site_uuid=site.uuid, at=now, by=firm.manager
    )
    assert client_of(User.objects.get(pk=chief.pk)).get(address).status_code == 403
    assert not User.objects.get(pk=chief.pk).groups.filter(name=Role.ENTERPRISE_MANAGER.value).exists()


def test_a_second_manager_of_the_whole_company_and_back_again(firm: Firm, now: datetime) -> None:
    def change(deed: str) -> None:
        getattr(actions, f"{deed}_manager")(
            organisation_uuid=firm.place.uuid, person_uuid=firm.lan.uuid, site_uuid=None, at=now, by=firm.manager
        )

    change("grant")
    assert desk(firm, firm.lan).is_whole
    with pytest.raises(DeskRefused, match="manages_already"):
        change("grant")
    change("revoke")
    assert queries.desk_of(firm.lan, firm.place.uuid, on=timezone.localdate()) is None
    with pytest.raises(DeskRefused, match="not_yourself"):
        actions.revoke_manager(
            organisation_uuid=firm.place.uuid, person_uuid=firm.manager.uuid, site_uuid=None, at=now, by=firm.manager
        )


def test_nobody_of_another_company_is_made_a_manager_or_moved(firm: Firm, site: Site, now: datetime) -> None:
    stranger = people.learner("外人")
    with pytest.raises(DeskRefused, match="not_your_people"):
        actions.grant_manager(
            organisation_uuid=firm.place.uuid, person_uuid=stranger.uuid, site_uuid=None, at=now, by=firm.manager
        )
    with pytest.raises(DeskRefused, match="not_your_people"):
        actions.move_people(
            organisation_uuid=firm.place.uuid, people=[stranger.pk], site_uuid=site.uuid, at=now, by=firm.manager
        )


def test_moving_keeps_history_and_is_done_once(firm: Firm, site: Site, now: datetime) -> None:
    def move(to: Site | None) -> int:
        return actions.move_people(
            organisation_uuid=firm.place.uuid, people=[firm.yong.pk], site_uuid=to.uuid if to else None, at=now,
            by=firm.manager,
        )  # fmt: skip

    assert move(site) == 0
    second = actions.open_site(organisation_uuid=firm.place.uuid, name="二号地块", at=now, by=firm.manager)
    assert move(second) == 1
    assert [row.site.name for row in Posting.objects.filter(person=firm.yong)] == ["一号地块", "二号地块"]
    assert move(None) == 1
    assert not Posting.objects.filter(person=firm.yong, until__isnull=True).exists()


def test_closing_a_site_leaves_its_people_and_shuts_its_managers_out(
    firm: Firm, site: Site, chief: User, now: datetime
) -> None:
    actions.close_site(organisation_uuid=firm.place.uuid, site_uuid=site.uuid, at=now, by=firm.manager)
    actions.refresh_company(firm.place.pk, at=now)
    assert "模小勇" in names(firm, queries.Wish(site="none"))
    assert queries.desk_of(chief, firm.place.uuid, on=timezone.localdate()) is None
    with pytest.raises(DeskRefused, match="no_such_site"):
        actions.close_site(organisation_uuid=firm.place.uuid, site_uuid=site.uuid, at=now, by=firm.manager)


def test_sites_and_managers_by_their_page(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    address = reverse("enterprise:sites", args=[firm.place.uuid])
    client = client_of(firm.manager)
    client.post(address, {"open": "1", "name": "  三号   地块 "})
    site = Site.objects.get()
    assert site.name == "三号 地块"
    client.post(address, {"grant": "1", "person": str(firm.lan.uuid), "site": str(site.uuid)})
    assert "管理员 筋小兰" in client.get(address, {"q": "筋"}).content.decode()
    client.post(address, {"revoke": "1", "person": str(firm.lan.uuid), "site": str(site.uuid)})
    assert "管理员 筋小兰" not in client.get(address).content.decode()
    assert "请填写项目部名称" in client.post(address, {"open": "1", "name": " "}, follow=True).content.decode()
    assert "没有这个项目部" in client.post(address, {"grant": "1", "person": "x"}, follow=True).content.decode()


def test_closing_a_site_is_asked_first_and_says_what_happens(firm: Firm, site: Site, chief: User) -> None:
    client, address = client_of(firm.manager), reverse("enterprise:close_site", args=[firm.place.uuid, site.uuid])
    page = client.get(address).content.decode()
    assert "1 人留在本单位" in page and "工地长管理这个项目部的权限立即收回" in page
    for unsure in ({}, {"sure": "0"}, {"sure": "2"}):  # nothing ticked, or other people than were shown
        assert "请勾选确认，再撤销项目部" in client.post(address, unsure, follow=True).content.decode()
    site.refresh_from_db()
    assert site.closed_at is None
    assert "已撤销项目部" in client.post(address, {"sure": "1"}, follow=True).content.decode()
    site.refresh_from_db()
    assert site.closed_at is not None
    assert client.get(address).status_code == 404
