"""Completing a cycle starts its renewal by itself; hold waits for an authority; retrain says what to do; each once."""

from copy import deepcopy
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from lms.accounts.models import Licence
from lms.certificates import actions, queries, tasks, waiting_queries
from lms.certificates.domain.asking import ask_from_json
from lms.certificates.models import CertificateRequest
from lms.credit.actions import reverse_entry
from lms.credit.actions.holds import resolve_hold
from lms.credit.models import CreditEntry, RuleSetVersion
from lms.credit.queries import decisions_of
from lms.credit.queries.balances import computed_balances
from lms.notices.models import Notice
from tests.lms.certificates.standing import FULL, PLATFORM, earn, holder, registered
from tests.people import authority, employer, join, learner, organisation, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_roles")]
AFTER_CYCLE = datetime.fromisoformat("2027-03-15T01:00:00+00:00")


def asked() -> CertificateRequest:
    return CertificateRequest.objects.get()


def test_the_last_hour_of_a_cycle_asks_for_its_renewal_once(now: datetime) -> None:
    user = holder()
    registered(user)
    earn(user, *FULL[:3], at=now)
    assert actions.consider(learner_id=user.pk, at=now) == ()
    earn(user, FULL[3], at=now)
    assert len(actions.consider(learner_id=user.pk, at=now)) == 1
    assert actions.consider(learner_id=user.pk, at=now + timedelta(days=1)) == ()
    ask = ask_from_json(asked().body)
    assert (asked().state, ask.cycle, ask.number) == ("queued", 1, Licence.objects.get().number)
    assert {item.code: item.hours for item in ask.hours}["online_professional"] == "12"
    assert ask_from_json(ask.as_json()) == ask
    assert queries.queued_requests() == ((asked().uuid, asked().body),)


def test_no_id_number_stands_in_what_is_sent(now: datetime) -> None:
    user = holder()
    earn(user, *FULL, at=now)
    actions.consider(learner_id=user.pk, at=now)
    body = str(asked().body)
    assert "9900001988" not in body


def test_without_a_document_nothing_is_asked_until_there_is_one(now: datetime) -> None:
    user = learner(post="site_civil")
    earn(user, *FULL, at=now)
    assert actions.consider(learner_id=user.pk, at=now) == ()
    assert not CertificateRequest.objects.exists()


def test_without_a_key_for_documents_nothing_is_asked(now: datetime, settings: Settings) -> None:
    user = holder()
    earn(user, *FULL, at=now)
    settings.EXCHANGE_ID_KEY = ""
    assert actions.consider(learner_id=user.pk, at=now) == ()
    assert not CertificateRequest.objects.exists()


def test_a_cycle_on_hold_waits_for_the_authority_and_goes_on_by_its_decision(now: datetime) -> None:
    user = holder()
    registered(user)
    earn(user, ("online_general", 40), ("online_professional", 12), ("f2f", 8), ("self_study", 4), at=now)
    assert actions.consider(learner_id=user.pk, at=now) == ()
    actions.consider(learner_id=user.pk, at=AFTER_CYCLE)
    assert asked().state == "waiting_authority"
    assert Notice.objects.get(person=user).kind == "certificates.waiting"
    resolve_hold(
        licence_id=Licence.objects.get().pk,
        cycle=1,
        outcome="renew",
        reason="自主学习材料已另行核实",
        at=AFTER_CYCLE,
        by=authority("500000"),
    )
    actions.consider(learner_id=user.pk, at=AFTER_CYCLE)
    assert asked().state == "queued"
    assert ask_from_json(asked().body).resolved


def test_the_authority_may_say_that_training_is_due(now: datetime) -> None:
    user = holder()
    registered(user)
    earn(user, ("online_general", 40), ("online_professional", 12), ("f2f", 8), ("self_study", 4), at=now)
    actions.consider(learner_id=user.pk, at=AFTER_CYCLE)
    resolve_hold(
        licence_id=Licence.objects.get().pk,
        cycle=1,
        outcome="retrain",
        reason="不足",
        at=AFTER_CYCLE,
        by=authority("500000"),
    )
    actions.consider(learner_id=user.pk, at=AFTER_CYCLE)
    assert asked().state == "retrain"


def test_too_few_hours_at_the_end_say_what_to_do(now: datetime) -> None:
    user = holder()
    registered(user)
    earn(user, ("online_general", 20), at=now)
    actions.consider(learner_id=user.pk, at=AFTER_CYCLE)
    assert asked().state == "retrain"
    assert Notice.objects.get(person=user).kind == "certificates.retrain"
    assert actions.consider(learner_id=user.pk, at=AFTER_CYCLE + timedelta(days=1)) == ()
    assert Notice.objects.filter(person=user).count() == 1


