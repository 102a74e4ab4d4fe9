"""A check comes when the plan says so; passing confirms, failing and missing hold, silence decides by what was due."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from proctoring import actions, plans
from proctoring.actions import CheckRefused
from proctoring.domain.policy import Policy
from proctoring.models import FaceCheck, FaceTry, Hold
from proctoring.queries import presence_terms, revealed_plan, standing, unasked_before
from tests import people
from tests.proctoring.conftest import FAILED, PASSED, SHORT, Sitting

Sit = Callable[..., Sitting]


def test_without_a_policy_nothing_is_asked(learner: User, sit: Sit) -> None:
    sitting = sit()
    assert (
        actions.open_session(
            learner_id=learner.pk, purpose="lesson", at=sitting.at, codes=["other"], counterpart_uuid=uuid4()
        )
        is None
    )


def test_a_check_is_asked_when_the_plan_has_it_and_not_before(sit: Sit) -> None:
    sitting = sit()
    due = plans.plan_of(sitting.session)
    assert 10_000 <= due[0] <= 12_000
    while sitting.counted_ms + 2_000 < due[0]:
        sitting.plays(2)
        assert sitting.waiting() is None
    check = sitting.until_asked()
    assert (check.number, check.due_ms) == (1, due[0])


def test_waiting_before_a_stopped_film_brings_no_check(sit: Sit) -> None:
    sitting = sit()
    sitting.waits(3_600)
    sitting.follow()
    assert sitting.waiting() is None


def test_passing_confirms_what_was_provisional(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    outcome = sitting.tries(PASSED)
    assert (outcome.passed, outcome.check_state) == (True, "passed")
    assert sitting.settled == sitting.at and not sitting.holds
    record = LogRecord.objects.get(kind="proctoring.time_confirmed")
    assert record.payload["because"] == "passed"


def test_three_failed_tries_hold_only_the_time_since_the_last_passed_check(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    passed_at = sitting.at
    sitting.until_asked()
    assert sitting.tries(FAILED).tries_left == 2
    assert sitting.tries(FAILED).check_state == "asked"
    assert sitting.tries(FAILED).check_state == "failed"
    (held,) = sitting.holds
    assert (held.from_at, held.until_at, held.state, held.reason) == (passed_at, sitting.at, "held", "failed")
    assert held.self_until == sitting.at + timedelta(hours=72)


def test_a_check_that_nobody_answers_holds(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    (held,) = sitting.holds
    assert held.reason == "missed"
    assert FaceCheck.objects.get(session=sitting.session).state == "missed"


def test_passing_another_try_releases_what_was_held(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    (held,) = sitting.holds
    actions.ask_to_release(hold_uuid=held.uuid, learner_id=sitting.learner.pk, way="again", at=sitting.at)
    sitting.tries(PASSED)
    (held,) = sitting.holds
    assert (held.state, held.way) == ("released", "again")
    assert sitting.settled == sitting.at


def test_failing_to_release_holds_no_second_time(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    actions.ask_to_release(hold_uuid=sitting.holds[0].uuid, learner_id=sitting.learner.pk, way="again", at=sitting.at)
    for _ in range(3):
        sitting.tries(FAILED)
    assert [held.state for held in sitting.holds] == ["held"]


def test_a_page_that_leaves_without_a_check_due_loses_nothing(sit: Sit) -> None:
    sitting = sit()
    sitting.plays(8)
    heard = sitting.at
    sitting.waits(70)
    assert actions.settle_silent(session_id=sitting.session.pk, counted_ms=sitting.counted_ms, at=sitting.at)
    assert not sitting.holds
    assert heard < sitting.settled < sitting.at


def test_a_page_that_never_asks_has_its_time_held(sit: Sit) -> None:
    """Somebody plays without the page's script: the film is counted, no check was ever asked for."""
    sitting = sit()
    sitting.waits(90)
    assert actions.settle_silent(session_id=sitting.session.pk, counted_ms=80_000, at=sitting.at)
    (held,) = sitting.holds
    assert (held.reason, held.from_at) == ("not_asked", sitting.session.opened_at)


