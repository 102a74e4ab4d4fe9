"""Where certificates stand, out of the table, and at what cost."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from content.models import CourseEdition
from lms.accounts import actions as accounts
from lms.accounts.models import User
from lms.credit import queries
from lms.credit.actions import award_watched, record_hours, reverse_entry
from lms.credit.domain.terms import State
from lms.credit.models import RuleSetVersion
from lms.credit.queries.my_hours import NotHeld
from lms.enrolment.actions import enrol
from player.domain.spans import Span
from player.models import Coverage
from tests import people
from tests.lms.credit.conftest import House, file_watching, lesson_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 9)


def give(learner: User, now: datetime, category: str, hours: int, day: date = date(2025, 9, 1), **more: str) -> int:
    entry = record_hours(
        learner=learner,
        category=category,
        hours=hours,
        activity_day=day,
        title=f"{category} {hours}",
        source_kind="imported",
        at=now,
        by=None,
        **more,  # type: ignore[arg-type]  # only texts are given here
    )
    return entry.pk


def test_the_brief_example_is_two_hours_short(learner: User, now: datetime) -> None:
    for category, hours in (("online_general", 30), ("online_professional", 10), ("live", 8), ("self_study", 24)):
        give(learner, now, category, hours)
    (item,) = queries.decisions_of(learner.pk, TODAY)
    assert item.current is not None
    assert item.current.missing == {"online_professional": 2}
    assert (item.current.total, item.current.towards, item.current.state) == (
        Fraction(72),
        Fraction(62),
        State.OPEN,
    )


def test_what_was_reversed_does_not_count(learner: User, now: datetime) -> None:
    entry_id = give(learner, now, "self_study", 24)
    give(learner, now, "self_study", 3)
    reverse_entry(entry_id=entry_id, reason="重复", at=now, by=people.reviewer())
    (item,) = queries.decisions_of(learner.pk, TODAY)
    assert item.current is not None
    assert item.current.total == 3


def test_general_hours_count_for_both_certificates_of_a_person(learner: User, now: datetime) -> None:
    accounts.record_licence(
        holder=learner,
        post_code="quality_civil",
        number="TEST-SECOND",
        issued_on=date(2025, 6, 1),
        region_code="500000",
        rule_set_code="chongqing",
        at=now,
        by=None,
    )
    give(learner, now, "online_general", 20)
    give(learner, now, "online_professional", 12, post_code="site_civil")
    first, second = queries.decisions_of(learner.pk, TODAY)
    assert first.current is not None
    assert second.current is not None
    assert [first.current.total, second.current.total] == [Fraction(32), Fraction(20)]


def test_decisions_cost_three_queries_however_many_entries_and_certificates(
    learner: User, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        queries.decisions_of(learner.pk, TODAY)
    for number in range(20):
        give(learner, now, "online_general", 1, date(2025, 9, 1) + timedelta(days=number))
    others = [people.learner(post="site_civil") for _ in range(3)]
    with django_assert_num_queries(3):
        held = queries.decisions_held([learner.pk, *(other.pk for other in others)], TODAY)
    assert len(held) == 4


def test_the_first_page_costs_the_same_with_two_and_with_twenty_rows(
    learner: User, house: House, now: datetime
) -> None:
    study(learner, house.formwork, now)
    few = cost_of_the_first_page(learner)
    study(learner, house.waterproofing, now)
    study(learner, house.hazards, now)
    for number in range(20):
        give(learner, now, "online_general", 1, date(2025, 9, 1) + timedelta(days=number))
    assert cost_of_the_first_page(learner) == few


def study(learner: User, edition: CourseEdition, now: datetime) -> None:
    enrol(learner=learner, edition_id=edition.pk, at=now, by=learner)
    for position in (1, 2):
        file_watching(learner, lesson_of(edition, position), (0, 30), at=now)
        award_watched(learner_id=learner.pk, subject_uuid=lesson_of(edition, position), at=now)


def cost_of_the_first_page(learner: User) -> int:
    with CaptureQueriesContext(connection) as seen:
        queries.my_hours(learner.pk, TODAY)
    assert len(seen) < 25
    return len(seen)


def test_courses_that_close_the_gap_begin_with_those_begun(
    learner: User, formwork: CourseEdition, waterproofing: CourseEdition, now: datetime
) -> None:
    enrol(learner=learner, edition_id=waterproofing.pk, at=now, by=learner)
    give(learner, now, "online_general", 20)
    page = queries.my_hours(learner.pk, TODAY)
    assert page.gap is not None
    assert page.gap.requirement is not None
    assert page.gap.requirement.code == "online_professional"
    assert [line.title for line in page.gap.courses] == ["防水工程（GB 55030）", "高支模的搭设与验收"]
    assert [line.is_enrolled for line in page.gap.courses] == [True, False]
    assert page.gap.courses[0].hours == Fraction(128, 2700)
    assert not page.gap.each_closes


def test_a_finished_course_is_not_offered_again(learner: User, formwork: CourseEdition, now: datetime) -> None:
    enrol(learner=learner, edition_id=formwork.pk, at=now, by=learner)
    give(learner, now, "online_general", 20)
    for position in (1, 2):
        Coverage.objects.create(
            learner=learner,
            subject_uuid=lesson_of(formwork, position),
            duration_ms=64_000,
            spans=(Span(0, 64_000),),
            counted_ms=64_000,
        )
    page = queries.my_hours(learner.pk, TODAY)
    assert page.gap is not None
    assert [line.title for line in page.gap.courses] == ["防水工程（GB 55030）"]
    assert page.recording_seconds == 128  # counted by the server, not yet in the ledger


def test_a_certificate_without_rules_in_force_says_nothing(learner: User) -> None:
    RuleSetVersion.objects.filter(code="chongqing").update(effective_until=date(2026, 1, 1))
    (item,) = queries.decisions_of(learner.pk, TODAY)
    assert (item.rules, item.current) == (None, None)
    assert queries.my_hours(learner.pk, TODAY).decision is None


def test_the_version_in_force_on_the_day_decides(learner: User) -> None:
    old = RuleSetVersion.objects.get(code="chongqing")
    data = {**old.data, "version": "2027.1", "effective_from": "2027-01-01"}
    RuleSetVersion.objects.create(
        code="chongqing",
        version="2027.1",
        name="重庆",
        region_code="500000",
        status="in_force",
        effective_from=date(2027, 1, 1),
        data=data,
        loaded_at=old.loaded_at,
    )
    before = queries.rule_set_on("chongqing", date(2026, 12, 31))
    after = queries.rule_set_on("chongqing", date(2027, 1, 1))
    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (old.version, "2027.1")


def test_a_cycle_that_ended_badly_comes_first(house: House, db: None, now: datetime) -> None:
    holder = people.person(name="桩小刚")
    accounts.record_licence(
        holder=holder,
        post_code="site_civil",
        number="TEST-PAST",
        issued_on=date(2024, 4, 29),
        region_code="500000",
        rule_set_code="chongqing",
        at=now,
        by=None,
    )
    page = queries.my_hours(holder.pk, TODAY)
    assert page.is_running_cycle  # nothing is known of the first cycle: it was lived elsewhere
    give(holder, now, "online_general", 20, date(2025, 3, 1))
    page = queries.my_hours(holder.pk, TODAY)
    assert page.decision is not None
    assert page.decision.window is not None
    assert (page.decision.window.number, page.decision.state) == (1, State.RETRAIN)
    assert queries.my_hours(holder.pk, TODAY, cycle=2).is_running_cycle


def test_nobody_holds_the_certificate_of_another_or_a_cycle_to_come(learner: User) -> None:
    other = people.learner(post="labor")
    (theirs,) = queries.decisions_of(other.pk, TODAY)
    with pytest.raises(NotHeld):
        queries.my_hours(learner.pk, TODAY, licence_uuid=theirs.licence.uuid)
    for cycle in (0, 2, 99):
        with pytest.raises(NotHeld):
            queries.my_hours(learner.pk, TODAY, cycle=cycle)


def test_the_ledger_is_filtered_by_post_and_category(learner: User, now: datetime) -> None:
    give(learner, now, "online_general", 2)
    give(learner, now, "online_professional", 3, post_code="site_civil")
    give(learner, now, "online_professional", 5, post_code="labor")
    whole = queries.ledger_of(learner.pk)
    assert [entry.seconds // 2700 for entry in whole.entries] == [5, 3, 2]
    mine = queries.ledger_of(learner.pk, post_code="site_civil", category="online_professional", seconds_per_hour=2700)
    assert [entry.hours for entry in mine.entries] == [3]
    assert mine.total_seconds == 3 * 2700
    assert [code for code, _ in mine.categories] == ["online_general", "online_professional"]
