"""The auditor's desk: one learner's day, one credited hour end to end, and leads with the records that they stand on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from analytics.audit import opened_hours
from analytics.audit.leads import leads
from analytics.audit.learner_days import learner_day
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.analytics import town
from tests.analytics.audit.test_evidence import LEARNER, LESSON, awarded, published, watched
from tests.analytics.conftest import Append, Person
from tests.analytics.learning_log.tampering import let_a_superuser_write, sql

pytestmark = pytest.mark.django_db
Seal = Callable[[], Sequenced]
MORNING = datetime.fromisoformat("2026-05-09T09:00:00+08:00")


def span(append: Append, learner: int, at: datetime, session: str, seconds: int = 60) -> LogRecord:
    return append(
        kind="player.span_watched",
        learner_id=learner,
        subject=LESSON,
        happened_at=at,
        payload={
            "session_uuid": session, "subject_uuid": LESSON, "video_uuid": LESSON, "spans": [[0, seconds * 1000]],
            "counted_ms": seconds * 1000, "wall_from": at.isoformat(),
            "wall_until": (at + timedelta(seconds=seconds)).isoformat(), "beats": 12,
        },
    )  # fmt: skip


def opened(append: Append, learner: int, said: dict[str, list[str]]) -> LogRecord:
    payload = {"session_uuid": LESSON, "subject_uuid": LESSON, "video_uuid": LESSON, "token": 1}
    return append(kind="player.session_opened", learner_id=learner, subject=LESSON, payload=payload | said)


def addresses(award: LogRecord) -> list[str]:
    return [
        reverse("audit:leads"),
        reverse("audit:hour", args=[award.pk]),
        reverse("audit:day", args=[LEARNER, "2026-05-09"]),
    ]


@pytest.fixture
def award(now: datetime) -> LogRecord:
    published(now, 600_000)
    seen = watched(MORNING, (0, 300_000))
    watched(MORNING + timedelta(minutes=5), (300_000, 420_000))
    last = watched(MORNING + timedelta(minutes=20), (0, 60_000))
    assert seen.pk < last.pk
    return awarded(now, "2026-05-09", 420, last.pk)


def test_an_hour_opens_end_to_end(award: LogRecord, seal: Seal, client: Client, auditor: User) -> None:
    seal()
    client.force_login(auditor)
    answer = client.get(reverse("audit:hour", args=[award.pk]))
    opened = answer.context["opened"]
    assert {step.name: len(step.links) for step in opened.steps} == {
        "published": 1, "rules": 0, "sittings": 0, "watched": 3, "checks": 0, "refused": 0, "decided": 1, "paper": 0,
    }  # fmt: skip
    assert all(link.proved for step in opened.steps for link in step.links)
    assert (opened.agrees, opened.again_seconds) == (True, 420)
    assert "5 条记录中，5 条的证明通到签名检查点" in answer.content.decode()
    look = LogRecord.objects.get(kind="audit.hour_opened")
    assert (look.actor_id, look.learner_id, look.payload) == (auditor.pk, LEARNER, {"record_id": award.pk, "shown": 5})


def test_an_hour_that_was_never_watched_is_seen(award: LogRecord, now: datetime, client: Client, auditor: User) -> None:
    generous = awarded(now, "2026-05-09", 100, award.payload["log_record_id"])
    client.force_login(auditor)
    address = reverse("audit:hour", args=[generous.pk])
    assert "2026-05-09：观看记录支持 7 分 00 秒，台账记入了 8 分 40 秒。" in client.get(address).content.decode()


def rules_shown(award: LogRecord, client: Client, auditor: User) -> set[str]:
    client.force_login(auditor)
    opened = client.get(reverse("audit:hour", args=[award.pk])).context["opened"]
    (step,) = [step for step in opened.steps if step.name == "rules"]
    return {str(link.row.payload["code"]) for link in step.links}


def test_a_licence_of_a_companys_list_brings_its_rules(now: datetime, client: Client, auditor: User) -> None:
    """The import tells the region; whoever has another licence as well is judged by both."""
    for code in ("chongqing", "jiangxi", "xinjiang"):
        town.file("credit.rule_set_loaded", now, code=code)
    town.file("enterprise.person_imported", now, LEARNER, outcome="new", post_code="site_civil", region_code="360000")
    published(now, 600_000)
    first = awarded(now, "2026-05-09", 300, watched(MORNING, (0, 300_000)).pk)
    assert rules_shown(first, client, auditor) == {"jiangxi"}
    town.file("accounts.licence_recorded", now, LEARNER, rule_set_code="chongqing")
    second = awarded(now, "2026-05-09", 1, first.pk)
    assert rules_shown(second, client, auditor) == {"jiangxi", "chongqing"}


def test_an_hour_of_somebody_who_learnt_for_years_is_judged_by_its_own_records(
    award: LogRecord, now: datetime, client: Client, auditor: User, append_many: Callable[..., list[LogRecord]]
) -> None:
    other = "99999999-9999-4999-8999-999999999999"
    append_many(
        opened_hours.MOST_RECORDS, kind="credit.hours_awarded", learner_id=LEARNER, subject=other,
        payload={**award.payload, "source_ref": other, "entry_uuid": other},
    )  # fmt: skip
    client.force_login(auditor)
    opened = client.get(reverse("audit:hour", args=[award.pk])).context["opened"]
    assert (opened.agrees, opened.again_seconds) == (True, 420)


def test_an_entry_that_names_no_lesson_is_not_mixed_up_with_others(
    now: datetime, client: Client, auditor: User
) -> None:
    """Hours that were brought along name none: each has a ledger of its own, with what took it back."""
    entries = [f"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa{n}" for n in range(2)]
    mine, _other = (
        town.file(
            "credit.hours_awarded", now, LEARNER, entry_uuid=entry, source_ref="", source_kind="imported", seconds=60
        )
        for entry in entries
    )
    back = town.file(
        "credit.hours_reversed", now, LEARNER, entry_uuid=LESSON, reversed_uuid=entries[0], source_ref="", seconds=-60
    )
    client.force_login(auditor)
    opened = client.get(reverse("audit:hour", args=[mine.pk])).context["opened"]
    shown = {step.name: [link.row.id for link in step.links] for step in opened.steps}
    assert (shown["decided"], shown["watched"], shown["published"]) == ([mine.pk, back.pk], [], [])


def test_of_a_part_of_the_records_nothing_is_said(
    award: LogRecord, client: Client, auditor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened_hours, "MOST_RECORDS", 2)
    client.force_login(auditor)
    answer = client.get(reverse("audit:hour", args=[award.pk]))
    assert answer.context["opened"].again is None
    assert "这节课的记录太多，没有在这里重算" in answer.content.decode()


def test_an_altered_record_stands_out_in_the_chain(award: LogRecord, seal: Seal, client: Client, auditor: User) -> None:
    seal()
    let_a_superuser_write()
    victim = LogRecord.objects.filter(kind="player.span_watched").earliest("pk")
    sql("UPDATE analytics_logrecord SET payload = jsonb_set(payload, '{beats}', '9') WHERE id = %s", victim.pk)
    client.force_login(auditor)
    opened = client.get(reverse("audit:hour", args=[award.pk])).context["opened"]
    assert [link.row.id for step in opened.steps for link in step.links if link.row.fault] == [victim.pk]


def test_only_awards_open(append: Append, client: Client, auditor: User) -> None:
    client.force_login(auditor)
    assert client.get(reverse("audit:hour", args=[append().pk])).status_code == 404
    assert client.get(reverse("audit:hour", args=[10**9])).status_code == 404


def test_a_day_is_drawn_on_a_line_of_24_hours(award: LogRecord, client: Client, auditor: User) -> None:
    shown = learner_day(LEARNER, MORNING.date())
    # Filed on the day of the test's clock, whatever day they tell of.
    filed = learner_day(LEARNER, award.recorded_at.astimezone(MORNING.tzinfo).date())
    assert shown.rows == () or shown == filed
    assert (len(filed.watched), filed.counted_ms) == (3, 480_000)
    client.force_login(auditor)
    page = client.get(reverse("audit:day", args=[LEARNER, filed.day.isoformat()])).content.decode()
    assert page.count("<rect") == 4
    assert LogRecord.objects.get(kind="audit.day_viewed").learner_id == LEARNER
    assert client.get(reverse("audit:day", args=[LEARNER, "2026-13-01"])).status_code == 404


def test_leads_are_ranked_and_name_their_records(append: Append, now: datetime, client: Client, auditor: User) -> None:
    for person in (11, 12, 13, 14):
        append(kind="accounts.signed_in", actor_id=person, payload={"address_index": "same"})
    append(kind="accounts.signed_in", actor_id=15, payload={"address_index": "another"})
    noon = now.replace(hour=4, minute=0)
    one, other = span(append, 21, noon, "s1", 90), span(append, 21, noon + timedelta(seconds=30), "s2", 90)
    span(append, 22, noon, "s3", 90)
    span(append, 22, noon + timedelta(seconds=90), "s4", 90)
    for number in range(6):
        for learner in (31, 32):
            span(append, learner, noon + timedelta(minutes=10 * number), f"t{learner}", 45)
    clock = LogRecord.objects.latest("pk").recorded_at.astimezone(MORNING.tzinfo)
    night = clock.replace(hour=2, minute=0) - timedelta(days=1)
    for number in range(40):
        span(append, 41, night + timedelta(minutes=number), "n", 60)
    said: list[dict[str, list[str]]] = [{"hints": ["webdriver"]}, {"hints": ["headless", "webdriver"]}, {}]
    for one_sitting in said:
        opened(append, 61, one_sitting)
    opened(append, 62, {})
    found = {lead.kind: lead for lead in leads(LogRecord.objects.latest("pk").recorded_at + timedelta(seconds=1))}
    assert set(found) == {"shared_address", "overlap", "in_step", "night", "driven"}
    assert (found["driven"].pattern.persons, found["driven"].pattern.amount) == ((61,), 2)
    assert found["driven"].pattern.share_percent == 66
    assert found["shared_address"].pattern.persons == (11, 12, 13, 14)
    assert found["overlap"].pattern.persons == (21,)
    assert set(found["overlap"].pattern.records) == {one.pk, other.pk}
    assert (found["in_step"].pattern.persons, found["in_step"].pattern.amount) == ((31, 32), 6)
    assert (found["night"].pattern.persons, found["night"].pattern.amount) == ((41,), 2400)
    client.force_login(auditor)
    page = client.get(reverse("audit:leads")).content.decode()
    assert "4 人从同一网络地址登录" in page
    assert "浏览器自称由脚本操作：2 次观看，占 66 %" in page
    assert reverse("audit:record", args=[one.pk]) in page
    assert LogRecord.objects.get(kind="audit.leads_viewed").payload == {"shown": 5}


def test_an_honest_log_gives_no_lead(append: Append, now: datetime) -> None:
    for person in (11, 12):
        append(kind="accounts.signed_in", actor_id=person, payload={"address_index": "office"})
    for number in range(10):
        span(append, 51, now.replace(hour=4, minute=0) + timedelta(minutes=number), "one", 60)
    assert leads(LogRecord.objects.latest("pk").recorded_at + timedelta(seconds=1)) == ()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR, Role.ADMINISTRATOR}])
def test_outsiders_see_nothing_of_the_desk(award: LogRecord, client: Client, person: Person, role: Role) -> None:
    client.force_login(person(role))
    before = LogRecord.objects.count()
    assert {client.get(address).status_code for address in addresses(award)} == {403}
    assert LogRecord.objects.count() == before


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_of_the_desk_can_be_written_to(award: LogRecord, client: Client, auditor: User, method: str) -> None:
    client.force_login(auditor)
    assert {getattr(client, method)(address).status_code for address in addresses(award)} == {405}
