"""Time held for want of a check stands apart from what counts, and the checks stand beside the entry."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from analytics.domain.record import Payload, utc_text
from analytics.learning_log.actions import append
from lms.accounts.models import User
from lms.credit import queries
from lms.credit.actions import award_watched
from lms.credit.queries.held import held_of
from tests.lms.credit.conftest import House, lesson_of

pytestmark = pytest.mark.django_db


@transaction.atomic
def tell(kind: str, who: User, lesson: UUID, at: datetime, payload: dict[str, Payload]) -> None:
    append(kind=kind, actor_id=None, learner_id=who.pk, happened_at=at, subject=str(lesson), payload=payload)


def watched(who: User, lesson: UUID, session: str, at: datetime, seconds: int) -> None:
    end = at + timedelta(seconds=seconds)
    tell(
        "player.span_watched", who, lesson, end,
        {
            "session_uuid": session, "subject_uuid": str(lesson), "video_uuid": str(uuid4()),
            "spans": [[0, seconds * 1000]], "counted_ms": seconds * 1000, "wall_from": utc_text(at),
            "wall_until": utc_text(end), "beats": 1,
        },
    )  # fmt: skip


def sitting(who: User, lesson: UUID, at: datetime) -> dict[str, Payload]:
    """A face session beside a watch session of 60 s, the first 20 s confirmed, the next 30 s held. Return its names."""
    named: dict[str, Payload] = {"session_uuid": str(uuid4()), "counterpart_uuid": str(uuid4())}
    opened: dict[str, Payload] = {"purpose": "lesson", "policy": "0" * 64, "plan_digest": "0" * 64}
    tell("proctoring.session_opened", who, lesson, at, {**named, **opened, "opened_at": utc_text(at)})
    watched(who, lesson, str(named["counterpart_uuid"]), at, 60)
    passed, failed = at + timedelta(seconds=20), at + timedelta(seconds=50)
    stretch: dict[str, Payload] = {"from_at": utc_text(at), "until_at": utc_text(passed)}
    tell("proctoring.time_confirmed", who, lesson, passed, {**named, **stretch, "because": "passed"})
    tell("proctoring.check_ended", who, lesson, passed, {**named, "check_uuid": str(uuid4()), "state": "passed"})
    held: dict[str, Payload] = {"from_at": utc_text(passed), "until_at": utc_text(failed), "hold_uuid": str(uuid4())}
    tell("proctoring.check_ended", who, lesson, failed, {**named, "check_uuid": str(uuid4()), "state": "failed"})
    tell("proctoring.time_held", who, lesson, failed, {**named, **held, "reason": "failed"})
    return {**named, **held}


def test_held_and_provisional_time_is_told_apart_and_released_into_credit(
    house: House, learner: User, now: datetime
) -> None:
    lesson = lesson_of(house.formwork)
    told = sitting(learner, lesson, now)
    (line,) = held_of(learner.pk, {lesson: "第一课"})
    assert (line.held_seconds, line.provisional_seconds, line.refused_seconds) == (30, 10, 0)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    page = queries.ledger_of(learner.pk)
    assert page.total_seconds == 20
    assert [check.state for check in page.entries[0].checks] == ["passed", "failed"]
    tell("proctoring.time_released", learner, lesson, now, {**told, "way": "reviewer"})
    (line,) = held_of(learner.pk, {lesson: "第一课"})
    assert (line.held_seconds, line.provisional_seconds) == (0, 10)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert queries.ledger_of(learner.pk).total_seconds == 50


def test_refused_time_is_said_and_watching_again_counts(house: House, learner: User, now: datetime) -> None:
    lesson = lesson_of(house.formwork)
    told = sitting(learner, lesson, now)
    tell("proctoring.time_refused", learner, lesson, now, told)
    (line,) = held_of(learner.pk, {lesson: "第一课"})
    assert (line.held_seconds, line.provisional_seconds, line.refused_seconds) == (0, 10, 30)
    watched(learner, lesson, str(uuid4()), now + timedelta(hours=1), 60)  # nobody asked for presence this time
    assert held_of(learner.pk, {lesson: "第一课"}) == ()


def test_without_checks_nothing_is_held(house: House, learner: User, now: datetime) -> None:
    lesson = lesson_of(house.formwork)
    watched(learner, lesson, str(uuid4()), now, 30)
    assert held_of(learner.pk, {lesson: "第一课"}) == ()
