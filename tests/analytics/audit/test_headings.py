"""Searching the desk by company, institution, licence, browser and network address: what is found, and what is not told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.audit.models import SavedFilter
from analytics.audit.queries import Conditions, resolve
from analytics.dashboards import actions
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import Label, LogRecord
from analytics.learning_log.queries import records
from lms.accounts.actions.sign_ins import address_index
from lms.accounts.models import Licence
from lms.accounts.roles import Role
from tests import people
from tests.analytics import town
from tests.analytics.town import DEVICE, Town

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]
ADDRESS = "203.0.113.7"


@pytest.fixture
def there(now: datetime, seal: Seal) -> Town:
    built = town.build(now)
    for learner in (built.mason, built.stranger):
        town.enrols(learner, now)
        town.watches(learner, now, 60)
    town.file("player.session_opened", now, built.mason.pk, token=1, device=DEVICE)
    town.file("accounts.signed_in", now, built.mason.pk, address_index=address_index(ADDRESS))
    town.file("accounts.signed_in", now, built.stranger.pk, address_index=address_index("203.0.113.8"))
    seal()
    actions.roll_up_all()
    return built


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(people.auditor())
    return client


def listed(desk: Client, **typed: Any) -> list[tuple[str, int | None]]:
    """Search as the page does, and return kind and learner of what is found."""
    sent = desk.post(reverse("audit:find"), typed)
    assert sent.status_code == 302, sent.context["form"].errors
    answer = desk.get(sent["Location"])
    assert answer.status_code == 200
    return [(row.kind.split(".")[1], row.learner_id) for row in answer.context["page"].rows]


def test_a_company_is_found_by_a_part_of_its_name(there: Town, desk: Client) -> None:
    mason = there.mason.pk
    expected = {("learner_enrolled", mason), ("span_watched", mason), ("session_opened", mason), ("signed_in", mason),
                ("organisation_created", None), ("member_added", mason)}  # fmt: skip
    assert expected <= set(listed(desk, company="山城"))
    assert {learner for _, learner in listed(desk, company="山城")} == {mason, None}
    assert listed(desk, company=str(there.company.uuid)) == listed(desk, company="山城")
    assert listed(desk, company="没有这家企业") == []
    assert listed(desk, company="建工培训") == [], "an institution is no company"


def test_an_institution_is_found_with_those_who_learn_there(there: Town, desk: Client) -> None:
    found = listed(desk, institution="建工培训", kind="player.span_watched")
    assert found == [("span_watched", there.stranger.pk), ("span_watched", there.mason.pk)]


def test_a_licence_is_found_by_its_number_which_stands_nowhere(there: Town, desk: Client) -> None:
    number = Licence.objects.get(holder=there.mason).number
    sent = desk.post(reverse("audit:find"), {"licence": number.lower(), "kind": "player.span_watched"})
    assert number.lower() not in sent["Location"].lower()
    answer = desk.get(sent["Location"])
    assert [row.learner_id for row in answer.context["page"].rows] == [there.mason.pk]
    look = LogRecord.objects.filter(kind="audit.records_viewed").latest("pk")
    assert (look.learner_id, look.payload["filter"]["licence"]) == (
        there.mason.pk, str(Licence.objects.get(holder=there.mason).uuid),
    )  # fmt: skip
    assert number not in str(look.payload)
    assert not Label.objects.filter(text__icontains=number).exists()
    assert listed(desk, licence=number, learner=str(there.stranger.pk)) == []
    wrong = desk.post(reverse("audit:find"), {"licence": "没有-0001"})
    assert (wrong.status_code, "没有这个编号的岗位证书" in wrong.content.decode()) == (400, True)


def test_a_network_address_is_found_by_what_stands_for_it(there: Town, desk: Client) -> None:
    sent = desk.post(reverse("audit:find"), {"network": f" {ADDRESS} "})
    assert ADDRESS not in sent["Location"]
    assert listed(desk, network=ADDRESS) == [("signed_in", there.mason.pk)]
    assert listed(desk, network=address_index(ADDRESS)) == [("signed_in", there.mason.pk)]
    look = LogRecord.objects.filter(kind="audit.records_viewed").latest("pk")
    assert look.payload["filter"] == {"network": address_index(ADDRESS)}
    assert not Label.objects.filter(text__contains=ADDRESS).exists()
    assert desk.post(reverse("audit:find"), {"network": "203.0.113"}).status_code == 400


def test_a_browser_is_found_from_a_record_of_it(there: Town, desk: Client) -> None:
    assert listed(desk, device=DEVICE) == [("session_opened", there.mason.pk)]
    assert desk.post(reverse("audit:find"), {"device": "not a hash"}).status_code == 400
    record = LogRecord.objects.get(kind="player.session_opened")
    page = desk.get(reverse("audit:record", args=[record.pk])).content.decode()
    assert f'?device={DEVICE}"' in page
    assert f'?company={there.company.uuid}"' in page
    assert "山城建筑公司" in page


def test_what_came_after_the_last_record_of_a_company_is_not_read(there: Town, now: datetime, seal: Seal) -> None:
    """Else the database would walk the log back from its end to find a company that was here long ago."""
    newest = LogRecord.objects.filter(learner_id=there.mason.pk).latest("pk").pk
    town.watches(there.stranger, now, 10)
    seal()
    actions.roll_up_all()
    asked = resolve(Conditions(company="山城"))
    assert asked.up_to_id == newest
    assert [each.id for each in records(asked, limit=1)] == [newest]


def test_a_file_holds_what_the_search_finds_and_nothing_else(there: Town, desk: Client) -> None:
    sent = desk.get(reverse("audit:export"), {"company": "山城", "kind": "player.span_watched"})
    lines = sent.getvalue().decode().splitlines()
    assert [line for line in lines if "player.span_watched" in line and f",{there.mason.pk}," in line]
    assert not [line for line in lines if f",{there.stranger.pk}," in line]


def test_conditions_meet(there: Town, desk: Client) -> None:
    assert listed(desk, company="山城", institution="建工", kind="player.span_watched") == [
        ("span_watched", there.mason.pk)
    ]
    assert listed(desk, company="赣江", institution="建工") == []
    assert listed(desk, company="山城", network="203.0.113.8") == []


def test_what_a_list_is_narrowed_to_is_said_and_can_be_left(there: Town, desk: Client, now: datetime) -> None:
    day = now.date().isoformat()
    query = {"figure": f"watched_ms|{day}..{day}|*", "region": "500000"}
    page = desk.get(reverse("audit:records"), query).content.decode()
    assert "地区 · 重庆市" in page
    assert f"每天新计的时间，{day}" in page
    assert "去掉条件：重庆市" in page
    assert f'?figure=watched_ms%7C{day}..{day}%7C%2A"' in page


@pytest.mark.parametrize("wrong", [{"figure": "x"}, {"region": "重庆"}, {"post": "砖小明"}])
def test_a_broken_link_is_refused_in_words(desk: Client, wrong: dict[str, str]) -> None:
    answer = desk.get(reverse("audit:records"), wrong)
    assert answer.status_code == 400
    assert "这个链接指不出一个数字" in answer.content.decode()
    assert not LogRecord.objects.filter(kind="audit.records_viewed").exists()


def test_a_saved_search_keeps_what_stands_for_a_number(there: Town, desk: Client) -> None:
    number = Licence.objects.get(holder=there.mason).number
    found = desk.get(desk.post(reverse("audit:find"), {"licence": number, "network": ADDRESS})["Location"])
    desk.post(reverse("audit:save_filter"), {"name": "查证书", "query": found.context["form"].address})
    kept = SavedFilter.objects.get()
    assert number not in kept.query
    assert ADDRESS not in kept.query
    again = desk.get(f"{reverse('audit:records')}?{kept.query}")
    assert again.status_code == 200
    typed = desk.post(reverse("audit:save_filter"), {"name": "手写", "query": f"licence={number}"})
    assert typed.status_code == 302
    assert number not in SavedFilter.objects.get(name="手写").query


def test_names_stay_masked_whatever_was_searched_for(there: Town, desk: Client) -> None:
    for typed in ({"company": "山城"}, {"network": ADDRESS}, {"device": DEVICE}):
        page = desk.get(desk.post(reverse("audit:find"), typed)["Location"]).content.decode()
        assert there.mason.name not in page
        assert f"{there.mason.name[0]}**" in page


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_find_nothing(there: Town, client: Client, role: Role) -> None:
    client.force_login(people.person(role))
    before = LogRecord.objects.count()
    assert client.post(reverse("audit:find"), {"company": "山城"}).status_code == 403
    assert client.get(reverse("audit:records"), {"company": "山城"}).status_code == 403
    assert LogRecord.objects.count() == before
