"""Editions are published whole and then stay as they are."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from analytics.learning_log.models import LogRecord
from content import actions
from content.domain.refusals import EditionFrozen, PublishRefused
from content.models import CourseEdition, Lesson, SyllabusTopic
from content.queries import edition_outline, lesson_facts, open_edition_of, workbench_of
from player.videos.models import State
from tests.content.shelf import AT, Shelf, draft_edition, published_edition, ready_video


def test_a_published_edition_is_open_and_on_record(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    outline = edition_outline(edition.pk)
    assert outline is not None
    assert outline.is_open
    assert outline.category == "professional"
    assert outline.post_code == "site_civil"
    assert outline.total_ms == 128_000
    assert outline.course_url == "/courses/site-civil/site-civil-04/"
    record = LogRecord.objects.get(kind="content.edition_published")
    assert record.payload["declared_hours"] == "2.00"
    assert [lesson["duration_ms"] for lesson in record.payload["lessons"]] == [64_000, 64_000]


def test_hours_beyond_the_videos_are_refused_with_the_figures(shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"], hours="2.00", minutes_per_hour=45)
    with pytest.raises(PublishRefused) as refusal:
        actions.publish_edition(edition_id=edition.pk, at=AT, by=None)
    assert "现有 2 课时共 2 分 08 秒，最多申报 0.04 学时" in str(refusal.value)
    assert CourseEdition.objects.get(pk=edition.pk).published_at is None
    assert not LogRecord.objects.filter(kind="content.edition_published").exists()


def test_a_video_that_is_not_ready_is_refused(shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"])
    video = ready_video()
    video.state = State.TRANSCODING
    video.save(update_fields=["state"])
    actions.add_lesson(edition_id=edition.pk, title="事故案例", video_id=video.pk, at=AT, by=None)
    with pytest.raises(PublishRefused, match="第 3 课时“事故案例”的视频还不能播放"):
        actions.publish_edition(edition_id=edition.pk, at=AT, by=None)


def test_publishing_twice_is_refused(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    with pytest.raises(PublishRefused, match="已经发布"):
        actions.publish_edition(edition_id=edition.pk, at=AT, by=None)


def test_a_published_edition_takes_no_lesson(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    with pytest.raises(EditionFrozen):
        actions.add_lesson(edition_id=edition.pk, title="又一节", video_id=ready_video().pk, at=AT, by=None)


FORBIDDEN = [
    "UPDATE content_courseedition SET declared_hours = 9 WHERE id = %(edition)s",
    "UPDATE content_courseedition SET published_at = NULL WHERE id = %(edition)s",
    "UPDATE content_courseedition SET topic_id = topic_id + 1 WHERE id = %(edition)s",
    "DELETE FROM content_courseedition WHERE id = %(edition)s",
    "UPDATE content_lesson SET title = 'x' WHERE edition_id = %(edition)s",
    "UPDATE content_lesson SET video_id = video_id + 1 WHERE edition_id = %(edition)s",
    "UPDATE content_lesson SET edition_id = %(draft)s WHERE edition_id = %(edition)s",
    "UPDATE content_lesson SET edition_id = %(edition)s WHERE edition_id = %(draft)s",
    "DELETE FROM content_lesson WHERE edition_id = %(edition)s",
    "INSERT INTO content_lesson (uuid, edition_id, position, title, video_id, key_points)"
    " SELECT gen_random_uuid(), edition_id, 99, title, video_id, '' FROM content_lesson"
    " WHERE edition_id = %(edition)s LIMIT 1",
    "UPDATE content_syllabustopic SET hours = 9",
    "DELETE FROM content_syllabustopic",
    "UPDATE content_syllabusversion SET title = 'x'",
    "UPDATE content_syllabusversion SET state = 'draft', filed_on = NULL",
]


def test_even_raw_sql_cannot_change_what_was_published_or_filed(shelf: Shelf, subtests: pytest.Subtests) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    draft = draft_edition(shelf.courses["site_civil-06"])
    for statement in FORBIDDEN:
        with (
            subtests.test(statement=statement),
            pytest.raises(IntegrityError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, {"edition": edition.pk, "draft": draft.pk})


def test_withdrawing_closes_and_cannot_be_undone(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    actions.withdraw_edition(edition_id=edition.pk, at=AT, by=None)
    actions.withdraw_edition(edition_id=edition.pk, at=AT, by=None)
    outline = edition_outline(edition.pk)
    assert outline is not None
    assert not outline.is_open
    assert open_edition_of(edition.course_id) is None
    assert LogRecord.objects.filter(kind="content.edition_withdrawn").count() == 1
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        CourseEdition.objects.filter(pk=edition.pk).update(withdrawn_at=None)


def test_a_draft_has_nothing_to_withdraw(shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["site_civil-04"])
    with pytest.raises(EditionFrozen, match="还没有发布"):
        actions.withdraw_edition(edition_id=edition.pk, at=AT, by=None)


def test_the_newest_open_edition_is_the_one_offered(shelf: Shelf) -> None:
    course = shelf.courses["site_civil-04"]
    first, second = published_edition(course), published_edition(course)
    assert second.number == 2
    offered = open_edition_of(course.pk)
    assert offered is not None
    assert offered.edition_id == second.pk
    actions.withdraw_edition(edition_id=second.pk, at=AT, by=None)
    offered = open_edition_of(course.pk)
    assert offered is not None
    assert offered.edition_id == first.pk


def test_the_next_edition_repeats_the_lessons_under_new_names(shelf: Shelf) -> None:
    old = published_edition(shelf.courses["site_civil-04"])
    fresh = actions.begin_next_edition(edition_id=old.pk, at=AT, by=None)
    pairs = zip(old.lessons.order_by("position"), fresh.lessons.order_by("position"), strict=True)
    assert all(a.title == b.title and a.video_id == b.video_id and a.uuid != b.uuid for a, b in pairs)
    assert fresh.number == 2
    assert fresh.published_at is None


def test_durations_stay_when_a_video_is_made_anew(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["site_civil-04"])
    lesson = edition.lessons.order_by("position")[0]
    lesson.video.duration_ms = 1
    lesson.video.save(update_fields=["duration_ms"])
    facts = lesson_facts(lesson.uuid)
    assert facts is not None
    assert facts.duration_ms == 64_000


def test_a_lesson_says_what_it_counts_for(shelf: Shelf) -> None:
    edition = published_edition(shelf.courses["C06"])
    lesson = edition.lessons.order_by("position")[1]
    facts = lesson_facts(lesson.uuid)
    assert facts is not None
    assert (facts.position, facts.category, facts.post_code) == (2, "general", None)
    assert facts.key_points == ("垫板：位置", "扫地杆")
    assert facts.course_url == "/courses/c06/"
    assert facts.declared_hours == Decimal("2.00")
    assert facts.fictional


def test_a_lesson_of_a_draft_is_nobodys(shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["C06"])
    assert lesson_facts(edition.lessons.all()[0].uuid) is None
    assert edition_outline(987_654_321) is None


def test_an_editions_post_and_category_agree_by_constraint(shelf: Shelf) -> None:
    edition = draft_edition(shelf.courses["C06"])
    with pytest.raises(IntegrityError, match="edition_post_matches_category"), transaction.atomic():
        CourseEdition.objects.filter(pk=edition.pk).update(post_code="site_civil")


def test_two_lessons_change_places_in_one_transaction(shelf: Shelf) -> None:
    first, second = draft_edition(shelf.courses["C06"]).lessons.order_by("position")
    Lesson.objects.filter(pk=first.pk).update(position=2)
    Lesson.objects.filter(pk=second.pk).update(position=1)
    assert SyllabusTopic.objects.exists()  # the constraint is deferred to the end of the transaction


def test_the_workbench_knows_the_draft_and_not_what_is_published(shelf: Shelf) -> None:
    course = shelf.courses["C06"]
    published_edition(course)
    bench = workbench_of("C06")
    assert bench is not None
    assert (bench.course_id, bench.draft_edition_id) == (course.pk, None)
    draft = draft_edition(course)
    bench = workbench_of("C06")
    assert bench is not None
    assert bench.draft_edition_id == draft.pk
    assert workbench_of("C99") is None
