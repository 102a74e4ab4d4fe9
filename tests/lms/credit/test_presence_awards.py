"""Hours follow presence: provisional and held seconds wait, confirmed and released ones count; the pack's own sum agrees."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from analytics.domain.hours_again import Told, hours_again
from analytics.domain.record import sealed_fields, utc_text
from analytics.learning_log.actions import append
from analytics.learning_log.models import LogRecord
from content.models import CourseEdition
from lms.accounts.models import User
from lms.credit.actions import award_watched, unseen_watching
from lms.credit.models import CreditEntry
from tests.lms.credit.conftest import lesson_of

pytestmark = pytest.mark.django_db


class Sitting:
    """A watch session beside which presence is asked for, as both rooms file it."""

    def __init__(self, who: User, lesson: UUID, at: datetime) -> None:
        self.who, self.lesson, self.at, self.uuid = who, lesson, at, uuid4()
        self.file("proctoring.session_opened", purpose="lesson", policy="p", plan_digest="d", opened_at=utc_text(at))

    @transaction.atomic
    def file(self, kind: str, **payload: str) -> LogRecord:
        return append(
            kind=kind,
            actor_id=None,
            learner_id=self.who.pk,
            subject=str(self.lesson),
            happened_at=self.at,
            payload={"session_uuid": str(self.uuid), "counterpart_uuid": str(self.uuid), **payload},
        )

    def stretch(self, start: int, end: int) -> dict[str, str]:
        return {
            "from_at": utc_text(self.at + timedelta(seconds=start)),
            "until_at": utc_text(self.at + timedelta(seconds=end)),
        }

    @transaction.atomic
    def watches(self, start: int, end: int) -> None:
        """Media and wall time run together."""
        append(
            kind="player.span_watched",
            actor_id=self.who.pk,
            learner_id=self.who.pk,
            happened_at=self.at,
            subject=str(self.lesson),
            payload={
                "session_uuid": str(self.uuid),
                "subject_uuid": str(self.lesson),
                "video_uuid": str(uuid4()),
                "spans": [[start * 1000, end * 1000]],
                "counted_ms": (end - start) * 1000,
                "wall_from": utc_text(self.at + timedelta(seconds=start)),
                "wall_until": utc_text(self.at + timedelta(seconds=end)),
                "beats": 3,
            },
        )

    def earned(self) -> int:
        award_watched(learner_id=self.who.pk, subject_uuid=self.lesson, at=self.at)
        rows = CreditEntry.objects.filter(learner=self.who, source_ref=str(self.lesson))
        return sum(rows.values_list("seconds", flat=True))


@pytest.fixture
def sitting(learner: User, formwork: CourseEdition, now: datetime) -> Sitting:
    return Sitting(learner, lesson_of(formwork), now)


def pack_agrees() -> bool:
    rows = LogRecord.objects.order_by("pk").values_list("pk", "canonical")
    return all(not each.difference for each in hours_again(Told(pk, sealed_fields(bytes(c))) for pk, c in rows))


def test_provisional_seconds_wait_and_a_passed_check_counts_them(sitting: Sitting) -> None:
    sitting.watches(0, 30)
    assert sitting.earned() == 0
    sitting.file("proctoring.time_confirmed", because="passed", **sitting.stretch(0, 20))
    assert sitting.earned() == 20
    assert pack_agrees()
    sitting.file("proctoring.time_confirmed", because="none_due", **sitting.stretch(20, 40))
    assert sitting.earned() == 30
    assert pack_agrees()


def test_held_seconds_wait_and_are_neither_lost_nor_counted_until_released(sitting: Sitting) -> None:
    sitting.watches(0, 40)
    sitting.file("proctoring.time_confirmed", because="passed", **sitting.stretch(0, 15))
    sitting.file("proctoring.time_held", hold_uuid="h", reason="missed", **sitting.stretch(15, 40))
    assert sitting.earned() == 15
    sitting.file("proctoring.time_released", hold_uuid="h", way="phone", **sitting.stretch(15, 40))
    assert sitting.earned() == 40
    assert pack_agrees()


def test_refused_seconds_do_not_count_and_the_rest_stays(sitting: Sitting) -> None:
    sitting.watches(0, 40)
    sitting.file("proctoring.time_confirmed", because="passed", **sitting.stretch(0, 15))
    sitting.file("proctoring.time_held", hold_uuid="h", reason="failed", **sitting.stretch(15, 40))
    sitting.file("proctoring.time_refused", hold_uuid="h", **sitting.stretch(15, 40))
    assert sitting.earned() == 15
    assert pack_agrees()


def test_a_lost_bell_for_presence_is_found_by_the_sweep(sitting: Sitting) -> None:
    sitting.watches(0, 30)
    sitting.earned()
    sitting.file("proctoring.time_confirmed", because="passed", **sitting.stretch(0, 30))
    assert (sitting.who.pk, sitting.lesson) in unseen_watching(at=sitting.at)
