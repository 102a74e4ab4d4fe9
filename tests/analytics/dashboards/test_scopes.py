"""The figures of a company, an institution, a region or a post: whose they are, who sees them, and what they are made of."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analytics.card_index import queries as card_index
from analytics.card_index.measures import Sought
from analytics.dashboards import actions, queries
from analytics.dashboards.models import DailyTotal
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests import people
from tests.analytics import town
from tests.analytics.town import Town

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]


@pytest.fixture
def there(now: datetime, seal: Seal) -> Town:
    """Two learn in the institution's course, one of them of the company: 300 s and 60 s."""
    built = town.build(now)
    for learner, seconds in ((built.mason, 300), (built.stranger, 60)):
        town.enrols(learner, now)
        town.watches(learner, now + timedelta(minutes=1), seconds)
        town.is_awarded(learner, now, seconds)
    seal()
    actions.roll_up_all()
    return built


def totals(facet: str, value: object, now: datetime) -> dict[str, int]:
    head = card_index.find(facet, str(value))
    assert head is not None
    found = queries.charts(now.date(), now.date(), language="zh", heading_id=head.id)
    return {chart.name: chart.total for chart in found}


def test_each_heading_has_its_own_figures(there: Town, now: datetime) -> None:
    whole = {chart.name: chart.total for chart in queries.charts(now.date(), now.date(), language="zh")}
    assert (whole["watched_ms"], whole["active_learners"], whole["steps"]) == (360_000, 2, 2)
    company = totals("company", there.company.uuid, now)
    assert (company["watched_ms"], company["awarded_seconds"], company["active_learners"]) == (300_000, 300, 1)
    school = totals("institution", there.school.uuid, now)
    assert (school["watched_ms"], school["awarded_seconds"], school["steps"]) == (360_000, 360, 2)
    assert totals("company", there.other.uuid, now)["watched_ms"] == 0
    for facet, value in (("region", "500000"), ("post", "site_civil")):
        assert totals(facet, value, now)["watched_ms"] == 300_000


def test_the_funnel_tells_how_far_they_came(there: Town, now: datetime) -> None:
    (funnel,) = [each for each in queries.charts(now.date(), now.date(), language="zh") if each.shape == "steps"]
    assert [(line.amount, line.percent) for line in funnel.lines] == [(2, 100), (2, 100), (1, 50), (0, 0), (0, 0)]


def test_the_platform_is_divided_by_region_post_company_and_institution(there: Town, now: datetime) -> None:
    found = {chart.name: chart for chart in queries.divided(now.date(), now.date(), language="zh")}
    assert [(line.word, line.amount) for line in found["by_region"].lines] == [("重庆市", 300)]
    assert found["by_post"].lines[0].value == "site_civil"
    assert found["by_post"].lines[0].word != "site_civil"
    assert [(line.word, line.amount) for line in found["by_company"].lines] == [("山城建筑公司", 300)]
    assert [(line.word, line.amount) for line in found["by_institution"].lines] == [("建工培训中心", 360)]


def test_made_anew_they_are_the_same_and_a_wrong_one_is_named(there: Town) -> None:
    before = queries.all_totals()
    assert any(where for *_, where in before)
    call_command("rebuild_totals", stdout=StringIO())
    assert queries.all_totals() == before
    head = card_index.find("company", str(there.company.uuid))
    assert head is not None
    DailyTotal.objects.filter(heading_id=head.id, measure="watched_ms").update(amount=7)
    told = StringIO()
    with pytest.raises(CommandError, match="1 figures had differed"):
        call_command("rebuild_totals", stdout=told)
    assert f"watched_ms  (company {there.company.uuid}): 7 was shown, 300000 is right" in told.getvalue()


def test_every_amount_is_the_sum_of_its_records(there: Town, now: datetime) -> None:
    head = card_index.find("institution", str(there.school.uuid))
    assert head is not None
    for chart in queries.charts(now.date(), now.date(), language="zh", heading_id=head.id):
        for line in chart.lines if chart.name != "active_learners" else ():
            sought = Sought.read(line.sought)
            numbers = {row["record_id"] for row in card_index.records_of_figure(sought)}
            mine = {row["record_id"] for row in card_index.records_under([head.id])} & numbers
            assert sum(card_index.amounts_of(sought, mine).values()) == line.amount


