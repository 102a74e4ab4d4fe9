"""Old paper certificates: the rules answer at once, an officer confirms, the issuer numbers; outsiders find no door."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from lms.accounts.actions import record_identity
from lms.accounts.models import Licence, User
from lms.certificates import actions, paper_queries, queries
from lms.certificates.domain.asking import ask_from_json
from lms.certificates.models import Certificate, CertificateRequest, PaperExchange
from lms.certificates.paper_queries import Wish
from lms.credit.actions import record_hours
from lms.credit.domain.cycle import window_number
from lms.credit.domain.exchange import Answer
from lms.credit.queries import decisions_of
from lms.organisations.models import Region
from tests.lms.certificates.standing import PLATFORM, id_number
from tests.people import MADE_AT, authority, learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_roles")]
DEMO = Wish("999900", old_number="旧-2015-0001", old_post="安全员", new_post_code="quality_civil")


def old_holder(at: datetime, *, hours: int = 3, born: str = "19880312", man: bool = True) -> User:
    user = learner("老安全员")
    number = id_number(born, man=man)
    record_identity(user=user, kind="resident_id", legal_name="老安全员", number=number, at=MADE_AT, by=None)
    if hours:
        record_hours(
            learner=user,
            category="online_general",
            hours=hours,
            source_kind="imported",
            rule_set_code="demo",
            activity_day=(at - timedelta(days=3)).date(),
            title="换发学习",
            at=at,
            by=None,
        )
    return user


def demo_region(settings: Settings) -> None:
    """Let the demo's region be there, as it is in a demo."""
    settings.DEMO = True
    Region.objects.get_or_create(code="999900", defaults={"name": "演示区（虚构）", "level": "city", "fictional": True})


def officer() -> User:
    return authority("100000")


def test_a_safety_officer_becomes_a_quality_inspector_with_a_number(now: datetime) -> None:
    user = old_holder(now)
    row = actions.apply_for_exchange(applicant=user, wish=DEMO, at=now)
    actions.decide_exchange_application(application_uuid=row.uuid, confirm=True, remark="属实", at=now, by=officer())
    asked = CertificateRequest.objects.get()
    ask = ask_from_json(asked.body)
    assert (asked.state, ask.deed, ask.old_number, ask.post_code) == (
        "queued",
        "exchange",
        "旧-2015-0001",
        "quality_civil",
    )
    number = actions.issue(ask, platform_code=PLATFORM, at=now).number
    answer = {"outcome": "issued", "certificate": queries.snapshot_of(queries.issued_view(number)).as_json()}
    for _ in range(2):
        actions.take_answer(request_uuid=asked.uuid, answer=answer, at=now)
    (mine,) = queries.certificates_of(user.pk)
    assert (mine.number, mine.latest.kind, mine.latest.facts.replaces) == (number, "exchange", "旧-2015-0001")
    licence = Licence.objects.get(holder=user)
    assert (licence.number, licence.issued_on) == (number, mine.latest.facts.issued_on)


def exchanged(at: datetime) -> tuple[User, Certificate]:
    """Somebody whose old paper was exchanged on that day, and what the issuer has of it."""
    user = old_holder(at)
    row = actions.apply_for_exchange(applicant=user, wish=DEMO, at=at)
    actions.decide_exchange_application(application_uuid=row.uuid, confirm=True, remark="属实", at=at, by=officer())
    asked = CertificateRequest.objects.get(kind="exchange")
    issued = actions.issue(ask_from_json(asked.body), platform_code=PLATFORM, at=at)
    answer = {"outcome": "issued", "certificate": queries.snapshot_of(queries.issued_view(issued.number)).as_json()}
    actions.take_answer(request_uuid=asked.uuid, answer=answer, at=at)
    return user, issued


def test_the_first_cycle_of_an_exchanged_certificate_begins_on_the_day_after(now: datetime) -> None:
    """Both sides reckon so: the ledger, and the issuer for the last day that it prints, now and at each renewal."""
    user, issued = exchanged(now)
    today = timezone.localdate(now)
    (standing,) = decisions_of(user.pk, today)
    assert standing.current is not None
    window = standing.current.window
    assert window is not None
    assert window.start == today + timedelta(days=1)
    assert issued.valid_to == window.last_day
    record_hours(
        learner=user, category="online_general", hours=1, source_kind="imported", rule_set_code="demo",
        activity_day=today, title="换发当天", at=now, by=None,
    )  # fmt: skip
    later = now + timedelta(days=9)
    for category, hours in (("online_general", 1), ("online_professional", 2)):
        record_hours(
            learner=user, category=category, hours=hours, source_kind="imported", rule_set_code="demo",
            post_code="quality_civil" if category == "online_professional" else "",
            activity_day=(later - timedelta(days=1)).date(), title="演示课程", at=later, by=None,
        )  # fmt: skip
    (standing,) = decisions_of(user.pk, timezone.localdate(later))
    assert standing.current is not None
    assert (int(standing.current.total), standing.current.satisfied) == (3, True), (
        "the day of the exchange itself is outside"
    )
    actions.consider(learner_id=user.pk, at=later)
    renewal = ask_from_json(CertificateRequest.objects.get(kind="renewal").body)
    renewed = actions.issue(renewal, platform_code=PLATFORM, at=later)
    assert standing.rules is not None
    following = window_number(2, today, standing.rules, exchanged_on=today)
    assert renewed.valid_to == following.last_day


def forget_the_day(user: User) -> Licence:
    """Make the licence what it was before a licence had a day of exchange."""
    Licence.objects.filter(holder=user).update(exchanged_on=None)
    return Licence.objects.get(holder=user)


