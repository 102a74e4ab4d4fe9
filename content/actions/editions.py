"""Making, publishing and withdrawing editions."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Max

from analytics.learning_log.actions import append, put_labels
from content.actions.rights import actor_id, demand
from content.actions.search import index_course
from content.domain.outline import PROFESSIONAL, SECTION_OF_CATEGORY
from content.domain.refusals import EDITION_FROZEN, NOT_PUBLISHED, EditionFrozen, PublishRefused
from content.models import CourseEdition, CoursePage, Lesson
from content.queries import edition_outline, obstacles_to_publishing
from player.videos.queries import videos_by_id

_CATEGORY_OF_SECTION = {section: category for category, section in SECTION_OF_CATEGORY.items()}


@transaction.atomic
def create_edition(
    *,
    course_id: int,
    declared_hours: Decimal,
    year: int,
    at: datetime,
    by: AbstractUser | None,
    minutes_per_hour: int = 45,
) -> CourseEdition:
    """Make the next edition of a course, a draft; it takes topic, category and post from the course's topic.

    declared_hours: 学时; checked against the videos when it is published. Raises NotPermitted, CoursePage.DoesNotExist.
    """
    demand(by, "add_courseedition")
    course = CoursePage.objects.select_for_update(of=("self",)).select_related("topic").get(pk=course_id)
    newest = course.editions.aggregate(newest=Max("number"))["newest"] or 0
    category = _CATEGORY_OF_SECTION[course.topic.section]
    edition = CourseEdition.objects.create(
        course=course,
        number=newest + 1,
        year=year,
        topic=course.topic,
        category=category,
        post_code=course.topic.post_code if category == PROFESSIONAL else "",
        declared_hours=declared_hours,
        minutes_per_hour=minutes_per_hour,
    )
    put_labels(kind="edition", texts={str(edition.uuid): course.title})
    append(
        kind="content.edition_created",
        actor_id=actor_id(by),
        happened_at=at,
        subject=str(edition.uuid),
        payload={"edition_uuid": str(edition.uuid), "course_code": course.code, "number": edition.number},
    )
    return edition


@transaction.atomic
def begin_next_edition(*, edition_id: int, at: datetime, by: AbstractUser | None) -> CourseEdition:
    """Make the next edition of the same course, a draft that repeats this one's lessons, videos and figures.

    Its lessons have new uuids: what was watched in the old edition counts there. Raises NotPermitted.
    """
    old = CourseEdition.objects.get(pk=edition_id)
    fresh = create_edition(
        course_id=old.course_id,
        declared_hours=old.declared_hours,
        year=at.year,
        minutes_per_hour=old.minutes_per_hour,
        at=at,
        by=by,
    )
    Lesson.objects.bulk_create(
        Lesson(
            edition=fresh,
            position=lesson.position,
            title=lesson.title,
            video_id=lesson.video_id,
            key_points=lesson.key_points,
        )
        for lesson in Lesson.objects.filter(edition=old).order_by("position")
    )
    return fresh


@transaction.atomic
def add_lesson(
    *,
    edition_id: int,
    title: str,
    video_id: int,
    at: datetime,
    by: AbstractUser | None,
    key_points: str = "",
) -> Lesson:
    """Add a lesson at the end of a draft edition. key_points: one a line. Raises EditionFrozen, NotPermitted."""
    demand(by, "change_courseedition")
    edition = _locked(edition_id)
    if edition.published_at is not None:
        raise EditionFrozen(EDITION_FROZEN)
    last = Lesson.objects.filter(edition_id=edition_id).aggregate(last=Max("position"))["last"] or 0
    lesson = Lesson.objects.create(
        edition=edition, position=last + 1, title=title, video_id=video_id, key_points=key_points
    )
    put_labels(kind="lesson", texts={str(lesson.uuid): f"{edition.course.title} · {title}"})
    append(
        kind="content.lesson_added",
        actor_id=actor_id(by),
        happened_at=at,
        subject=str(edition.uuid),
        payload={"edition_uuid": str(edition.uuid), "lesson_uuid": str(lesson.uuid), "title": title},
    )
    return lesson


@transaction.atomic
def publish_edition(*, edition_id: int, at: datetime, by: AbstractUser | None) -> CourseEdition:
    """Publish an edition and freeze it, lessons and their durations included; learners may enrol from now on.

    Raises PublishRefused with every reason at once, NotPermitted, CourseEdition.DoesNotExist.
    """
    demand(by, "publish_courseedition")
    edition = _locked(edition_id)
    obstacles = obstacles_to_publishing(edition_id)
    if obstacles:
        raise PublishRefused(*obstacles)
    _freeze_durations(edition)
    edition.published_at = at
    edition.save(update_fields=["published_at"])
    index_course(course_id=edition.course_id)
    _log_publication(edition, at, by)
    return edition


@transaction.atomic
def withdraw_edition(*, edition_id: int, at: datetime, by: AbstractUser | None) -> CourseEdition:
    """Close an edition to new enrolments; those who began may finish. Withdrawn already: nothing changes.

    Raises EditionFrozen (never published: there is nothing to withdraw), NotPermitted, CourseEdition.DoesNotExist.
    """
    demand(by, "publish_courseedition")
    edition = _locked(edition_id)
    if edition.published_at is None:
        raise EditionFrozen(NOT_PUBLISHED)
    if edition.withdrawn_at is not None:
        return edition
    edition.withdrawn_at = at
    edition.save(update_fields=["withdrawn_at"])
    index_course(course_id=edition.course_id)
    append(
        kind="content.edition_withdrawn",
        actor_id=actor_id(by),
        happened_at=at,
        subject=str(edition.uuid),
        payload={
            "edition_uuid": str(edition.uuid),
            "course_code": edition.course.code,
            "course_title": edition.course.title,
            "number": edition.number,
        },
    )
    return edition


def _locked(edition_id: int) -> CourseEdition:
    return CourseEdition.objects.select_for_update(of=("self",)).select_related("course").get(pk=edition_id)


def _freeze_durations(edition: CourseEdition) -> None:
    lessons = list(Lesson.objects.filter(edition=edition))
    videos = videos_by_id([lesson.video_id for lesson in lessons])
    for lesson in lessons:
        lesson.duration_ms = videos[lesson.video_id].duration_ms
    Lesson.objects.bulk_update(lessons, ["duration_ms"])


def _log_publication(edition: CourseEdition, at: datetime, by: AbstractUser | None) -> None:
    outline = edition_outline(edition.pk)
    assert outline is not None  # noqa: S101 — it was locked above
    append(
        kind="content.edition_published",
        actor_id=actor_id(by),
        happened_at=at,
        subject=str(edition.uuid),
        payload={
            "edition_uuid": str(edition.uuid),
            "course_code": outline.course_code,
            "course_title": outline.course_title,
            "number": outline.number,
            "category": outline.category,
            "post_code": outline.post_code or "",
            "topic_id": edition.topic_id,
            "declared_hours": str(outline.declared_hours),
            "minutes_per_hour": outline.minutes_per_hour,
            "lessons": [
                {"lesson_uuid": str(lesson.uuid), "video_id": lesson.video_id, "duration_ms": lesson.duration_ms}
                for lesson in outline.lessons
            ],
        },
    )
