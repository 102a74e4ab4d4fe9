"""What was watched comes into the ledger once, to the second, with the records it was summed from."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from analytics.learning_log.models import LogRecord
from content.models import CourseEdition
from lms.accounts.models import User
from lms.credit import tasks
from lms.credit.actions import award_watched, reverse_entry, unseen_watching
from lms.credit.models import AwardMark, CreditEntry
from tests import people
from tests.lms.credit.conftest import file_watching, lesson_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 9)


def ledger(who: User) -> list[tuple[str, int, date]]:
    return list(
        CreditEntry.objects.filter(learner=who).order_by("id").values_list("category", "seconds", "activity_day")
    )


def test_watched_seconds_are_entered_in_the_category_of_the_course(
    learner: User, formwork: CourseEdition, hazards: CourseEdition, now: datetime
) -> None:
    for edition in (formwork, hazards):
        file_watching(learner, lesson_of(edition), (0, 40.9), at=now)
        award_watched(learner_id=learner.pk, subject_uuid=lesson_of(edition), at=now)
    assert ledger(learner) == [("online_professional", 40, DAY), ("online_general", 40, DAY)]
    assert list(CreditEntry.objects.order_by("id").values_list("post_code", flat=True)) == ["site_civil", ""]


def test_awarding_twice_changes_nothing(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 30), at=now)
    assert len(award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)) == 1
    assert award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now) == ()
    assert ledger(learner) == [("online_professional", 30, DAY)]


def test_only_the_difference_is_entered_with_its_own_evidence(
    learner: User, formwork: CourseEdition, now: datetime
) -> None:
    lesson = lesson_of(formwork)
    first = file_watching(learner, lesson, (0, 30), at=now)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    second = file_watching(learner, lesson, (20, 45), at=now + timedelta(minutes=5))
    (entry,) = award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert entry.seconds == 15
    assert entry.evidence == {"records": [second.pk], "spans": [[30_000, 45_000]], "lesson_ms": 64_000}
    assert entry.log_record_id == second.pk
    assert CreditEntry.objects.earliest("id").evidence == {
        "records": [first.pk],
        "spans": [[0, 30_000]],
        "lesson_ms": 64_000,
    }


def test_parts_of_a_second_come_in_with_the_next_part(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    for start, end in ((0, 1.6), (1.6, 3.2)):
        file_watching(learner, lesson, (start, end), at=now)
        award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert ledger(learner) == [("online_professional", 1, DAY), ("online_professional", 2, DAY)]


def test_nothing_beyond_the_lesson_is_entered(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 500), at=now)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert ledger(learner) == [("online_professional", 64, DAY)]


def test_each_local_day_has_an_entry_of_its_own(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    late = now.replace(hour=15, minute=59)  # 23:59 in Shanghai
    file_watching(learner, lesson, (0, 20), at=late)
    file_watching(learner, lesson, (20, 50), at=late + timedelta(minutes=1))
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert ledger(learner) == [
        ("online_professional", 20, DAY),
        ("online_professional", 30, DAY + timedelta(days=1)),
    ]


def test_evidence_of_an_earlier_day_that_comes_late_moves_the_seconds_there(
    learner: User, formwork: CourseEdition, now: datetime
) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 40), at=now)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    file_watching(learner, lesson, (10, 30), at=now - timedelta(days=1))
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert ledger(learner) == [
        ("online_professional", 40, DAY),
        ("online_professional", 20, DAY - timedelta(days=1)),
        ("online_professional", -20, DAY),
    ]


def test_what_a_person_took_back_stays_taken_back(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 40), at=now)
    (entry,) = award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    reverse_entry(entry_id=entry.pk, reason="他人代看，已查实", at=now, by=people.reviewer())
    assert award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now) == ()
    file_watching(learner, lesson, (40, 50), at=now)
    award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    assert [seconds for _, seconds, _ in ledger(learner)] == [40, -40, 10]


def test_another_person_gains_nothing(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 40), at=now)
    other = people.learner(post="site_civil")
    assert award_watched(learner_id=other.pk, subject_uuid=lesson, at=now) == ()


def test_an_unknown_lesson_earns_nothing(learner: User, now: datetime) -> None:
    file_watching(learner, lesson := uuid4(), (0, 40), at=now)
    assert award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now) == ()


def test_an_award_is_logged_with_the_records_it_stands_on(
    learner: User, formwork: CourseEdition, now: datetime
) -> None:
    lesson = lesson_of(formwork)
    watched = file_watching(learner, lesson, (0, 40), at=now)
    (entry,) = award_watched(learner_id=learner.pk, subject_uuid=lesson, at=now)
    record = LogRecord.objects.get(kind="credit.hours_awarded")
    assert record.learner_id == learner.pk
    assert record.payload["records"] == [watched.pk]
    assert (record.payload["seconds"], record.payload["entry_uuid"]) == (40, str(entry.uuid))


def test_the_bell_of_the_log_awards(
    learner: User,
    formwork: CourseEdition,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        file_watching(learner, lesson_of(formwork), (0, 40), at=now)
    assert ledger(learner) == [("online_professional", 40, DAY)]


def test_the_sweep_finds_what_nobody_rang_for(learner: User, formwork: CourseEdition, now: datetime) -> None:
    lesson = lesson_of(formwork)
    file_watching(learner, lesson, (0, 40), at=now)
    tasks.award_unseen()
    assert ledger(learner) == [("online_professional", 40, DAY)]
    assert unseen_watching(at=now) == ()


def test_the_sweep_passes_by_only_what_is_settled(learner: User, formwork: CourseEdition, now: datetime) -> None:
    record = file_watching(learner, lesson_of(formwork), (0, 40), at=now)
    soon = record.recorded_at + timedelta(minutes=1)
    assert unseen_watching(at=soon) == ((learner.pk, lesson_of(formwork)),)
    assert AwardMark.objects.get().record_id == 0
    unseen_watching(at=soon + timedelta(hours=1))
    assert AwardMark.objects.get().record_id == record.pk
    assert unseen_watching(at=soon + timedelta(hours=1)) == ()
