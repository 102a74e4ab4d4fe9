"""Totals: added up as the log grows, each record once, and the same when made anew from nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from analytics.card_index import actions as card_index
from analytics.dashboards import actions, queries
from analytics.dashboards.models import DailyTotal
from analytics.learning_log.actions import Sequenced
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics.audit.test_desk import MORNING, span
from tests.analytics.audit.test_evidence import LESSON
from tests.analytics.conftest import Append, Person

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]
DAY = date(2026, 5, 9)


def totals() -> dict[str, int]:
    return {chart.name: chart.total for chart in queries.charts(DAY, DAY + timedelta(days=1), language="zh")}


@pytest.fixture
def sealed(append: Append, seal: Seal) -> None:
    for learner in (1, 2):
        for number in range(3):
            span(append, learner, MORNING + timedelta(minutes=number), f"s{learner}", 60)
    span(append, 1, MORNING + timedelta(days=1), "t", 30)
    append(kind="accounts.signed_in", actor_id=1, happened_at=MORNING, payload={"address_index": "a"})
    for state in ("passed", "passed", "missed"):
        check = {"session_uuid": "s1", "counterpart_uuid": "", "check_uuid": state, "state": state}
        append(kind="proctoring.check_ended", learner_id=1, subject=LESSON, happened_at=MORNING, payload=check)
    seal()


@pytest.mark.usefixtures("sealed")
def test_each_record_is_added_once_however_often_it_is_asked() -> None:
    card_index.file_all()
    while actions.roll_up(batch=3):
        pass
    expected = {"watched_ms": 390_000, "active_learners": 3, "sign_ins": 1, "enrolled": 0}
    assert {name: totals()[name] for name in expected} == expected
    assert actions.roll_up() == 0
    assert actions.roll_up_all() == 0
    assert totals()["watched_ms"] == 390_000


@pytest.mark.usefixtures("sealed")
def test_what_comes_later_is_added_to_its_own_day(append: Append, seal: Seal) -> None:
    actions.roll_up_all()
    span(append, 3, MORNING, "late", 10)
    assert actions.roll_up_all() == 0, "a record without a place waits for it"
    seal()
    assert actions.roll_up_all() == 1
    (chart,) = [each for each in queries.charts(DAY, DAY, language="zh") if each.name == "watched_ms"]
    assert chart.rows == (("2026-05-09", 370_000),)


@pytest.mark.usefixtures("sealed")
def test_checks_are_told_by_their_outcome() -> None:
    actions.roll_up_all()
    (chart,) = [each for each in queries.charts(DAY, DAY, language="zh") if each.name == "checks"]
    assert chart.rows == (("passed", 2), ("missed", 1))
    assert {line.word for line in chart.lines}.isdisjoint({"passed", "missed"}), "outcomes are said in words"


@pytest.mark.usefixtures("sealed")
def test_made_anew_they_are_the_same_and_a_wrong_one_is_named() -> None:
    actions.roll_up_all()
    before = queries.all_totals()
    call_command("rebuild_totals", stdout=StringIO())
    assert queries.all_totals() == before
    DailyTotal.objects.filter(measure="watched_ms", day=DAY).update(amount=1)
    told = StringIO()
    with pytest.raises(CommandError, match="1 figures had differed"):
        call_command("rebuild_totals", stdout=told)
    assert "2026-05-09 watched_ms : 1 was shown, 360000 is right" in told.getvalue()
    assert queries.all_totals() == before


@pytest.mark.usefixtures("sealed")
def test_every_figure_leads_to_its_records(client: Client, auditor: User) -> None:
    actions.roll_up_all()
    client.force_login(auditor)
    page = client.get(reverse("audit:dashboards"), {"since": "2026-05-09", "until": "2026-05-10"}).content.decode()
    assert "6 分 00 秒" in page
    assert "?figure=watched_ms%7C2026-05-09..2026-05-09%7C%2A" in page
    assert 'id="watched_ms" type="application/json"' in page


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_see_no_totals(client: Client, person: Person, role: Role) -> None:
    client.force_login(person(role))
    assert client.get(reverse("audit:dashboards")).status_code == 403


def test_a_period_that_is_none_is_refused_in_words(client: Client, auditor: User) -> None:
    assert client.get(reverse("audit:dashboards")).status_code == 302
    client.force_login(auditor)
    assert client.get(reverse("audit:dashboards")).status_code == 200
    for since, until in (("2026-05-09", "2026-05-01"), ("2020-01-01", "2026-05-01"), ("x", "")):
        answer = client.get(reverse("audit:dashboards"), {"since": since, "until": until})
        assert answer.status_code == 400
    assert client.post(reverse("audit:dashboards")).status_code == 405