def find_the_days() -> None:
    with connection.cursor() as cursor:
        cursor.execute(import_module("lms.certificates.migrations.0007_days_of_exchange").FORWARD)


def test_who_exchanged_before_the_day_was_kept_has_it_and_the_right_cycle(now: datetime) -> None:
    user, issued = exchanged(now)
    licence = forget_the_day(user)
    find_the_days()
    licence.refresh_from_db()
    assert licence.exchanged_on == timezone.localdate(now)
    (standing,) = decisions_of(user.pk, timezone.localdate(now))
    assert standing.current is not None and standing.current.window is not None
    assert standing.current.window.last_day == issued.valid_to


def test_where_nobody_knows_of_an_exchange_no_day_is_made_up(now: datetime) -> None:
    user, _ = exchanged(now)
    licence = forget_the_day(user)
    Licence.objects.filter(pk=licence.pk).update(issued_on=timezone.localdate(now) - timedelta(days=1))
    holder = learner("从未换发", post="site_civil")
    find_the_days()
    for each in (licence, Licence.objects.get(holder=holder)):
        each.refresh_from_db()
        assert each.exchanged_on is None


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"says_healthy": False}, Answer.HEALTH),
        ({"says_no_bad_record": False}, Answer.BAD_RECORD),
        ({"new_post_code": "machinery"}, Answer.POST),
        ({"region_code": "360000"}, Answer.DEADLINE),
        ({"region_code": "420000", "old_post": "质量员"}, Answer.DEADLINE),
    ],
)
def test_the_rules_say_at_once_what_stands_against_it(
    changes: dict[str, object], answer: Answer, now: datetime
) -> None:
    wish = Wish(**{**{name: getattr(DEMO, name) for name in DEMO.__slots__}, **changes})
    with pytest.raises(actions.PaperRefused) as refused:
        actions.apply_for_exchange(applicant=old_holder(now), wish=wish, at=now)
    assert refused.value.decision is not None
    assert refused.value.decision.answer is answer
    assert not PaperExchange.objects.exists()


@pytest.mark.parametrize(
    ("born", "man", "answer"),
    [
        ("19660510", True, Answer.OK),  # sixty tomorrow
        ("19660509", True, Answer.AGE),
        ("19710510", False, Answer.OK),
        ("19710509", False, Answer.AGE),
    ],
)
def test_age_is_read_off_the_id_document(born: str, man: bool, answer: Answer, now: datetime) -> None:
    user = old_holder(now, born=born, man=man)
    decision = paper_queries.answer_to(user.pk, DEMO, now.date())
    assert decision is not None
    assert decision.answer is answer


def test_hours_and_a_document_are_asked_for(now: datetime) -> None:
    with pytest.raises(actions.PaperRefused) as refused:
        actions.apply_for_exchange(applicant=old_holder(now, hours=2), wish=DEMO, at=now)
    assert refused.value.decision is not None
    assert refused.value.decision.answer is Answer.HOURS
    with pytest.raises(actions.PaperRefused, match="no_document"):
        actions.apply_for_exchange(applicant=learner(), wish=DEMO, at=now)


def test_an_old_certificate_is_exchanged_once(now: datetime) -> None:
    user = old_holder(now)
    actions.apply_for_exchange(applicant=user, wish=DEMO, at=now)
    with pytest.raises(actions.PaperRefused, match="exchanged_before"):
        actions.apply_for_exchange(applicant=user, wish=DEMO, at=now)


def test_only_an_officer_of_the_area_decides_and_with_a_reason(now: datetime) -> None:
    row = actions.apply_for_exchange(applicant=old_holder(now), wish=DEMO, at=now)
    for by, remark, code in ((authority("500000"), "好", "not_your_area"), (officer(), " ", "no_reason")):
        with pytest.raises(actions.PaperRefused, match=code):
            actions.decide_exchange_application(application_uuid=row.uuid, confirm=True, remark=remark, at=now, by=by)
    actions.decide_exchange_application(
        application_uuid=row.uuid, confirm=False, remark="旧证不符", at=now, by=officer()
    )
    assert not CertificateRequest.objects.exists()
    with pytest.raises(actions.PaperRefused, match="decided_before"):
        actions.decide_exchange_application(application_uuid=row.uuid, confirm=True, remark="好", at=now, by=officer())


def test_the_page_says_where_it_is_closed_and_why(client: Client, settings: Settings) -> None:
    demo_region(settings)
    client.force_login(learner())
    page = client.get(reverse("certificates:paper_exchange")).content.decode()
    assert "系统自动关闭" in page
    assert "受理中" in page


def test_the_whole_way_through_the_pages(client: Client, settings: Settings) -> None:
    demo_region(settings)
    client.force_login(old_holder(timezone.now()))
    address = reverse("certificates:paper_exchange")
    wrong = client.post(
        address, {"region_code": "999900", "old_number": "旧-1", "old_post": "安全员", "new_post_code": "labor"}
    )
    assert wrong.status_code == 422
    assert "安全员可以换发施工员或质量员" in wrong.content.decode()
    right = {
        "region_code": "999900",
        "old_number": "旧-1",
        "old_post": "安全员",
        "new_post_code": "site_civil",
        "says_healthy": "on",
        "says_no_bad_record": "on",
    }
    assert client.post(address, right).status_code == 302
    row = PaperExchange.objects.get()
    decide = reverse("certificates:decide_exchange", args=[row.uuid])
    assert client.get(decide).status_code == 403
    client.force_login(authority("500000"))
    assert client.get(decide).status_code == 404
    client.force_login(officer())
    assert row.old_number in client.get(reverse("certificates:desk")).content.decode()
    assert client.post(decide, {"agree": "yes", "remark": "属实"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "confirmed"
