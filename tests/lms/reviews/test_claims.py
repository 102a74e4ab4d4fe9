"""From the draft to the ledger: every decision has a person, a reason and one deed of credit."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from analytics.learning_log.models import LogRecord
from lms.accounts.actions import record_licence
from lms.accounts.models import User
from lms.credit import queries as credit
from lms.credit.models import CreditEntry
from lms.notices.models import Notice
from lms.organisations.models import Organisation
from lms.reviews import actions, queries
from lms.reviews.domain.claim import ClaimRefused, Deed, State
from lms.reviews.models import Claim, ClaimStep
from tests import people
from tests.lms.reviews.conftest import draft, kind_of, picture, reviewer_at, submitted, upload

pytestmark = pytest.mark.django_db


def hours_of(learner: User, on: date) -> tuple[int, int]:
    """Self-study hours that count, and that wait."""
    (held,) = credit.decisions_of(learner.pk, on)
    assert held.current is not None
    found = next(item for item in held.current.categories if item.code == "self_study")
    return int(found.earned), int(found.waiting)


def decide(claim: Claim, by: User, at: datetime, deed: Deed, hours: str = "", *, reason: str = "核对过") -> Claim:
    return actions.decide_claim(
        claim_uuid=claim.uuid, deed=deed, reason=reason, hours=Decimal(hours) if hours else None, at=at, by=by
    )


def test_a_claim_waits_in_the_ledger_and_the_reviewers_number_decides(
    learner: User, reviewer: User, now: datetime
) -> None:
    claim = submitted(learner, now, hours="6")
    assert hours_of(learner, now.date()) == (0, 6)
    decide(claim, reviewer, now, Deed.ACCEPT, "4")
    assert hours_of(learner, now.date()) == (4, 0)
    kinds = list(LogRecord.objects.filter(subject=str(claim.uuid)).order_by("id").values_list("kind", flat=True))
    assert kinds == ["reviews.evidence_added", "reviews.claim_submitted", "reviews.claim_accepted"]
    entry = CreditEntry.objects.get(state="valid", reverses=None)
    assert (entry.activity_day, entry.source_kind, entry.note) == (claim.activity_day, "claim", "核对过")


def test_returned_mended_accepted(learner: User, reviewer: User, now: datetime) -> None:
    claim = submitted(learner, now)
    decide(claim, reviewer, now, Deed.RETURN, reason="看不清，请重新拍照")
    assert hours_of(learner, now.date()) == (0, 0)
    actions.amend_claim(claim_uuid=claim.uuid, draft=draft("3"), at=now, by=learner)
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload(picture(2)), at=now, by=learner)
    actions.submit_claim(claim_uuid=claim.uuid, at=now, by=learner)
    assert hours_of(learner, now.date()) == (0, 3)
    decide(claim, reviewer, now, Deed.ACCEPT, "3")
    assert hours_of(learner, now.date()) == (3, 0)
    deeds = list(ClaimStep.objects.filter(claim=claim).values_list("deed", flat=True))
    assert deeds == ["submit", "return", "submit", "accept"]


def test_the_learner_is_told_of_each_decision_with_its_reason(learner: User, reviewer: User, now: datetime) -> None:
    claim = submitted(learner, now)
    decide(claim, reviewer, now, Deed.RETURN, reason="看不清，请重新拍照")
    actions.submit_claim(claim_uuid=claim.uuid, at=now, by=learner)
    decide(claim, reviewer, now, Deed.ACCEPT, "4", reason="齐全")
    told = Notice.objects.filter(person=learner).order_by("id")
    assert [(row.kind, row.params["reason"], row.path) for row in told] == [
        ("reviews.claim_returned", "看不清，请重新拍照", f"/claims/{claim.uuid}/"),
        ("reviews.claim_accepted", "齐全", f"/claims/{claim.uuid}/"),
    ]
    assert told[1].params["hours"] == "4"


def test_a_paper_needs_two_persons(learner: User, authority_50: Organisation, now: datetime) -> None:
    first, second = reviewer_at(authority_50), reviewer_at(authority_50)
    claim = submitted(learner, now, code="paper")
    assert decide(claim, first, now, Deed.ACCEPT, "4").state == State.SECOND
    assert hours_of(learner, now.date()) == (0, 4)
    with pytest.raises(ClaimRefused, match="same_person"):
        decide(claim, first, now, Deed.ACCEPT, "4")
    assert decide(claim, second, now, Deed.ACCEPT, "4").state == State.ACCEPTED
    assert hours_of(learner, now.date()) == (4, 0)


def test_evidence_found_twice_needs_two_persons_and_may_be_rejected_as_such(
    learner: User, authority_50: Organisation, now: datetime
) -> None:
    first, second = reviewer_at(authority_50), reviewer_at(authority_50)
    other = people.learner(post="quality_civil")
    submitted(learner, now, seed=5)
    claim = submitted(other, now, seed=5)
    assert decide(claim, first, now, Deed.ACCEPT, "4").state == State.SECOND
    actions.decide_claim(
        claim_uuid=claim.uuid, deed=Deed.REJECT, reason="同一份材料", duplicate=True, at=now, by=second
    )
    assert hours_of(other, now.date()) == (0, 0)
    standing = CreditEntry.objects.get(learner=other, state="duplicate")
    assert standing.note == "同一份材料"


def test_an_appeal_once_by_another_person(learner: User, authority_50: Organisation, now: datetime) -> None:
    first, second = reviewer_at(authority_50), reviewer_at(authority_50)
    claim = submitted(learner, now)
    decide(claim, first, now, Deed.REJECT, reason="不能证明本人参加")
    assert hours_of(learner, now.date()) == (0, 0)
    actions.appeal_claim(claim_uuid=claim.uuid, reason="第二页有我的签名", at=now, by=learner)
    with pytest.raises(ClaimRefused, match="same_person"):
        decide(claim, first, now, Deed.ACCEPT, "4")
    with pytest.raises(ClaimRefused, match="not_now"):
        decide(claim, second, now, Deed.RETURN)
    decide(claim, second, now, Deed.ACCEPT, "4")
    assert hours_of(learner, now.date()) == (4, 0)
    with pytest.raises(ClaimRefused, match="appealed_before"):
        actions.appeal_claim(claim_uuid=claim.uuid, reason="再来一次", at=now, by=learner)


def test_what_was_granted_in_full_has_nothing_to_appeal(learner: User, reviewer: User, now: datetime) -> None:
    claim = submitted(learner, now)
    decide(claim, reviewer, now, Deed.ACCEPT, "4")
    with pytest.raises(ClaimRefused, match="nothing_to_appeal"):
        actions.appeal_claim(claim_uuid=claim.uuid, reason="想要更多", at=now, by=learner)


def test_withdrawn_leaves_nothing_standing(learner: User, now: datetime) -> None:
    claim = submitted(learner, now)
    actions.withdraw_claim(claim_uuid=claim.uuid, at=now, by=learner)
    assert hours_of(learner, now.date()) == (0, 0)


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_decision_without_its_reason(learner: User, reviewer: User, now: datetime, reason: str) -> None:
    claim = submitted(learner, now)
    for deed in (Deed.ACCEPT, Deed.RETURN, Deed.REJECT):
        with pytest.raises(ClaimRefused, match="no_reason"):
            decide(claim, reviewer, now, deed, "4", reason=reason)


def test_who_does_not_decide(learner: User, now: datetime) -> None:
    claim = submitted(learner, now)
    company = people.organisation("enterprise")
    strangers = [
        people.reviewer(),  # of no organisation
        reviewer_at(people.organisation("authority", region="360000")),
        reviewer_at(company),
        people.authority("500000"),  # watches over the region, but is no reviewer
        people.administrator(),
        people.outsider(),
    ]
    for stranger in strangers:
        with pytest.raises(ClaimRefused, match="out_of_scope"):
            decide(claim, stranger, now, Deed.ACCEPT, "4")
        assert queries.claim_page(stranger, claim.uuid, on=now.date()) is None
        assert queries.queue_of(stranger, on=now.date()).rows == ()


def test_a_reviewer_of_ones_own_organisation_decides_and_nobody_their_own(
    learner: User, authority_50: Organisation, now: datetime
) -> None:
    company = people.organisation("enterprise")
    people.join(learner, company)
    claim = submitted(learner, now)
    assert decide(claim, reviewer_at(company), now, Deed.ACCEPT, "4").state == State.ACCEPTED
    both = reviewer_at(authority_50)
    record_licence(
        holder=both, post_code="site_civil", number="TEST-90000001", issued_on=date(2025, 3, 1), region_code="500000",
        rule_set_code="chongqing", at=now, by=None,
    )  # fmt: skip
    own = submitted(both, now, seed=9)
    with pytest.raises(ClaimRefused, match="own_claim"):
        decide(own, both, now, Deed.ACCEPT, "4")
    assert own.uuid not in {row.uuid for row in queries.queue_of(both, on=now.date()).rows}


def test_a_draft_is_nobody_elses_and_needs_evidence(learner: User, reviewer: User, now: datetime) -> None:
    claim = actions.open_claim(kind_id=kind_of().pk, draft=draft(), at=now, by=learner)
    assert queries.claim_page(reviewer, claim.uuid, on=now.date()) is None
    with pytest.raises(ClaimRefused, match="no_evidence"):
        actions.submit_claim(claim_uuid=claim.uuid, at=now, by=learner)
    with pytest.raises(ClaimRefused, match="not_yours"):
        actions.submit_claim(claim_uuid=claim.uuid, at=now, by=people.learner(post="site_civil"))


def test_only_what_the_region_lets_people_claim(learner: User, now: datetime) -> None:
    with pytest.raises(ClaimRefused, match="kind_closed"):
        actions.open_claim(kind_id=kind_of("enterprise_course", "demo").pk, draft=draft(), at=now, by=learner)
    jiangxi = people.learner(post="labor", rule_set="jiangxi", region="360100")
    assert queries.kinds_open_to(jiangxi.pk) == ()
    tomorrow = draft(day=now.date() + timedelta(days=1))
    with pytest.raises(ClaimRefused, match="future_day"):
        actions.open_claim(kind_id=kind_of().pk, draft=tomorrow, at=now, by=learner)


def test_the_queue_costs_the_same_for_two_and_for_twenty(
    learner: User, reviewer: User, now: datetime, django_assert_max_num_queries: object
) -> None:
    assert callable(django_assert_max_num_queries)
    for seed in range(2):
        submitted(learner, now, seed=seed)
    with django_assert_max_num_queries(9):
        assert len(queries.queue_of(reviewer, on=now.date()).rows) == 2
    for seed in range(2, 12):
        submitted(learner, now + timedelta(minutes=seed), seed=seed)
    with django_assert_max_num_queries(9):
        rows = queries.queue_of(reviewer, on=now.date()).rows
    assert len(rows) == 12
    assert [row.submitted_at for row in rows] == sorted(row.submitted_at for row in rows if row.submitted_at)


def test_figures_say_how_long_people_wait(learner: User, reviewer: User, now: datetime) -> None:
    claim = submitted(learner, now)
    submitted(learner, now, seed=2)
    decide(claim, reviewer, now + timedelta(hours=5), Deed.ACCEPT, "4")
    figures = queries.figures_of(reviewer, at=now + timedelta(days=3))
    assert (figures.decided, figures.accepted, figures.median_hours, figures.longest_waiting_days) == (1, 1, 5, 3)


def test_steps_are_never_rewritten(learner: User, now: datetime) -> None:
    claim = submitted(learner, now)
    with pytest.raises(IntegrityError, match="what was done"), transaction.atomic():
        ClaimStep.objects.filter(claim=claim).update(reason="anders")


def test_an_authority_writes_its_own_table(learner: User, reviewer: User, now: datetime) -> None:
    numbers = {"hours_per_unit": Decimal(1), "most_hours": Decimal(3), "second_from_hours": None, "is_open": True}
    for stranger in (people.authority("360000"), reviewer, people.administrator()):
        with pytest.raises(ClaimRefused, match="not_your_area"):
            actions.change_kind(kind_id=kind_of().pk, **numbers, reason="本地文件", at=now, by=stranger)  # type: ignore[arg-type]
    actions.change_kind(kind_id=kind_of().pk, **numbers, reason="本地文件", at=now, by=people.authority("500000"))  # type: ignore[arg-type]
    claim = submitted(learner, now)
    page = queries.claim_page(reviewer, claim.uuid, on=now.date())
    assert page is not None
    assert page.suggested == 3
    with pytest.raises(ClaimRefused, match="more_than_the_table"):
        decide(claim, reviewer, now, Deed.ACCEPT, "4")
