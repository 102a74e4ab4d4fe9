"""The pages of hours: one's own, with their evidence, and nobody else's."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from content.models import CourseEdition
from lms.accounts import actions as accounts
from lms.accounts.models import User
from lms.credit import queries
from lms.credit.actions import award_watched, record_hours, resolve_hold, reverse_entry
from lms.credit.models import RuleSetVersion
from lms.credit.rule_sets import shipped
from lms.enrolment.actions import enrol
from tests import people
from tests.lms.credit.conftest import House, file_watching, lesson_of

pytestmark = pytest.mark.django_db


def holder(
    rule_set: str = "chongqing", *, issued: int | None = 400, post: str = "site_civil", works: bool = True
) -> User:
    """A learner whose certificate was issued so many days ago (None: a candidate)."""
    user = people.learner()
    accounts.record_licence(
        holder=user,
        post_code=post,
        number=f"TEST-{user.pk:08d}" if issued is not None else "",
        issued_on=timezone.localdate() - timedelta(days=issued) if issued is not None else None,
        region_code="500000",
        rule_set_code=rule_set,
        works_in_post=works,
        at=timezone.now(),
        by=None,
    )
    return user


def give(user: User, category: str, hours: int, *, ago: int = 30, rule_set: str = "chongqing", **more: str) -> int:
    return record_hours(
        learner=user,
        category=category,
        hours=hours,
        activity_day=timezone.localdate() - timedelta(days=ago),
        title=f"{category} {hours}",
        source_kind="imported",
        rule_set_code=rule_set,
        at=timezone.now(),
        by=None,
        **more,  # type: ignore[arg-type]  # only texts are given here
    ).pk


def page(client: Client, user: User, address: str = "/hours/", status: int = 200) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("address", ["/hours/", "/hours/ledger/", "/hours/rules/chongqing/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(house: House, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/")


def test_the_sentence_that_matters_and_the_button_that_does_it(house: House, client: Client, now: datetime) -> None:
    user = holder()
    for category, hours in (("online_general", 30), ("online_professional", 10), ("live", 8), ("self_study", 24)):
        give(user, category, hours)
    enrol(learner=user, edition_id=house.formwork.pk, at=now, by=user)
    text = page(client, user)
    assert "土建施工员" in text
    assert "第 1 周期" in text
    assert "专业知识还差 <strong>2 学时</strong>" in text
    assert "开始学习：高支模的搭设与验收" in text
    assert f"/learn/{lesson_of(house.formwork)}/" in text
    assert text.count("btn-primary") == 1
    assert f"重庆规则 v{shipped('chongqing')['version']}" in text
    assert "62 <small>/ 64 学时" in text


def test_who_is_not_enrolled_can_enrol_by_the_button(house: House, client: Client) -> None:
    user = holder()
    give(user, "online_general", 20)
    text = page(client, user)
    assert f'action="/learn/enrol/{house.formwork.uuid}/"' in text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: holder(issued=None), "还不需要继续教育"),
        (lambda: holder("national", issued=100), "第一个周期从"),
        (lambda: holder("xinjiang", issued=400), "草案规则"),
        (lambda: holder("demo", issued=10), "虚构规则"),
        (lambda: holder(post="survey"), "不在全国 13 个岗位之内"),
        (lambda: holder(works=False), "不从事本岗位工作"),
        (people.outsider, "还没有登记您的岗位证书"),
        (people.employer, "还没有登记您的岗位证书"),
    ],
)
def test_each_state_says_what_it_is(house: House, client: Client, make: object, words: str) -> None:
    assert callable(make)
    assert words in page(client, make())


def test_a_finished_cycle_says_so(house: House, client: Client) -> None:
    user = holder()
    for category, hours in (("online_general", 20), ("online_professional", 12), ("f2f", 8), ("self_study", 24)):
        give(user, category, hours)
    assert "本周期学时 <strong>已达标</strong>" in page(client, user)


@pytest.mark.parametrize(
    ("self_study", "words"), [(10, "须重新参加培训"), (20, "须重新参加培训"), (30, "等待主管部门决定")]
)
def test_a_cycle_that_ended_badly_is_shown_first(house: House, client: Client, self_study: int, words: str) -> None:
    user = holder(issued=760)
    for category, hours in (
        ("online_general", 20),
        ("online_professional", 12),
        ("f2f", 4),
        ("self_study", self_study),
    ):
        give(user, category, hours, ago=100)
    text = page(client, user)
    assert words in text
    assert "第 1 周期" in text
    assert "本周期还差" in page(client, user, "/hours/?cycle=2")


def test_several_certificates_are_tabs(house: House, client: Client) -> None:
    user = holder()
    accounts.record_licence(
        holder=user,
        post_code="labor",
        number="TEST-LABOR",
        issued_on=date(2026, 1, 5),
        region_code="360000",
        rule_set_code="jiangxi",
        at=timezone.now(),
        by=None,
    )
    _, second = queries.decisions_of(user.pk, timezone.localdate())
    text = page(client, user, f"/hours/?licence={second.licence.uuid}")
    assert "江西规则" in text
    assert 'aria-current="page">劳务员' in text


def test_a_certificate_without_rules_refuses_kindly(house: House, client: Client) -> None:
    user = holder()
    RuleSetVersion.objects.filter(code="chongqing").update(effective_until=date(2026, 1, 1))
    text = page(client, user)
    assert "暂时算不出来" in text
    assert "没有受影响" in text


def test_nobody_opens_the_certificate_of_another(house: House, client: Client) -> None:
    user = holder()
    (theirs,) = queries.decisions_of(user.pk, timezone.localdate())
    query = f"?licence={theirs.licence.uuid}"
    for stranger in (
        people.outsider(),
        people.employer(),
        people.authority(),
        people.auditor(),
        people.administrator(),
        holder(),
    ):
        page(client, stranger, f"/hours/{query}", status=404)
        page(client, stranger, f"/hours/ledger/{query}", status=404)


def test_the_ledger_of_another_is_not_in_mine(house: House, client: Client) -> None:
    give(holder(), "self_study", 24, note="他人的论文")
    assert "他人的论文" not in page(client, holder(), "/hours/ledger/")


@pytest.mark.parametrize(
    "query", ["?licence=x", "?cycle=-1", "?cycle=1e9", "?cycle=²", f"?cycle={'9' * 40}", "?licence=%00"]
)
def test_nonsense_in_the_address_is_as_if_it_were_not_there(house: House, client: Client, query: str) -> None:
    page(client, holder(), f"/hours/{query}")


@pytest.mark.parametrize("query", ["?cycle=0", "?cycle=2", "?licence=5272afb8-248a-42d7-9dd9-11a4ffb43d12"])
def test_what_is_not_there_is_not_found(house: House, client: Client, query: str) -> None:
    page(client, holder(), f"/hours/{query}", status=404)


def test_the_ledger_shows_each_entry_with_its_evidence(house: House, client: Client, now: datetime) -> None:
    user = holder()
    lesson = lesson_of(house.formwork)
    record = file_watching(user, lesson, (0, 30), (40, 52), at=now)
    award_watched(learner_id=user.pk, subject_uuid=lesson, at=now)
    entry_id = give(user, "self_study", 4)
    reverse_entry(entry_id=entry_id, reason="材料重复", at=now, by=people.reviewer())
    text = page(client, user, "/hours/ledger/")
    assert "0:00–0:30" in text
    assert "0:40–0:52" in text
    assert f'href="/learn/{lesson}/why/"' in text
    assert f">{record.pk}" in text
    assert "系统按学习日志自动记入" in text
    assert "已冲回" in text
    assert "材料重复" in text
    assert "-4.00" in text


def test_the_ledger_is_filtered_by_category_and_kept_in_pages(house: House, client: Client) -> None:
    user = holder()
    for number in range(25):
        give(user, "online_general", 1, ago=number + 1)
    give(user, "self_study", 3, ago=0)
    assert "self_study 3" not in page(client, user, "/hours/ledger/?category=online_general")
    assert "第 2 页，共 2 页" in page(client, user, "/hours/ledger/?page=2")
    assert "self_study 3" in page(client, user, "/hours/ledger/?category=nonsense&page=1")


def test_what_is_not_yet_entered_is_shown_as_being_recorded(
    house: House, client: Client, formwork: CourseEdition, now: datetime
) -> None:
    from player.domain.spans import Span
    from player.models import Coverage

    user = holder()
    enrol(learner=user, edition_id=formwork.pk, at=now, by=user)
    Coverage.objects.create(
        learner=user, subject_uuid=lesson_of(formwork), duration_ms=64_000, spans=(Span(0, 25_000),), counted_ms=25_000
    )
    text = page(client, user)
    assert "正在记录" in text
    assert "25 秒" in text
    assert 'hx-trigger="every 15s"' in text


@pytest.mark.parametrize("code", ["national", "national_calendar_year", "chongqing", "jiangxi", "xinjiang", "demo"])
def test_every_value_of_the_rules_is_shown_with_its_source_or_as_assumed(
    house: House, client: Client, code: str
) -> None:
    text = page(client, people.outsider(), f"/hours/rules/{code}/")
    assert "假定值" in text
    assert "一学时（分钟）" in text
    assert "出处" in text


def test_rules_that_do_not_exist_are_not_found(house: House, client: Client) -> None:
    page(client, people.outsider(), "/hours/rules/atlantis/", status=404)


def test_pages_are_only_read(house: House, client: Client) -> None:
    client.force_login(holder())
    for address in ("/hours/", "/hours/ledger/", "/hours/rules/demo/"):
        assert client.post(address).status_code == 405


def test_each_course_says_what_finishing_it_would_change_and_the_outlook_says_what_is_left(
    house: House, client: Client
) -> None:
    user = holder()
    for category, hours in (("online_general", 30), ("online_professional", 10), ("live", 8), ("self_study", 24)):
        give(user, category, hours)
    text = page(client, user)
    assert "如果学完这门：专业知识还差" in text, "two lessons of 64 s are a fraction of an hour"
    end = (timezone.localdate() - timedelta(days=400)).replace(
        year=(timezone.localdate() - timedelta(days=400)).year + 2
    )
    assert f"到 {(end - timedelta(days=1)).isoformat()} 为止还要：专业知识 2 学时" in text
    assert "从现在起每周约" in text
    assert "下一周期：" in text


def test_a_course_that_closes_the_gap_says_so(house: House, client: Client) -> None:
    user = holder("demo", issued=10)
    give(user, "online_general", 1, ago=3, rule_set="demo")
    text = page(client, user)
    assert "如果学完这门：本周期达标" in text


def test_what_waits_stands_apart_with_what_releases_it(house: House, client: Client) -> None:
    user = holder()
    give(user, "self_study", 6, state="pending_review")
    give(user, "live", 8, state="test_pending", ago=40)
    give(user, "online_general", 2, state="provisional", ago=50)
    text = page(client, user)
    assert "还没有计入的" in text
    for words in ("审核认定后计入", "通过专项测试后计入", "核验通过后计入"):
        assert words in text
    assert "还没有计入的" not in page(client, holder())


def test_what_an_authority_decided_about_a_hold_is_told(house: House, client: Client) -> None:
    user = holder(issued=740)
    for category, hours in (("online_general", 30), ("online_professional", 10), ("live", 8), ("self_study", 24)):
        give(user, category, hours, ago=100)
    assert "等待主管部门决定" in page(client, user)
    (held,) = queries.decisions_of(user.pk, timezone.localdate())
    resolve_hold(
        licence_id=held.licence.id, cycle=1, outcome="renew", reason="停工期间无法参加", at=timezone.now(),
        by=people.authority("500000"),
    )  # fmt: skip
    text = page(client, user)
    assert "准予延续" in text
    assert "停工期间无法参加" in text