def doors(place: Town) -> list[tuple[str, str]]:
    """Each page of figures there is, with the records behind one."""
    values = (("company", place.company.uuid), ("institution", place.school.uuid), ("region", "500000"),
              ("post", "site_civil"))  # fmt: skip
    return [(facet, str(value)) for facet, value in values]


def opened(client: Client, facet: str, value: str) -> tuple[int, int]:
    figure = "watched_ms|2026-01-01..2026-12-31|*"
    return (
        client.get(reverse("audit:dashboard", args=[facet, value])).status_code,
        client.get(reverse("audit:dashboard_records", args=[facet, value]), {"figure": figure}).status_code,
    )


def former_manager(there: Town) -> User:
    user = people.person(Role.ENTERPRISE_MANAGER)
    people.join(user, there.company, "manager", until=people.MADE_AT.date())
    return user


def colleague(there: Town) -> User:
    user = people.learner()
    people.join(user, there.company)
    return user


def manager_without_role(there: Town) -> User:
    user = people.learner()
    people.join(user, there.company, "manager")
    return user


def teacher_who_is_elsewhere(there: Town) -> User:
    user = people.instructor()
    people.join(user, people.organisation("institution"))
    return user


WHO: list[tuple[Callable[[Town], User], set[str]]] = [
    (lambda there: people.employer(there.company), {"company"}),
    (lambda there: people.employer(there.other), set()),
    (former_manager, set()),
    (colleague, set()),
    (manager_without_role, set()),
    (lambda there: there.mason, set()),
    (lambda there: people.institution_manager(there.school), {"institution"}),
    (lambda there: there.teacher, {"institution"}),
    (teacher_who_is_elsewhere, set()),
    (lambda there: people.institution_manager(), set()),
    (lambda there: people.authority(), set()),
    (lambda there: people.reviewer(), set()),
    (lambda there: people.person(Role.FINANCE), set()),
    (lambda there: people.auditor(), {"company", "institution", "region", "post"}),
    (lambda there: people.administrator(), {"company", "institution", "region", "post"}),
]


@pytest.mark.parametrize(("who", "welcome"), WHO)
def test_each_sees_its_own_only(there: Town, client: Client, who: Callable[[Town], User], welcome: set[str]) -> None:
    client.force_login(who(there))
    for facet, value in doors(there):
        expected = 200 if facet in welcome else 403
        assert opened(client, facet, value) == (expected, expected), facet
    whole = 200 if "region" in welcome else 403
    assert client.get(reverse("audit:dashboards")).status_code == whole
    for facet in ("company", "institution", "region", "post"):
        assert client.get(reverse("audit:dashboard_list", args=[facet])).status_code == whole


def test_a_refusal_does_not_tell_what_exists(there: Town, client: Client) -> None:
    client.force_login(people.employer(there.other))
    nobody = "00000000-0000-4000-8000-000000000000"
    for value in (str(there.company.uuid), nobody):
        assert opened(client, "company", value) == (403, 403)
    page = client.get(reverse("audit:dashboard", args=["company", nobody])).content.decode()
    assert "这些数字只对本单位的负责人和审计员开放" in page


def test_who_is_signed_out_is_sent_to_sign_in_and_nothing_can_be_written(there: Town, client: Client) -> None:
    address = reverse("audit:dashboard", args=["company", there.company.uuid])
    assert client.get(address)["Location"].startswith(reverse("account_login"))
    client.force_login(people.auditor())
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(address).status_code == 405


