"""Editions and lessons as other rooms may read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from content.domain.outline import MappedTo, Outline, OutlineLesson, reasons_against_publishing
from content.domain.refusals import Reason
from content.models import CourseEdition, CoursePage, Lesson, SyllabusVersion
from content.queries.addresses import Addresses
from player.videos.queries import videos_by_id


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """A lesson of a published edition, with what it counts for.

    post_code: None exactly for the general category. duration_ms: as frozen at publication.
    declared_hours: of the whole edition; minutes_per_hour: the length of one 学时 in video minutes.
    """

    uuid: UUID
    title: str
    position: int
    key_points: tuple[str, ...]
    edition_id: int
    edition_uuid: UUID
    course_title: str
    course_code: str
    course_url: str
    category: str
    post_code: str | None
    topic_group: str
    topic_group_name: str
    declared_hours: Decimal
    minutes_per_hour: int
    fictional: bool
    video_id: int
    duration_ms: int


def lesson_facts(lesson_uuid: UUID) -> LessonFacts | None:
    """Return a lesson; None when there is none or its edition is a draft. Withdrawn editions are still answered."""
    return lessons_by_uuid([lesson_uuid]).get(lesson_uuid)


def lessons_by_uuid(lesson_uuids: Iterable[UUID]) -> Mapping[UUID, LessonFacts]:
    """Return the lessons of published editions among these, by uuid; unknown ones are left out."""
    rows = Lesson.objects.filter(uuid__in=list(lesson_uuids), edition__published_at__isnull=False).select_related(
        "edition__course", "edition__topic__version"
    )
    addresses = Addresses()
    return {row.uuid: _lesson_facts(row, addresses) for row in rows}


def _lesson_facts(lesson: Lesson, addresses: Addresses) -> LessonFacts:
    edition = lesson.edition
    return LessonFacts(
        uuid=lesson.uuid,
        title=lesson.title,
        position=lesson.position,
        key_points=key_points_of(lesson),
        edition_id=edition.pk,
        edition_uuid=edition.uuid,
        course_title=edition.course.title,
        course_code=edition.course.code,
        course_url=addresses.of(edition.course),
        category=edition.category,
        post_code=edition.post_code or None,
        topic_group=edition.topic.group,
        topic_group_name=edition.topic.get_group_display(),
        declared_hours=edition.declared_hours,
        minutes_per_hour=edition.minutes_per_hour,
        fictional=edition.topic.version.fictional,
        video_id=lesson.video_id,
        duration_ms=lesson.duration_ms or 0,
    )


def key_points_of(lesson: Lesson) -> tuple[str, ...]:
    """Return the key points of a lesson, one a line as written, empty lines dropped."""
    return tuple(line.strip() for line in lesson.key_points.splitlines() if line.strip())


def edition_outline(edition_id: int) -> Outline | None:
    """Return an edition with its lessons in order, drafts too (ask `is_open`); None when there is none."""
    return edition_outlines([edition_id]).get(edition_id)


def edition_outlines(edition_ids: Iterable[int]) -> Mapping[int, Outline]:
    """Return the outlines of these editions by id; unknown ones are left out."""
    editions = list(_with_lessons(CourseEdition.objects.filter(pk__in=list(edition_ids))))
    drafts = [lesson.video_id for edition in editions if not edition.published_at for lesson in edition.lessons.all()]
    video_ms = _ready_ms(drafts)
    addresses = Addresses()
    return {edition.pk: _outline(edition, video_ms, addresses) for edition in editions}


def edition_id_of(edition_uuid: UUID) -> int | None:
    """Return the id behind an edition's public name."""
    return CourseEdition.objects.filter(uuid=edition_uuid).values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class Workbench:
    """A course to be worked on; draft_edition_id: its newest edition that is not published, None without one."""

    course_id: int
    course_title: str
    draft_edition_id: int | None


def workbench_of(course_code: str) -> Workbench | None:
    """Return where lessons of a course are added; None for an unknown code. Two queries."""
    course = CoursePage.objects.filter(code=course_code).first()
    if course is None:
        return None
    drafts = CourseEdition.objects.filter(course=course, published_at__isnull=True).order_by("-number")
    return Workbench(course.pk, course.title, drafts.values_list("pk", flat=True).first())


def open_edition_of(course_id: int) -> Outline | None:
    """Return the edition of a course that is open for enrolment now: the highest number published and not withdrawn."""
    newest = (
        CourseEdition.objects.filter(course_id=course_id, published_at__isnull=False, withdrawn_at__isnull=True)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
    )
    return edition_outline(newest) if newest else None


def obstacles_to_publishing(edition_id: int) -> tuple[Reason, ...]:
    """Return everything that stands in the way of publishing this edition; empty = it may be published.

    Raises CourseEdition.DoesNotExist.
    """
    edition = _with_lessons(CourseEdition.objects.filter(pk=edition_id)).get()
    outline = _outline(edition, _ready_ms([lesson.video_id for lesson in edition.lessons.all()]), Addresses())
    topic = edition.topic
    mapped = MappedTo(
        section=topic.section,
        post_code=topic.post_code or None,
        syllabus_filed=topic.version.state == SyllabusVersion.State.FILED,
        course_live=edition.course.live,
    )
    return reasons_against_publishing(outline, mapped)


def _with_lessons(editions: QuerySet[CourseEdition]) -> QuerySet[CourseEdition]:
    return editions.select_related("course", "topic__version").prefetch_related("lessons")


def _ready_ms(video_ids: list[int]) -> Mapping[int, int]:
    """Return the durations of those videos that can be played."""
    if not video_ids:
        return {}
    videos = videos_by_id(video_ids)
    return {video_id: video.duration_ms or 0 for video_id, video in videos.items() if video.is_ready}


def _outline(edition: CourseEdition, video_ms: Mapping[int, int], addresses: Addresses) -> Outline:
    lessons = tuple(
        OutlineLesson(
            uuid=lesson.uuid,
            position=lesson.position,
            title=lesson.title,
            key_points=key_points_of(lesson),
            video_id=lesson.video_id,
            duration_ms=(lesson.duration_ms or 0) if edition.published_at else video_ms.get(lesson.video_id, 0),
        )
        for lesson in sorted(edition.lessons.all(), key=lambda row: row.position)
    )
    return Outline(
        edition_id=edition.pk,
        edition_uuid=edition.uuid,
        number=edition.number,
        year=edition.year,
        course_title=edition.course.title,
        course_code=edition.course.code,
        course_url=addresses.of(edition.course),
        category=edition.category,
        post_code=edition.post_code or None,
        topic_title=edition.topic.title,
        topic_group=edition.topic.group,
        declared_hours=edition.declared_hours,
        minutes_per_hour=edition.minutes_per_hour,
        is_published=edition.published_at is not None,
        is_open=edition.published_at is not None and edition.withdrawn_at is None,
        lessons=lessons,
    )
