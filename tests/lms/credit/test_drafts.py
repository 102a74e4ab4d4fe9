"""Rules change through two people: drafted with sources, tried on real cycles, published by another; outsiders stay out."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from analytics.learning_log.queries import RecordFilter, records
from lms.accounts.models import User
from lms.credit import actions, queries
from lms.credit.actions import DraftRefused, record_hours
from lms.credit.domain.draft import Change
from lms.credit.models import RuleSetDraft, RuleSetVersion
from lms.credit.queries.trials import trial_shown
from tests import people
from tests.lms.credit.conftest import House

pytestmark = pytest.mark.django_db
DESK = "/hours/rules/drafts/"
FROM = date(2027, 1, 1)
MINIMUM = "hours.categories.self_study.minimum"
FEWER = Change("20", "chongqing_rules", quote="每两年自主学习不少于20个学时")


@pytest.fixture
def drafter(house: House, db: None) -> User:
    return people.authority("500000")


def version(code: str = "chongqing") -> RuleSetVersion:
    return RuleSetVersion.objects.filter(code=code).latest("id")


def opened(drafter: User, now: datetime) -> RuleSetDraft:
    return actions.open_draft(base=version(), effective_from=FROM, reason="市里下调自主学习", at=now, by=drafter)


def proposed(drafter: User, now: datetime) -> RuleSetDraft:
    draft = opened(drafter, now)
    actions.edit_leaf(draft_uuid=draft.uuid, path=MINIMUM, change=FEWER, at=now, by=drafter)
    actions.try_draft(draft_uuid=draft.uuid, at=now)
    return actions.propose_draft(draft_uuid=draft.uuid, at=now, by=drafter)


def edited(draft: RuleSetDraft, value: str, source: str, by: User, now: datetime) -> RuleSetDraft:
    return actions.edit_leaf(draft_uuid=draft.uuid, path=MINIMUM, change=Change(value, source), at=now, by=by)


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(DraftRefused) as refused:
        deed()
    return refused.value.code


def test_a_draft_becomes_a_version_by_a_second_person(drafter: User, now: datetime) -> None:
    draft = proposed(drafter, now)
    before = version()
    row = actions.publish_draft(draft_uuid=draft.uuid, at=now, by=people.authority("500000"))
    assert (row.version, row.effective_from) == (f"{before.version}-r1", FROM)
    today, then = queries.rule_set_on("chongqing", now.date()), queries.rule_set_on("chongqing", FROM)
    assert today is not None
    assert then is not None
    minima = [
        next(item.minimum for item in rules.hours.categories if item.code == "self_study") for rules in (today, then)
    ]
    assert [leaf.value for leaf in minima] == [24, 20]
    assert minima[1].quote == FEWER.quote
    kinds = {item.record.kind for item in records(RecordFilter(), limit=50)}
    assert {
        "credit.rule_draft_opened",
        "credit.rule_leaf_edited",
        "credit.rule_draft_proposed",
        "credit.rule_set_published",
    } <= kinds


def test_nobody_publishes_what_he_had_a_hand_in(drafter: User, now: datetime) -> None:
    second, third = people.authority("500000"), people.authority("500000")
    draft = opened(drafter, now)
    actions.edit_leaf(draft_uuid=draft.uuid, path=MINIMUM, change=FEWER, at=now, by=second)
    actions.try_draft(draft_uuid=draft.uuid, at=now)
    actions.propose_draft(draft_uuid=draft.uuid, at=now, by=second)
    assert refusal(lambda: actions.publish_draft(draft_uuid=draft.uuid, at=now, by=drafter)) == "same_person"
    assert refusal(lambda: actions.publish_draft(draft_uuid=draft.uuid, at=now, by=second)) == "same_person"
    assert actions.publish_draft(draft_uuid=draft.uuid, at=now, by=third).version.endswith("-r1")


@pytest.mark.parametrize(
    "who", [lambda: people.authority("360000"), people.administrator, people.learner, people.reviewer]
)
def test_the_rules_of_a_region_are_its_authoritys_alone(
    drafter: User, now: datetime, client: Client, who: Callable[[], User]
) -> None:
    stranger = who()
    assert refusal(lambda: opened(stranger, now)) == "not_your_area"
    draft = proposed(drafter, now)
    for deed in (
        lambda: actions.publish_draft(draft_uuid=draft.uuid, at=now, by=stranger),
        lambda: actions.return_draft(draft_uuid=draft.uuid, remark="x", at=now, by=stranger),
    ):
        assert refusal(deed) == "not_your_area"
    client.force_login(stranger)
    for address in (f"{DESK}{draft.uuid}/", f"{DESK}{draft.uuid}/value/{MINIMUM}/"):
        assert client.get(address).status_code in (403, 404)
        assert client.post(address, {"publish": "1", "value": "1"}).status_code in (403, 404)
    assert client.post(DESK, {"code": "chongqing", "effective_from": "2027-01-01", "reason": "x"}).status_code == 403
    assert RuleSetDraft.objects.count() == 1


def test_a_draft_is_refused_what_it_may_not_be(drafter: User, now: datetime) -> None:
    base = version()

    def begin(day: date, reason: str) -> str:
        return refusal(lambda: actions.open_draft(base=base, effective_from=day, reason=reason, at=now, by=drafter))

    assert begin(now.date(), "x") == "past_day"
    assert begin(FROM, " ") == "no_reason"
    draft = opened(drafter, now)
    assert refusal(lambda: opened(drafter, now)) == "open_already"
    assert refusal(lambda: actions.propose_draft(draft_uuid=draft.uuid, at=now, by=drafter)) == "nothing_changed"
    assert refusal(lambda: edited(draft, "20", "rumour", drafter, now)) == "unknown_source"
    edited(draft, "20", "chongqing_rules", drafter, now)
    assert refusal(lambda: actions.propose_draft(draft_uuid=draft.uuid, at=now, by=drafter)) == "not_tried"
    edited(draft, "30", "chongqing_rules", drafter, now)  # 20 + 12 + 8 + 30 > 64
    assert refusal(lambda: actions.try_draft(draft_uuid=draft.uuid, at=now)) == "incoherent"
    assert refusal(lambda: actions.propose_draft(draft_uuid=draft.uuid, at=now, by=drafter)) == "incoherent"


def test_a_trial_counts_the_cycles_that_would_change_and_names_them(drafter: User, now: datetime) -> None:
    close, far = people.learner("砖小明", post="site_civil"), people.learner("瓦小红", post="quality_civil")
    for learner, self_study in ((close, 20), (far, 4)):
        for category, hours in (
            ("online_general", 24),
            ("online_professional", 12),
            ("live", 8),
            ("self_study", self_study),
        ):
            record_hours(
                learner=learner,
                category=category,
                hours=hours,
                activity_day=date(2025, 9, 1),
                title=category,
                source_kind="imported",
                at=now,
                by=None,
            )
    draft = opened(drafter, now)
    actions.edit_leaf(draft_uuid=draft.uuid, path=MINIMUM, change=FEWER, at=now, by=drafter)
    draft = actions.try_draft(draft_uuid=draft.uuid, at=now)
    trial = trial_shown(draft.trial, draft.data)
    assert trial is not None
    assert (trial.licences, trial.changed, trial.transitions) == (2, 1, (("open", "met", 1),))
    assert [(row.name, row.missing_before, row.missing_after) for row in trial.cycles] == [("砖小明", "4", "0")]
    assert trial.is_current
    after = edited(draft, "21", "chongqing_rules", drafter, now)
    stale = trial_shown(after.trial, after.data)
    assert stale is not None
    assert not stale.is_current


def test_a_draft_may_be_sent_back_and_given_up(drafter: User, now: datetime) -> None:
    draft = proposed(drafter, now)
    second = people.authority("500000")
    assert refusal(lambda: actions.withdraw_draft(draft_uuid=draft.uuid, at=now, by=drafter)) == "not_open"
    assert refusal(lambda: actions.return_draft(draft_uuid=draft.uuid, remark="", at=now, by=second)) == "no_reason"
    back = actions.return_draft(draft_uuid=draft.uuid, remark="缺文号", at=now, by=second)
    assert (back.state, back.remark) == ("draft", "缺文号")
    actions.withdraw_draft(draft_uuid=draft.uuid, at=now, by=drafter)
    assert opened(drafter, now).state == "draft"


def test_the_whole_way_on_its_pages(drafter: User, now: datetime, client: Client) -> None:
    client.force_login(drafter)
    assert "重庆规则" in client.get(DESK).content.decode()
    began = client.post(DESK, {"code": "chongqing", "effective_from": "2099-01-01", "reason": "下调"}, follow=True)
    assert "还没有改动" in began.content.decode()
    draft = RuleSetDraft.objects.get()
    page, value = f"{DESK}{draft.uuid}/", f"{DESK}{draft.uuid}/value/{MINIMUM}/"
    assert 'value="24"' in client.get(value).content.decode()
    typed = {"value": "30", "source": "assumed", "quote": "", "note": ""}
    assert "假定值须写明" in client.post(value, typed).content.decode()
    wrong = client.post(value, {**typed, "note": "试行"}, follow=True).content.decode()
    assert "各类下限相加超过总学时" in wrong
    assert "提交复核</button>" not in wrong
    right = client.post(value, {**typed, "value": "20", "note": "试行"}, follow=True).content.decode()
    assert "改动 1 项" in right
    assert "假定值" in right
    tried = client.post(page, {"try": "1"}, follow=True).content.decode()
    assert "0 个周期的状态会改变" in tried
    assert "已提交，请另一位同事复核并发布。" in client.post(page, {"propose": "1"}, follow=True).content.decode()
    assert "不能自己发布" in client.post(page, {"publish": "1"}, follow=True).content.decode()
    assert client.get(f"{DESK}{draft.uuid}/value/hours.colour/").status_code == 404
    client.force_login(people.authority("500000"))
    assert "复核无误，发布" in client.get(page).content.decode()
    assert "自 2099-01-01 起施行" in client.post(page, {"publish": "1"}, follow=True).content.decode()
    assert version().effective_from == date(2099, 1, 1)


def test_signed_out_and_other_roles_stay_outside(client: Client, house: House) -> None:
    assert client.get(DESK).status_code == 302
    client.force_login(people.learner())
    assert client.get(DESK).status_code == 403
    client.force_login(people.authority("360000"))
    text = client.get(DESK).content.decode()
    assert "江西规则" in text
    assert "重庆规则" not in text