def test_everybody_is_led_to_his_own(there: Town, client: Client) -> None:
    own = reverse("audit:own_dashboard")
    client.force_login(people.employer(there.company))
    assert client.get(own)["Location"] == reverse("audit:dashboard", args=["company", there.company.uuid])
    client.force_login(people.auditor())
    assert client.get(own)["Location"] == reverse("audit:dashboards")
    two = people.employer(there.company)
    people.join(two, there.other, "manager")
    client.force_login(two)
    page = client.get(own).content.decode()
    assert "山城建筑公司" in page
    assert "赣江建设公司" in page
    client.force_login(there.mason)
    assert "您没有负责的企业" in client.get(own).content.decode()


def test_a_company_without_records_is_told_what_to_do(there: Town, client: Client) -> None:
    client.force_login(people.employer(there.other))
    page = client.get(reverse("audit:dashboard", args=["company", there.other.uuid])).content.decode()
    assert "这段时间没有员工的学习记录" in page
    client.force_login(people.auditor())
    assert client.get(reverse("audit:dashboard", args=["region", "999999"])).status_code == 404
    assert client.get(reverse("audit:dashboard", args=["device", "d"])).status_code == 404


def test_an_institution_is_shown_what_happens_in_its_courses(there: Town, now: datetime, client: Client) -> None:
    client.force_login(there.teacher)
    day = now.date().isoformat()
    answer = client.get(
        reverse("audit:dashboard", args=["institution", there.school.uuid]), {"since": day, "until": day}
    )
    assert answer.context["learners"] == 2
    shown = {chart.name for chart, _ in answer.context["charts"]}
    assert "sign_ins" not in shown
    assert shown == {"active_learners", "watched_ms", "steps", "awarded_seconds", "refused_ms", "checks", "enrolled"}


def test_the_records_behind_a_figure_are_masked_and_the_look_is_filed(
    there: Town, now: datetime, client: Client
) -> None:
    manager = people.employer(there.company)
    client.force_login(manager)
    figure = f"watched_ms|{now.date()}..{now.date()}|*"
    address = reverse("audit:dashboard_records", args=["company", there.company.uuid])
    page = client.get(address, {"figure": figure}).content.decode()
    assert f"{there.mason.name[0]}**（{there.mason.pk}）" in page
    assert there.mason.name not in page
    assert "5 分 00 秒" in page
    assert f"（{there.stranger.pk}）" not in page
    look = LogRecord.objects.get(kind="audit.figure_opened")
    assert look.actor_id == manager.pk
    assert look.payload == {
        "facet": "company", "value": str(there.company.uuid), "figure": figure, "shown": 1,
    }  # fmt: skip
    assert client.get(address, {"figure": "nothing"}).status_code == 404
    for elsewhere in (reverse("audit:records"), reverse("audit:record", args=[look.pk])):
        assert client.get(elsewhere).status_code == 403


def test_names_that_a_reason_tells_are_masked_behind_a_figure_too(
    there: Town, now: datetime, seal: Seal, client: Client
) -> None:
    """A reversal says why, in words, and words name people."""
    named = people.learner("砖小明")
    town.file("credit.hours_reversed", now, there.mason.pk, seconds=-60, reason=f"由{named.name}代学",
              activity_day=now.date().isoformat())  # fmt: skip
    seal()
    actions.roll_up_all()
    client.force_login(people.employer(there.company))
    address = reverse("audit:dashboard_records", args=["company", there.company.uuid])
    page = client.get(address, {"figure": f"awarded_seconds|{now.date()}..{now.date()}|*"}).content.decode()
    assert "由砖**代学" in page
    assert named.name not in page


def test_an_auditor_is_led_from_a_figure_to_the_list_of_the_log(there: Town, now: datetime, client: Client) -> None:
    client.force_login(people.auditor())
    day = now.date().isoformat()
    page = client.get(
        reverse("audit:dashboard", args=["company", there.company.uuid]), {"since": day, "until": day}
    ).content.decode()
    link = f"{reverse('audit:records')}?figure=watched_ms%7C{day}..{day}%7C%2A&amp;company={there.company.uuid}"
    assert link in page
    listed = client.get(link.replace("&amp;", "&"))
    (span,) = LogRecord.objects.filter(kind="player.span_watched", learner_id=there.mason.pk)
    assert [row.id for row in listed.context["page"].rows] == [span.pk]
