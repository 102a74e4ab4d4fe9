"""What is done for many: reminders with their rest, seats that are never oversold, leaving, the ZIP, exports."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from content.queries import edition_outlines
from lms.accounts.models import User
from lms.commerce import actions as money
from lms.commerce.models import Assignment, Payment, Product, Seat
from lms.credit.actions import record_hours
from lms.credit.queries import decisions_of
from lms.enrolment.queries import active_enrolments
from lms.enterprise import actions
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.models import DeskJob, Reminder, RosterLine
from lms.enterprise.queries import remind_preview
from lms.notices.models import Notice
from tests import people
from tests.content.shelf import fill_shelf, published_edition
from tests.lms.commerce.conftest import AT, Shop, open_shop
from tests.lms.enterprise.conftest import Firm
from tests.lms.enterprise.test_desk import client_of, desk


def run(job: DeskJob, at: datetime) -> DeskJob:
    actions.run_job(job.uuid, now=lambda: at)
    return DeskJob.objects.get(pk=job.pk)


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


def employed(shop: Shop, count: int) -> list[User]:
    staff = [shop.staff() for _ in range(count)]
    actions.refresh_company(shop.company.pk, at=AT)
    return staff


def test_nobody_is_reminded_twice_within_a_week(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)

    def remind(at: datetime) -> DeskJob:
        chosen = [firm.yong.pk, firm.lan.pk]
        job = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=chosen, at=at, by=firm.manager)
        return run(job, at)

    first = remind(now)
    assert (first.state, first.succeeded, first.passed_over) == ("done", 2, {})
    again = remind(now + timedelta(days=6))
    assert (again.succeeded, again.passed_over) == (0, {"reminded_lately": 2})
    later = now + timedelta(days=8)
    assert remind(later).succeeded == 2
    assert Notice.objects.filter(person=firm.yong, kind__startswith="enterprise.").count() == 2
    assert Reminder.objects.filter(person=firm.yong).count() == 2


def test_what_a_reminder_would_do_is_said_beforehand_and_is_what_it_does(firm: Firm, now: datetime) -> None:
    third = people.learner("第三人", post="labor", rule_set="jiangxi", region="360100")
    people.join(third, firm.place)
    actions.refresh_company(firm.place.pk, at=now)
    RosterLine.objects.filter(person=firm.yong).update(missing=0, overdue=False)
    chosen = [firm.yong.pk, firm.lan.pk, third.pk]
    first = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=[firm.lan.pk], at=now, by=firm.manager)
    run(first, now)
    preview = remind_preview(desk(firm), chosen, at=now + timedelta(days=1))
    assert (preview.reminded, preview.complete, preview.lately) == (1, 1, 1)
    job = actions.ask_reminders(
        organisation_uuid=firm.place.uuid, people=chosen, at=now + timedelta(days=1), by=firm.manager
    )
    done = run(job, now + timedelta(days=1))
    assert (done.succeeded, done.passed_over) == (1, {"nothing_missing": 1, "reminded_lately": 1})
    page = client_of(firm.manager).get(reverse("enterprise:deed", args=[firm.place.uuid, "remind"])).content.decode()
    assert "将提醒" in page


def test_who_misses_nothing_is_not_reminded(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    RosterLine.objects.filter(person=firm.yong).update(missing=0, overdue=False)
    job = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=firm.manager)
    assert run(job, now).passed_over == {"nothing_missing": 1}


def test_a_manager_who_is_revoked_stops_the_job(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    job = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=firm.manager)
    firm.manager.memberships.update(valid_until=now.date())
    done = run(job, now)
    assert (done.state, done.trouble, done.succeeded) == ("failed", "not_allowed", 0)
    assert not Reminder.objects.exists()


def test_a_killed_job_goes_on_where_it_was(shop: Shop) -> None:
    staff = employed(shop, 25)
    line = shop.paid(30)
    edition_id = published_edition(fill_shelf().courses["site_civil-04"]).pk
    job = actions.ask_enrolment(
        organisation_uuid=shop.company.uuid, product_id=line.product_id, edition_ids=[edition_id],
        people=[one.pk for one in staff], at=AT, by=shop.manager,
    )  # fmt: skip
    assert actions.take_step(job.uuid, at=AT)
    half = DeskJob.objects.get(pk=job.pk)
    assert (half.state, half.done, half.succeeded) == ("running", 20, 20)
    assert actions.silent_jobs(at=AT + timedelta(minutes=5)) == (job.uuid,)
    done = run(job, AT)
    assert (done.state, done.done, done.succeeded) == ("done", 25, 25)
    assert Assignment.objects.filter(line=line, released_at__isnull=True).count() == 25
    assert [one.edition_id for one in active_enrolments(staff[-1].pk)] == [edition_id]


def test_seats_are_asked_for_beforehand_and_never_oversold_meanwhile(shop: Shop) -> None:
    staff = employed(shop, 5)
    line = shop.paid(4)
    edition_id = published_edition(fill_shelf().courses["site_civil-04"]).pk

    def ask(count: int) -> DeskJob:
        return actions.ask_enrolment(
            organisation_uuid=shop.company.uuid, product_id=line.product_id, edition_ids=[edition_id],
            people=[one.pk for one in staff[:count]], at=AT, by=shop.manager,
        )  # fmt: skip

    with pytest.raises(DeskRefused, match="not_enough_seats"):
        ask(5)
    first, second = ask(4), ask(4)
    from lms.commerce.actions import assign_seat

    assign_seat(line_id=line.pk, learner=staff[4], at=AT, by=shop.manager)  # somebody was quicker
    done = run(first, AT)
    assert (done.succeeded, done.passed_over) == (3, {"no_seat_left": 1})
    assert run(second, AT).succeeded == 3  # who sits already is only enrolled
    assert Seat.objects.filter(line=line, state=Seat.State.TAKEN).count() == 4


def test_a_general_seat_needs_a_course(shop: Shop) -> None:
    staff = employed(shop, 1)
    with pytest.raises(DeskRefused, match="no_course_chosen"):
        actions.ask_enrolment(
            organisation_uuid=shop.company.uuid, product_id=shop.product.pk, edition_ids=[],
            people=[staff[0].pk], at=AT, by=shop.manager,
        )  # fmt: skip


def test_the_preview_says_what_is_missing_and_what_it_costs(shop: Shop) -> None:
    employed(shop, 6)
    line = shop.paid(2)
    address = reverse("enterprise:deed", args=[shop.company.uuid, "enrol"])
    page = client_of(shop.manager).get(address, {"product": line.product_id}).content.decode()
    on_the_roster = RosterLine.objects.filter(organisation=shop.company).count()
    assert "还缺席位" in page and f"{(on_the_roster - 2) * 128:,}" in page
    assert Product.objects.get(pk=line.product_id).name in client_of(shop.manager).get(address).content.decode()


def test_a_leaver_keeps_hours_frees_the_seat_and_is_seen_no_more(shop: Shop) -> None:
    leaver, stays = employed(shop, 2)
    line = shop.paid(2)
    from lms.commerce.actions import assign_seats

    assign_seats(line_id=line.pk, learner_ids=[leaver.pk, stays.pk], at=AT, by=shop.manager)
    address = reverse("enterprise:deed", args=[shop.company.uuid, "leave"])
    client = client_of(shop.manager)
    refused = client.post(f"{address}?person={leaver.uuid}", follow=True).content.decode()
    assert "请勾选确认" in refused
    client.post(f"{address}?person={leaver.uuid}", {"sure": "1"})
    assert not RosterLine.objects.filter(person=leaver).exists()
    assert Assignment.objects.filter(released_at__isnull=True).get().learner == stays
    assert client.get(reverse("enterprise:member", args=[shop.company.uuid, leaver.uuid])).status_code == 404
    assert User.objects.get(pk=leaver.pk).is_active
    with pytest.raises(DeskRefused, match="not_yourself"):
        actions.let_go(organisation_uuid=shop.company.uuid, people=[shop.manager.pk], at=AT, by=shop.manager)


def test_a_leaver_keeps_the_hours(firm: Firm, now: datetime) -> None:
    record_hours(
        learner=firm.yong, category="enterprise", hours=3, source_kind="enterprise", rule_set_code="jiangxi",
        post_code="", activity_day=timezone.localdate(now), title="塔吊", at=now, by=None,
    )  # fmt: skip
    before = decisions_of(firm.yong.pk, timezone.localdate(now))
    assert before[0].current is not None and before[0].current.total == 3
    actions.refresh_company(firm.place.pk, at=now)
    actions.let_go(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=firm.manager)
    after = decisions_of(firm.yong.pk, timezone.localdate(now))
    assert [one.current for one in after] == [one.current for one in before]


def test_a_plan_enrols_in_all_its_courses_by_one_seat(shop: Shop) -> None:
    shelf = fill_shelf()
    editions = [published_edition(shelf.courses[topic]).pk for topic in ("site_civil-04", "C06")]
    money.publish_prices(
        region_code="500000", document="2号", valid_from=AT.date(), at=AT, by=None,
        offers=[money.Offered("plan", "2026 继续教育·土建施工员", 19_800, editions=tuple(editions))],
    )  # fmt: skip
    plan, staff = Product.objects.get(kind="plan"), employed(shop, 3)
    order = money.place_order(
        company_id=shop.company.pk, quantities={plan.pk: 3}, invoice=shop.invoice(), at=AT, by=shop.manager
    )
    payment = Payment.objects.create(order=order, method="transfer", started_at=AT)
    money.settle_payment(payment_uuid=payment.uuid, intent_id="", amount_minor=59_400, currency="cny", at=AT)
    chosen = "&".join(f"person={one.uuid}" for one in staff)
    address = f"{reverse('enterprise:deed', args=[shop.company.uuid, 'enrol'])}?{chosen}"
    page = client_of(shop.manager).get(f"{address}&product={plan.pk}").content.decode()
    assert all(edition_outlines(editions)[one].course_title in page for one in editions)
    client_of(shop.manager).post(address, {"product": plan.pk})
    job = run(DeskJob.objects.get(), AT)
    assert (job.state, job.succeeded) == ("done", 3)
    for one in staff:
        assert {enrolled.edition_id for enrolled in active_enrolments(one.pk)} == set(editions)
    assert Seat.objects.filter(line__order=order, state=Seat.State.TAKEN).count() == 3


def test_the_rule_by_which_people_are_chosen_is_said(shop: Shop) -> None:
    due, later = employed(shop, 2)
    day = AT.date() + timedelta(days=100)
    RosterLine.objects.filter(person=due).update(ends_on=day - timedelta(days=1), missing=9)
    RosterLine.objects.filter(person=later).update(ends_on=day, missing=9)
    address = reverse("enterprise:deed", args=[shop.company.uuid, "enrol"])
    page = client_of(shop.manager).get(address, {"before": day.isoformat(), "missing": "on"}).content.decode()
    assert f"周期截止早于 {day.isoformat()}" in page and "缺学时的" in page
    assert due.name in page and f"<span>{later.name}</span>" not in page


@pytest.mark.parametrize("query", ["site=gone", "person=nobody", "state=nonsense", "before=never"])
def test_a_filter_that_cannot_be_read_lets_nobody_go(shop: Shop, query: str) -> None:
    employed(shop, 3)
    address = reverse("enterprise:deed", args=[shop.company.uuid, "leave"])
    before = RosterLine.objects.filter(organisation=shop.company).count()
    client = client_of(shop.manager)
    assert client.get(f"{address}?{query}").status_code == 200
    said = client.post(f"{address}?{query}", {"sure": str(before)}, follow=True).content.decode()
    assert "没有选中任何人" in said
    assert RosterLine.objects.filter(organisation=shop.company).count() == before


def test_more_people_than_were_shown_are_not_let_go(shop: Shop) -> None:
    employed(shop, 3)
    address = reverse("enterprise:deed", args=[shop.company.uuid, "leave"])
    before = RosterLine.objects.filter(organisation=shop.company).count()
    client_of(shop.manager).post(address, {"sure": str(before - 1)})
    assert RosterLine.objects.filter(organisation=shop.company).count() == before


def test_nobody_with_a_certificate_makes_no_file(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    job = actions.ask_papers(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=firm.manager)
    done = run(job, now)
    assert (done.state, done.file_name, done.passed_over) == ("done", "", {"no_certificate": 1})
    address = reverse("enterprise:job_file", args=[firm.place.uuid, job.uuid])
    assert client_of(firm.manager).get(address).status_code == 404


def test_a_job_is_seen_by_its_company_alone(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    job = actions.ask_reminders(organisation_uuid=firm.place.uuid, people=[firm.yong.pk], at=now, by=firm.manager)
    theirs = reverse("enterprise:job", args=[firm.place.uuid, job.uuid])
    assert client_of(firm.manager).get(theirs).status_code == 200
    assert client_of(firm.other).get(theirs).status_code == 403
    other_desk = actions.tell_managers(at=now) and firm.other.memberships.get().organisation.uuid
    assert client_of(firm.other).get(reverse("enterprise:job", args=[other_desk, job.uuid])).status_code == 404
    client_of(firm.manager).post(theirs)
    assert DeskJob.objects.get(pk=job.pk).state == "cancelled"


def test_the_monthly_report_is_sent_once(firm: Firm, now: datetime) -> None:
    actions.refresh_company(firm.place.pk, at=now)
    assert actions.tell_managers(at=now) >= 2
    assert actions.tell_managers(at=now) == 0
    assert Notice.objects.filter(person=firm.manager, kind="enterprise.monthly").count() == 1


def test_the_roster_page_asks_a_fixed_number_of_questions(firm: Firm, now: datetime) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("enterprise:people", args=[firm.place.uuid])).status_code == 200
        return len(queries)

    client = client_of(firm.manager)
    actions.refresh_company(firm.place.pk, at=now)
    asked()
    few = asked()
    for _ in range(12):
        people.join(people.learner(post="labor", rule_set="jiangxi", region="360100"), firm.place)
    actions.refresh_company(firm.place.pk, at=now)
    assert asked() == few