@pytest.mark.parametrize(
    ("unasked_s", "asked_after_s"), [(0, range(10, 14)), (6, range(4, 8)), (12, range(1, 3)), (3_600, range(1, 3))]
)
def test_sittings_in_which_nothing_was_asked_bring_the_first_check_nearer(
    sit: Sit, unasked_s: int, asked_after_s: range
) -> None:
    sitting = sit(unasked_ms=unasked_s * 1_000)
    sitting.until_asked()
    assert sitting.counted_ms // 1_000 in asked_after_s
    record = LogRecord.objects.get(kind="proctoring.session_opened")
    assert record.payload["unasked_ms"] == unasked_s * 1_000


@pytest.mark.parametrize(("unasked_s", "held"), [(0, False), (12, False), (30, False), (52, True), (3_600, True)])
def test_pages_that_never_ask_earn_no_more_by_leaving_early(sit: Sit, unasked_s: int, held: bool) -> None:
    """Of all such sittings together, the first window (12 s) and 45 s pass."""
    sitting = sit(unasked_ms=unasked_s * 1_000)
    sitting.waits(90)
    assert actions.settle_silent(session_id=sitting.session.pk, counted_ms=6_000, at=sitting.at)
    assert [hold.reason for hold in sitting.holds] == (["not_asked"] if held else [])


def test_who_was_asked_is_given_the_usual_time_for_the_next_question(sit: Sit) -> None:
    """The first check was long due when the sitting began, and was passed; of the second the page had not asked yet."""
    sitting = sit(unasked_ms=3_600_000)
    sitting.until_asked()
    sitting.tries(PASSED)
    sitting.waits(90)
    second_ms = plans.plan_of(sitting.session)[1]
    assert actions.settle_silent(session_id=sitting.session.pk, counted_ms=second_ms + 10_000, at=sitting.at)
    assert not sitting.holds


def test_what_the_next_sitting_counts_is_not_laid_to_the_one_before(sit: Sit) -> None:
    """Reloaded: the second page plays on in the same lesson."""
    sitting = sit()
    sitting.plays(4)
    actions.open_session(
        learner_id=sitting.learner.pk, purpose="lesson", at=sitting.at, codes=["test"], counterpart_uuid=uuid4(),
        subject_uuid=sitting.session.subject_uuid, left_ms=96_000, base_ms=4_000, unasked_ms=4_000,
    )  # fmt: skip
    sitting.waits(90)
    assert actions.settle_silent(session_id=sitting.session.pk, counted_ms=70_000, at=sitting.at)
    assert not sitting.holds


def test_a_try_whose_frames_we_lost_costs_nothing_and_not_for_ever(sit: Sit) -> None:
    sitting = sit()
    check = sitting.until_asked()
    for _ in range(SHORT.most_tries):
        made = sitting.begins(check)
        outcome = actions.forget_try(nonce=made.nonce, at=sitting.at)
        assert outcome is not None
        assert (outcome.check_state, outcome.tries_left) == ("asked", SHORT.most_tries)
        assert actions.record_try(nonce=made.nonce, judged=FAILED, at=sitting.at) is None
    assert actions.forget_try(nonce=sitting.begins(check).nonce, at=sitting.at) is None


def test_challenges_cannot_be_drawn_until_one_fits(sit: Sit) -> None:
    sitting = sit()
    check = sitting.until_asked()
    for _ in range(4 * SHORT.most_tries):
        sitting.begins(check)
    with pytest.raises(CheckRefused, match="no_tries"):
        sitting.begins(check)


