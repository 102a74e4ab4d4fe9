"""Every way of releasing held time is equal; a person decides what is left; who reverses needs a second one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from lms.accounts.role_groups import make_groups
from proctoring import actions
from proctoring.actions import DecisionRefused, HoldClosed
from proctoring.models import FacePicture, Hold, HoldDecision, PictureView
from proctoring.queries import DeskFilter, desk_rows, evidence_of, figures, hold_file
from proctoring.sentences import told
from proctoring.signals import hold_decided
from tests import people
from tests.proctoring.conftest import FAILED, PASSED, Sitting

Sit = Callable[..., Sitting]
DUE = date(2026, 5, 13)


@pytest.fixture
def held(sit: Sit) -> Hold:
    sitting = sit()
    sitting.until_asked()
    for _ in range(3):
        sitting.tries(FAILED)
    return sitting.holds[0]


def reviewer() -> User:
    make_groups()
    return people.reviewer()


def state_of(held: Hold) -> tuple[str, str]:
    held.refresh_from_db()
    return held.state, held.way


def test_a_code_and_a_supervisor_release_like_a_face(held: Hold) -> None:
    actions.release_by_word(
        hold_uuid=held.uuid, learner_id=held.learner_id, way="phone", by=held.learner, at=held.held_at
    )
    assert state_of(held) == ("released", "phone")
    record = LogRecord.objects.get(kind="proctoring.time_released")
    assert record.payload["hold_uuid"] == str(held.uuid)


def test_a_check_that_waits_can_be_answered_without_a_camera(sit: Sit) -> None:
    sitting = sit()
    check = sitting.until_asked()
    actions.prove_check(
        check_uuid=check.uuid, learner_id=sitting.learner.pk, way="phone", by=sitting.learner, at=sitting.at
    )
    check.refresh_from_db()
    assert check.state == "proved"
    assert sitting.settled == sitting.at and not sitting.holds


@pytest.mark.parametrize("case", ["stranger", "late", "unknown_way"])
def test_held_time_is_not_released(held: Hold, case: str) -> None:
    who = people.outsider() if case == "stranger" else held.learner
    at = held.self_until if case == "late" else held.held_at
    way = "smile" if case == "unknown_way" else "phone"
    with pytest.raises(HoldClosed):
        actions.release_by_word(hold_uuid=held.uuid, learner_id=who.pk, way=way, by=who, at=at)
    assert state_of(held) == ("held", "")


def test_a_hand_over_works_once_and_not_for_long(sit: Sit) -> None:
    sitting = sit()
    check = sitting.until_asked()
    way = actions.hand_over(check_uuid=check.uuid, learner_id=sitting.learner.pk, at=sitting.at)
    assert actions.take_over(token=way.token, at=sitting.at).pk == check.pk
    with pytest.raises(HoldClosed):
        actions.take_over(token=way.token, at=sitting.at)
    late = actions.hand_over(check_uuid=check.uuid, learner_id=sitting.learner.pk, at=sitting.at)
    with pytest.raises(HoldClosed):
        actions.take_over(token=late.token, at=late.expires_at)
    with pytest.raises(HoldClosed):
        actions.hand_over(check_uuid=check.uuid, learner_id=people.outsider().pk, at=sitting.at)


def test_an_appeal_lets_the_learner_go_on_and_waits_for_a_person(held: Hold) -> None:
    actions.appeal(hold_uuid=held.uuid, learner_id=held.learner_id, words="灯坏了", answer_due=DUE, at=held.held_at)
    held.refresh_from_db()
    assert (held.state, held.went_on_at, held.answer_due) == ("held", held.held_at, DUE)
    again = actions.appeal(hold_uuid=held.uuid, learner_id=held.learner_id, words="", answer_due=DUE, at=held.held_at)
    assert again.appeal_words == "灯坏了"
    assert LogRecord.objects.filter(kind="proctoring.hold_appealed").count() == 1
    with pytest.raises(HoldClosed):
        actions.appeal(hold_uuid=held.uuid, learner_id=people.outsider().pk, words="", answer_due=DUE, at=held.held_at)


@pytest.mark.parametrize("outcome", ["release", "refuse"])
def test_a_reviewer_decides_with_a_reason(held: Hold, outcome: str) -> None:
    judge = reviewer()
    with pytest.raises(DecisionRefused, match="no_reason"):
        actions.decide_hold(hold_uuid=held.uuid, outcome=outcome, reason=" ", by=judge, at=held.held_at)
    actions.decide_hold(hold_uuid=held.uuid, outcome=outcome, reason="画面清楚", by=judge, at=held.held_at)
    assert state_of(held) == (("released", "reviewer") if outcome == "release" else ("refused", ""))
    record = LogRecord.objects.get(kind="proctoring.hold_decided")
    assert "画面" not in str(record.payload)
    with pytest.raises(DecisionRefused, match="over"):
        actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="再来", by=judge, at=held.held_at)


def test_only_reviewers_decide_and_nobody_his_own(held: Hold) -> None:
    for stranger in (people.outsider(), people.instructor(), people.auditor(), held.learner):
        with pytest.raises(PermissionDenied):
            actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="x", by=stranger, at=held.held_at)
    judge = reviewer()
    Hold.objects.filter(pk=held.pk).update(learner=judge)
    with pytest.raises(DecisionRefused, match="own_hold"):
        actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="x", by=judge, at=held.held_at)


def test_a_reversal_needs_a_second_reviewer(held: Hold) -> None:
    first, second, third = reviewer(), reviewer(), reviewer()
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=first, at=held.held_at)
    actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="看错了", by=second, at=held.held_at)
    assert state_of(held) == ("refused", "")
    for same in (first, second):
        with pytest.raises(DecisionRefused, match="same_person"):
            actions.second_reversal(hold_uuid=held.uuid, agrees=True, reason="同意", by=same, at=held.held_at)
    actions.second_reversal(hold_uuid=held.uuid, agrees=True, reason="同意", by=third, at=held.held_at)
    assert state_of(held) == ("released", "reviewer")


def test_a_declined_reversal_leaves_the_refusal(held: Hold) -> None:
    first, second, third = reviewer(), reviewer(), reviewer()
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=first, at=held.held_at)
    actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="看错了", by=second, at=held.held_at)
    actions.second_reversal(hold_uuid=held.uuid, agrees=False, reason="没有看错", by=third, at=held.held_at)
    assert state_of(held) == ("refused", "")


def test_decisions_are_never_changed(held: Hold) -> None:
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=reviewer(), at=held.held_at)
    for change in (lambda: HoldDecision.objects.update(reason="别的"), lambda: HoldDecision.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_desk_shows_appeals_first_and_who_may_do_what(held: Hold, sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.waits(61)
    sitting.follow()
    later = sitting.holds[0]
    actions.appeal(hold_uuid=later.uuid, learner_id=later.learner_id, words="", answer_due=DUE, at=sitting.at)
    assert [row.uuid for row in desk_rows(DeskFilter())] == [later.uuid, held.uuid]
    assert [row.uuid for row in desk_rows(DeskFilter("appealed"))] == [later.uuid]
    assert [row.uuid for row in desk_rows(DeskFilter("waiting", "failed"))] == [held.uuid]
    found = hold_file(held.uuid, reviewer().pk)
    assert found is not None and found.can_decide and not found.can_second
    assert [one.reasons for one in found.tries] == [("flat",)] * 3
    own = hold_file(held.uuid, held.learner_id)
    assert own is not None and not own.can_decide


def test_each_look_at_a_picture_is_written_down(held: Hold) -> None:
    picture = FacePicture.objects.filter(face_try__isnull=False).first()
    assert picture is not None
    for stranger in (people.outsider(), held.learner, people.instructor()):
        with pytest.raises(PermissionDenied):
            actions.look_at_picture(picture_uuid=picture.uuid, by=stranger, at=held.held_at)
    assert not PictureView.objects.exists()
    judge = reviewer()
    assert actions.look_at_picture(picture_uuid=picture.uuid, by=judge, at=held.held_at) == FAILED.pictures[0]
    assert PictureView.objects.get().viewer == judge
    assert LogRecord.objects.get(kind="proctoring.picture_seen").actor_id == judge.pk


def test_the_figures_add_up(held: Hold, sit: Sit) -> None:
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    found = figures(held.from_at - timedelta(days=1))
    assert (found.checks, found.passed, found.failed, found.held) == (2, 1, 1, 1)
    assert dict(found.by_reason) == {"flat": 3}
    assert found.persons == 1 and not found.alarm
    assert [(day.checks, day.passed, day.percent) for day in found.by_day] == [(2, 1, 50)]
    assert [(one.name, one.tries, one.failed, one.likely_honest) for one in found.by_device] == [("camera", 4, 3, 0)]


def test_failed_tries_of_honest_people_are_a_signal(held: Hold, sit: Sit) -> None:
    light = replace(FAILED, scores={"brightness": 40.0})
    sitting = sit()
    sitting.until_asked()
    sitting.tries(light)
    sitting.tries(replace(PASSED, scores={"brightness": 120.0}))
    actions.release_by_word(
        hold_uuid=held.uuid, learner_id=held.learner_id, way="phone", by=held.learner, at=held.held_at
    )
    found = figures(held.from_at - timedelta(days=1))
    assert [(one.name, one.tries, one.signal_percent) for one in found.by_light] == [("dark", 1, 100), ("middle", 1, 0)]
    assert [(one.name, one.tries, one.failed, one.likely_honest) for one in found.by_device] == [("camera", 5, 4, 4)]
    assert sum(one.likely_honest for one in found.by_hour) == 4


def test_time_to_decision_is_counted_from_the_appeal(held: Hold) -> None:
    later = held.held_at + timedelta(days=10)
    actions.appeal(hold_uuid=held.uuid, learner_id=held.learner_id, words="", answer_due=DUE, at=later)
    actions.decide_hold(
        hold_uuid=held.uuid, outcome="refuse", reason="照片", by=reviewer(), at=later + timedelta(hours=5)
    )
    found = figures(held.from_at - timedelta(days=1))
    assert found.waits == ((4, 0), (24, 1), (48, 0), (72, 0), (None, 0))
    assert found.mean_decision == found.longest_decision == timedelta(hours=5)


def told_of_decisions(test: Callable[[], object]) -> list[dict[str, object]]:
    heard: list[dict[str, object]] = []

    def hear(**said: object) -> None:
        heard.append(said)

    hold_decided.connect(hear, weak=False)
    try:
        test()
    finally:
        hold_decided.disconnect(hear)
    return heard


def test_a_decision_is_told_and_a_proposal_is_not(held: Hold) -> None:
    first, second, third = reviewer(), reviewer(), reviewer()

    def refused() -> None:
        actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason=" 照片 ", by=first, at=held.held_at)

    def proposed() -> None:
        actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="看错了", by=second, at=held.held_at)

    def seconded() -> None:
        actions.second_reversal(hold_uuid=held.uuid, agrees=True, reason="同意", by=third, at=held.held_at)

    said = [told_of_decisions(deed) for deed in (refused, proposed, seconded)]
    assert [[(one["outcome"], one["reason"], one["appealed"]) for one in heard] for heard in said] == [
        [("refuse", "照片", False)],
        [],
        [("release", "同意", False)],
    ]


@pytest.fixture
def appealed_again(held: Hold) -> tuple[Hold, User]:
    """A refusal that was appealed against, and who refused."""
    first = reviewer()
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=first, at=held.held_at)
    later = held.held_at + timedelta(hours=1)
    actions.appeal(hold_uuid=held.uuid, learner_id=held.learner_id, words="是我", answer_due=DUE, at=later)
    return held, first


def test_an_appeal_against_a_refusal_is_answered_by_somebody_else(appealed_again: tuple[Hold, User]) -> None:
    held, first = appealed_again
    later, second = held.held_at + timedelta(hours=2), reviewer()
    assert [row.waits for row in desk_rows(DeskFilter("appealed"))] == [True]
    for judge, may in ((first, False), (second, True)):
        found = hold_file(held.uuid, judge.pk)
        assert found is not None and found.can_uphold is may
    with pytest.raises(DecisionRefused, match="same_person"):
        actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="还是照片", by=first, at=later)
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="还是照片", by=second, at=later)
    assert desk_rows(DeskFilter("appealed")) == desk_rows(DeskFilter()) == ()
    with pytest.raises(DecisionRefused, match="over"):
        actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="再说一次", by=second, at=later)


def test_an_appeal_that_is_answered_by_a_declined_reversal_waits_no_more(appealed_again: tuple[Hold, User]) -> None:
    held, _first = appealed_again
    later = held.held_at + timedelta(hours=2)
    actions.decide_hold(hold_uuid=held.uuid, outcome="release", reason="看错了", by=reviewer(), at=later)
    assert [row.proposed for row in desk_rows(DeskFilter())] == [True]
    actions.second_reversal(hold_uuid=held.uuid, agrees=False, reason="没有看错", by=reviewer(), at=later)
    assert desk_rows(DeskFilter()) == ()


def test_the_evidence_tells_all_that_happened_in_its_order(held: Hold) -> None:
    judge = reviewer()
    picture = FacePicture.objects.filter(face_try__isnull=False).first()
    assert picture is not None
    hour = timedelta(hours=1)
    actions.appeal(
        hold_uuid=held.uuid, learner_id=held.learner_id, words="灯坏了", answer_due=DUE, at=held.held_at + hour
    )
    for _ in range(2):
        actions.look_at_picture(picture_uuid=picture.uuid, by=judge, at=held.held_at + 2 * hour)
    actions.decide_hold(hold_uuid=held.uuid, outcome="refuse", reason="照片", by=judge, at=held.held_at + 3 * hour)
    lines = evidence_of(held.uuid)
    assert [one.code for one in lines] == [
        "begins",
        "asked",
        *["not_passed"] * 3,
        "held_failed",
        "appealed",
        "seen",
        "decided_refuse",
    ]
    assert [one.at for one in lines] == sorted(one.at for one in lines)
    assert lines[2].reasons == ("flat",) and lines[-3].note == "灯坏了" and lines[-2].number == 2
    assert [str(line.words) for line in told(lines)][-1] == "审核员决定：不予计入"


def test_the_evidence_tells_how_time_was_freed(held: Hold) -> None:
    actions.release_by_word(
        hold_uuid=held.uuid, learner_id=held.learner_id, way="phone", by=held.learner, at=held.held_at
    )
    assert evidence_of(held.uuid)[-1].code == "released"
    assert evidence_of(uuid4()) == ()
