"""Jiangxi's order, enterprise before online, holds back enrolments and nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content.models import CourseEdition
from lms.accounts.actions import record_licence
from lms.accounts.models import User
from lms.credit.actions import record_hours
from lms.credit.queries import decisions_of
from lms.enrolment.actions import HeldBack, enrol
from lms.enrolment.queries import active_enrolments
from tests import people
from tests.lms.credit.conftest import House

pytestmark = pytest.mark.django_db


def holder(*rule_sets: str, issued: int = 500) -> User:
    """The holder of a certificate for each rule set; the first one for site_civil, the second for quality_civil."""
    user = people.learner()
    for rule_set, post in zip(rule_sets, ("site_civil", "quality_civil"), strict=False):
        record_licence(
            holder=user, post_code=post, number=f"TEST-{user.pk:06d}{post[:1].upper()}A",
            issued_on=timezone.localdate() - timedelta(days=issued), region_code="360100", rule_set_code=rule_set,
            at=timezone.now(), by=None,
        )  # fmt: skip
    return user


def trained(user: User, hours: int) -> None:
    record_hours(
        learner=user, category="enterprise", hours=hours, activity_day=timezone.localdate() - timedelta(days=3),
        title="企业集中培训", source_kind="enterprise", rule_set_code="jiangxi", at=timezone.now(), by=None,
    )  # fmt: skip


def try_to_enrol(user: User, edition: CourseEdition) -> str:
    try:
        enrol(learner=user, edition_id=edition.pk, at=timezone.now(), by=user)
    except HeldBack as why:
        return str(why)
    return ""


def test_online_waits_until_the_enterprise_hours_are_full(house: House) -> None:
    user = holder("jiangxi")
    trained(user, 18)
    assert "企业培训还差 2 学时" in try_to_enrol(user, house.formwork)
    assert "企业培训" in try_to_enrol(user, house.hazards), "common courses are online as well"
    trained(user, 2)
    assert try_to_enrol(user, house.formwork) == ""


@pytest.mark.parametrize("rule_set", ["chongqing", "national", "demo"])
def test_where_no_order_is_laid_down_nothing_waits(house: House, rule_set: str) -> None:
    assert try_to_enrol(holder(rule_set), house.formwork) == ""


def test_a_course_that_counts_for_another_certificate_too_is_not_held_back(house: House) -> None:
    user = holder("jiangxi", "chongqing")
    assert try_to_enrol(user, house.formwork) != "", "professional hours of the Jiangxi post"
    assert try_to_enrol(user, house.hazards) == "", "common hours serve the Chongqing post"


def test_before_the_cycle_nothing_waits_and_the_system_is_not_asked(house: House) -> None:
    assert try_to_enrol(holder("jiangxi", issued=100), house.formwork) == ""
    assert try_to_enrol(people.learner(), house.formwork) == ""
    user = holder("jiangxi")
    enrol(learner=user, edition_id=house.formwork.pk, at=timezone.now(), by=None)
    assert try_to_enrol(user, house.formwork) == "", "what was begun goes on"
    assert len(active_enrolments(user.pk)) == 1


def test_hours_earned_out_of_order_stay(house: House) -> None:
    user = holder("jiangxi")
    record_hours(
        learner=user, category="online_professional", hours=10, activity_day=timezone.localdate() - timedelta(days=9),
        title="先学的", source_kind="imported", rule_set_code="jiangxi", at=timezone.now(), by=None,
    )  # fmt: skip
    trained(user, 6)
    (held,) = decisions_of(user.pk, timezone.localdate())
    assert held.current is not None
    assert held.current.total == 16
    assert "sequence_anomaly" in held.current.flags


def test_the_button_says_why(house: House, client: Client) -> None:
    user = holder("jiangxi")
    client.force_login(user)
    response = client.post(f"/learn/enrol/{house.formwork.uuid}/", follow=True)
    assert "先完成企业培训" in response.content.decode()
    assert active_enrolments(user.pk) == ()


def test_pages_say_why_a_course_waits_instead_of_offering_it(house: House) -> None:
    """Neither the first page nor the page of the course shows a button that would be refused."""
    user, client = holder("jiangxi"), Client()
    client.force_login(user)
    hours = client.get("/hours/").content.decode()
    assert "企业培训还差 20 学时" in hours
    assert "报名并学习" not in hours
    assert "/training/" in hours
    address = reverse("classroom:course_state", args=[house.formwork.uuid])
    course = client.get(address).content.decode()
    assert "企业培训还差 20 学时" in course
    assert "报名并开始" not in course
    trained(user, 20)
    assert "报名并学习" in client.get("/hours/").content.decode()
    assert "报名并开始" in client.get(address).content.decode()