def test_what_passed_unasked_counts_until_a_check_is_asked(sit: Sit) -> None:
    sitting = sit(unasked_ms=3_000)
    sitting.plays(4)
    learner = sitting.learner.pk
    assert unasked_before(learner, "lesson") == (sitting.session.subject_uuid, 0, 4_000, 3_000)
    assert unasked_before(learner, "live") is None
    sitting.until_asked()
    assert unasked_before(learner, "lesson") is None


def test_going_on_without_an_answer_holds_that_time_too(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    sitting.plays(6)
    sitting.waits(70)
    actions.settle_silent(session_id=sitting.session.pk, counted_ms=sitting.counted_ms, at=sitting.at)
    assert [held.reason for held in sitting.holds] == ["missed", "went_on"]


def test_a_quiet_session_wakes_by_a_sign_of_life(sit: Sit) -> None:
    sitting = sit()
    sitting.plays(4)
    sitting.waits(70)
    actions.settle_silent(session_id=sitting.session.pk, counted_ms=sitting.counted_ms, at=sitting.at)
    sitting.until_asked()
    sitting.tries(PASSED)
    assert sitting.settled == sitting.at and not sitting.holds


def test_a_verdict_that_our_own_load_made_late_costs_nothing(sit: Sit) -> None:
    sitting = sit()
    made = sitting.begins(sitting.until_asked())
    sitting.waits(600)
    sitting.follow()
    assert [held.state for held in sitting.holds] == ["held"]
    actions.record_try(nonce=made.nonce, judged=PASSED, at=sitting.at)
    assert [held.state for held in sitting.holds] == ["released"]


def test_a_full_queue_moves_the_deadline(sit: Sit) -> None:
    sitting = sit()
    check = sitting.until_asked()
    made = sitting.begins(check)
    check.refresh_from_db()
    before = check.deadline_at
    actions.give_time(nonce=made.nonce, milliseconds=3_000)
    check.refresh_from_db()
    assert check.deadline_at == before + timedelta(seconds=3)
    assert FaceTry.objects.get(pk=made.pk).ends_at == made.ends_at + timedelta(seconds=3)


def test_a_verdict_is_taken_once(sit: Sit) -> None:
    sitting = sit()
    made = sitting.begins(sitting.until_asked())
    assert actions.record_try(nonce=made.nonce, judged=FAILED, at=sitting.at) is not None
    assert actions.record_try(nonce=made.nonce, judged=PASSED, at=sitting.at) is None
    assert not FaceTry.objects.get(pk=made.pk).passed


@pytest.mark.parametrize("case", ["stranger", "over", "no_consent", "not_enrolled", "no_tries"])
def test_a_try_does_not_begin(sit: Sit, case: str) -> None:
    sitting = sit()
    check = sitting.until_asked()
    who = sitting.learner
    if case == "stranger":
        who = people.outsider()
    elif case == "over":
        sitting.waits(60)
    elif case == "no_consent":
        actions.withdraw_consent(learner=who, at=sitting.at)
    elif case == "not_enrolled":
        actions.withdraw_consent(learner=who, at=sitting.at)
        actions.give_consent(learner=who, version="2026-1", at=sitting.at)
    else:
        FaceCheck.objects.filter(pk=check.pk).update(tries=3)
    with pytest.raises(CheckRefused) as refused:
        actions.begin_try(check_uuid=check.uuid, learner_id=who.pk, flags=[], at=sitting.at)
    assert refused.value.code == ("over" if case == "stranger" else case)


def test_a_plan_is_drawn_again_by_an_auditor_and_fits_what_the_log_committed_to(sit: Sit) -> None:
    sitting = sit()
    found = revealed_plan(sitting.session.uuid)
    assert found is not None
    seed, due, commitment = found
    record = LogRecord.objects.get(kind="proctoring.session_opened")
    assert record.payload["plan_digest"] == commitment == sitting.session.plan_digest
    assert plans.commitment(bytes.fromhex(seed), due) == commitment
    assert plans.commitment(bytes.fromhex(seed), (*due, 1)) != commitment
    assert seed not in str(record.payload)


def test_the_learner_is_told_about_how_many_checks_to_expect(sit: Sit) -> None:
    sitting = sit()
    terms = presence_terms(["test"], 100_000)
    assert terms is not None and terms.policy.self_hours == SHORT.self_hours
    assert terms.least <= len(plans.plan_of(sitting.session)) <= terms.most
    assert presence_terms(["other"], 100_000) is None


def test_another_learners_session_is_not_shown(sit: Sit) -> None:
    sitting = sit()
    assert standing(sitting.session.uuid, people.outsider().pk) is None
    with pytest.raises(actions.NoSuchSession):
        actions.follow(session_uuid=sitting.session.uuid, learner_id=people.outsider().pk, counted_ms=0, at=sitting.at)


def test_pictures_of_a_passed_check_are_not_kept_where_the_policy_says_so(sit: Sit) -> None:
    sitting = sit(replace(SHORT, keep_passed=False))
    sitting.until_asked()
    sitting.tries(PASSED)
    assert not FaceTry.objects.get(passed=True).pictures.exists()


def test_a_policy_that_nobody_could_meet_is_refused() -> None:
    for numbers in ({"answer_ms": 5_000}, {"first_from_ms": 9, "first_until_ms": 8}, {"most_tries": 0}):
        with pytest.raises(ValueError, match=r"\w+: "):
            Policy(required=True, **numbers)  # type: ignore[arg-type]  # numbers by name


def test_holds_of_a_session_say_whether_the_learner_must_answer(sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    found = standing(sitting.session.uuid, sitting.learner.pk)
    assert found is not None and found.must_answer
    assert Hold.objects.get().went_on_at is None


@pytest.mark.parametrize("purpose", ["live", "exam"])
def test_a_live_room_and_an_exam_are_checked_by_the_same_service(learner: User, sit: Sit, purpose: str) -> None:
    at = sit().at
    room, subject = uuid4(), uuid4()
    session = actions.open_session(
        learner_id=learner.pk,
        purpose=purpose,
        at=at,
        codes=["test"],
        counterpart_uuid=room,
        subject_uuid=subject,
        left_ms=100_000,
    )
    assert session is not None and session.purpose == purpose
    entry = actions.ask_now(session_uuid=session.uuid, learner_id=learner.pk, at=at)
    assert actions.ask_now(session_uuid=session.uuid, learner_id=learner.pk, at=at) == entry  # one waits, not two
    made = actions.begin_try(check_uuid=entry.uuid, learner_id=learner.pk, flags=[], at=at)
    later = at + timedelta(seconds=20)
    assert actions.record_try(nonce=made.nonce, judged=PASSED, at=later) is not None
    for seconds in range(22, 60, 2):
        moment = at + timedelta(seconds=seconds)
        found = actions.follow(session_uuid=session.uuid, learner_id=learner.pk, counted_ms=seconds * 1000, at=moment)
    assert found.check is not None and found.asked == 1  # the capture of the plan; that of the entry is none of it
    missed = actions.follow(
        session_uuid=session.uuid, learner_id=learner.pk, counted_ms=60_000, at=found.check.deadline_at
    )
    assert [held.reason for held in missed.held] == ["missed"]
    records = LogRecord.objects.filter(subject=str(subject)).values_list("kind", "payload__counterpart_uuid")
    assert {kind for kind, _room in records if kind != "proctoring.try_judged"} == {
        "proctoring.session_opened",
        "proctoring.check_asked",
        "proctoring.check_ended",
        "proctoring.time_confirmed",
        "proctoring.time_held",
    }
    assert {found_room for kind, found_room in records if kind != "proctoring.try_judged"} == {str(room)}


def test_nobody_is_asked_in_a_session_of_another(sit: Sit) -> None:
    sitting = sit()
    with pytest.raises(actions.NoSuchSession):
        actions.ask_now(session_uuid=sitting.session.uuid, learner_id=people.outsider().pk, at=sitting.at)