def test_draft_rules_decide_nothing_alone(now: datetime) -> None:
    user = holder(region="650000", rule_set="xinjiang")
    Licence.objects.update(issued_on=date(2023, 8, 1))
    earn(user, ("online_general", 64), at=now, rule_set="xinjiang")
    actions.consider(learner_id=user.pk, at=now)
    assert asked().state == "waiting_authority"
    with pytest.raises(PermissionError):
        actions.decide_waiting(request_uuid=asked().uuid, renew=True, reason="准予", at=now, by=authority("500000"))
    actions.decide_waiting(request_uuid=asked().uuid, renew=True, reason="准予", at=now, by=authority("650000"))
    assert asked().state == "queued"


def test_the_night_looks_at_those_alone_for_whom_there_is_something_to_do(
    now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Who is chosen is exactly who consider() changes something for: before it, never after it."""
    holds = (("online_general", 40), ("online_professional", 12), ("f2f", 8), ("self_study", 4))
    ledgers = {"short": FULL[:2], "full": FULL, "hold": holds, "undocumented": FULL, "taken back": FULL}
    people = {name: holder(serial=20 + n) for n, name in enumerate(ledgers) if name != "undocumented"}
    people["undocumented"] = learner(post="site_civil")
    for name, hours in ledgers.items():
        earn(people[name], *hours, at=now)
    ids = {name: user.pk for name, user in people.items()}

    def chosen(at: datetime) -> set[str]:
        found = actions.unsettled_among(ids.values(), at=at)
        return {name for name, number in ids.items() if number in found}

    def changed(at: datetime) -> set[str]:
        return {name for name, number in ids.items() if actions.consider(learner_id=number, at=at)}

    with django_assert_max_num_queries(5):
        assert chosen(now) == {"full", "undocumented", "taken back"}
    assert changed(now) == {"full", "taken back"}
    assert chosen(now) == {"undocumented"}, "whom nobody can name to the issuer is tried again each night"
    entry = CreditEntry.objects.get(learner=people["taken back"], category="self_study")
    reverse_entry(entry_id=entry.pk, reason="材料不实", at=now, by=reviewer())
    assert chosen(now) == {"undocumented", "taken back"}
    assert changed(now) == {"taken back"}
    assert chosen(AFTER_CYCLE) == {"short", "hold", "undocumented"}
    assert changed(AFTER_CYCLE) == {"short", "hold"}
    tasks.consider_everybody()
    assert chosen(AFTER_CYCLE) == {"undocumented"}


def test_rules_without_categories_renew_by_the_sum_alone(now: datetime) -> None:
    """The issuer is told the sum, accepts it, and one hour less is a doubt."""
    user = holder(region="420000", rule_set="national")
    Licence.objects.update(issued_on=date(2024, 8, 1))
    registered(user, valid_to=date(2027, 7, 31))
    earn(user, ("self_study", 40), ("online_general", 24), at=now, rule_set="national")
    actions.consider(learner_id=user.pk, at=now)
    ask = ask_from_json(asked().body)
    assert [(item.code, item.hours) for item in ask.hours] == [("total", "64")]
    assert actions.issue(ask, platform_code=PLATFORM, at=now).valid_to == date(2029, 7, 31)
    entry = CreditEntry.objects.get(learner=user, category="online_general")
    reverse_entry(entry_id=entry.pk, reason="材料不实", at=now, by=reviewer())
    actions.consider(learner_id=user.pk, at=now)
    assert asked().doubted_at == now


def test_a_new_version_of_the_rules_leaves_a_finished_cycle_as_it_was(now: datetime) -> None:
    """The version of its last day judges it, on both sides; the running one is judged by today's."""
    user = holder()
    Licence.objects.update(issued_on=date(2024, 3, 10))  # the first cycle ended two months ago
    registered(user, valid_to=date(2026, 3, 9))
    for n, (category, hours) in enumerate(FULL):
        earn(user, (category, hours), at=now - timedelta(days=100 + n))
    stricter("chongqing", total=200, since=date(2026, 3, 10), at=now)
    (standing,) = decisions_of(user.pk, timezone.localdate(now))
    assert standing.previous is not None
    assert standing.current is not None
    assert (standing.previous.state.value, int(standing.previous.required)) == ("complete", 64)
    assert (standing.current.rule_version, int(standing.current.required)) == ("2099.1", 200)
    actions.consider(learner_id=user.pk, at=now)
    ask = ask_from_json(asked().body)
    assert actions.issue(ask, platform_code=PLATFORM, at=now).number == ask.number


@pytest.mark.parametrize(
    ("by", "state", "required"),
    [("last_day", "complete", 64), ("first_day", "complete", 64), ("today", "retrain", 200)],
)
def test_the_rules_say_which_version_judges_a_cycle(now: datetime, by: str, state: str, required: int) -> None:
    user = holder()
    Licence.objects.update(issued_on=date(2024, 3, 10))
    for n, (category, hours) in enumerate(FULL):
        earn(user, (category, hours), at=now - timedelta(days=100 + n))
    stricter("chongqing", total=200, since=date(2026, 4, 1), at=now, judged_by=by)
    (standing,) = decisions_of(user.pk, timezone.localdate(now))
    assert standing.previous is not None
    assert standing.current is not None
    assert (standing.previous.state.value, int(standing.previous.required)) == (state, required)
    # Of a cycle that began before the version did, its first day decides otherwise than today.
    assert standing.current.required == (64 if by == "first_day" else 200)
    assert standing.in_cycle(1, timezone.localdate(now)) == standing.previous


def test_a_version_that_cuts_cycles_otherwise_judges_all_of_them(now: datetime) -> None:
    """A number means one stretch of days: two cycles of a year are not both the old one of two years."""
    user = holder()
    Licence.objects.update(issued_on=date(2024, 3, 10))
    stricter("chongqing", total=64, since=date(2026, 4, 1), at=now, years=1)
    for n, (category, hours) in enumerate(FULL):
        earn(user, (category, hours), at=now - timedelta(days=n))
        earn(user, (category, hours), at=now - timedelta(days=600 + n))
    today = timezone.localdate(now)
    (standing,) = decisions_of(user.pk, today)
    assert standing.current is not None and standing.current.window is not None
    assert standing.current.window.number == 3
    found = [standing.in_cycle(number, today) for number in (1, 2, 3)]
    assert [one.window.start.year for one in found if one and one.window] == [2024, 2025, 2026]
    balances = computed_balances(standing, today)
    assert len({one.cycle for one in balances}) == len(balances)


def test_a_renewal_that_waits_under_a_draft_is_seen_after_it_was_published(now: datetime) -> None:
    """The cycle stays with the version of its last day: only a person can free it, so a person must see it."""
    user = holder()
    Licence.objects.update(issued_on=date(2024, 3, 10))
    registered(user, valid_to=date(2026, 3, 9))
    for n, (category, hours) in enumerate(FULL):
        earn(user, (category, hours), at=now - timedelta(days=100 + n))
    stricter("chongqing", total=64, since=date(2026, 3, 10), at=now)
    old = RuleSetVersion.objects.exclude(version="2099.1").get(code="chongqing")
    old.data["status"]["v"] = old.status = "draft"
    old.save()
    actions.consider(learner_id=user.pk, at=now)
    row = CertificateRequest.objects.get()
    assert row.state == CertificateRequest.State.WAITING_AUTHORITY
    (seen,) = waiting_queries.waiting_in(["500000"], on=timezone.localdate(now))
    assert (seen.uuid, seen.rules.version) == (row.uuid, old.version)


def stricter(
    code: str, *, total: int, since: date, at: datetime, judged_by: str = "last_day", years: int | None = None
) -> None:
    """A version that asks for more, in force from a day on; years: how long its cycles are."""
    old = RuleSetVersion.objects.get(code=code)
    data = deepcopy(old.data)
    data |= {"version": "2099.1", "effective_from": since.isoformat()}
    data["hours"]["total"]["v"] = data["retrain"]["total_below"]["v"] = total
    data["cycle"]["judged_by"]["v"] = judged_by
    if years is not None:
        data["cycle"]["length_years"]["v"] = years
    RuleSetVersion.objects.create(
        code=code, version="2099.1", name=old.name, region_code=old.region_code, status=old.status,
        effective_from=since, data=data, loaded_at=at,
    )  # fmt: skip


def test_reminders_come_on_their_days_once_each_and_weekly_afterwards(now: datetime) -> None:
    user = holder()
    end = date(2026, 11, 5)  # 180 days after now
    registered(user, valid_to=end)
    sent = []
    for day in range(-1, 180 + 30):
        at = now + timedelta(days=day)
        for _ in range(2):
            if actions.remind_holders(at=at):
                sent.append((end - at.date()).days)
    assert sent == [180, 90, 60, 30, 7, -1, -8, -15, -22, -29]
    kinds = Notice.objects.filter(person=user).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["certificates.expiring"] * 5 + ["certificates.late"] * 5


def test_an_outage_does_not_send_what_it_missed(now: datetime) -> None:
    registered(holder(), valid_to=date(2026, 5, 29))  # 20 days
    assert actions.remind_holders(at=now) == 1
    assert actions.remind_holders(at=now + timedelta(days=1)) == 0


def test_an_employer_is_told_about_all_of_theirs_in_one_notice_a_week(now: datetime) -> None:
    place = organisation("enterprise")
    manager = employer(place)
    for serial in range(10, 13):
        user = holder(serial=serial)
        join(user, place)
        registered(user, valid_to=date(2026, 6, 1) if serial > 10 else date(2026, 5, 1))
    stranger = employer()
    assert actions.tell_employers(at=now) == 1
    assert actions.tell_employers(at=now + timedelta(days=1)) == 0
    notice = Notice.objects.get(person=manager)
    assert (notice.params["people"], notice.params["soon"], notice.params["late"]) == (3, 2, 1)
    assert not Notice.objects.filter(person=stranger).exists()
    assert actions.tell_employers(at=now + timedelta(days=7)) == 1
