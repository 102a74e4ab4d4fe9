"""An edition as plain values: its lessons in order, its length, what it counts for; and whether it is fit to be published."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from content.domain.hours import excess_of
from content.domain.refusals import EDITION_FROZEN, Reason, gettext_noop

GENERAL = "general"
PROFESSIONAL = "professional"
SECTION_OF_CATEGORY = {GENERAL: "common", PROFESSIONAL: "professional"}


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """One lesson of an outline. `position` counts from 1; `duration_ms` is 0 while the video is not ready."""

    uuid: UUID
    position: int
    title: str
    key_points: tuple[str, ...]
    video_id: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Outline:
    """An edition with its lessons in order.

    is_open: published and not withdrawn, so that a learner may enrol.
    post_code: None exactly for the general category.
    """

    edition_id: int
    edition_uuid: UUID
    number: int
    year: int
    course_title: str
    course_code: str
    course_url: str
    category: str
    post_code: str | None
    topic_title: str
    topic_group: str
    declared_hours: Decimal
    minutes_per_hour: int
    is_published: bool
    is_open: bool
    lessons: tuple[OutlineLesson, ...]

    @property
    def total_ms(self) -> int:
        """The length of all videos together."""
        return sum(lesson.duration_ms for lesson in self.lessons)

    def after(self, lesson_uuid: UUID) -> OutlineLesson | None:
        """Return the lesson that follows this one; None after the last, or for a lesson of another edition."""
        for lesson, following in zip(self.lessons, self.lessons[1:], strict=False):
            if lesson.uuid == lesson_uuid:
                return following
        return None


@dataclass(frozen=True, slots=True)
class MappedTo:
    """What an edition is mapped to: the topic's section and post as the syllabus has them, and the two live switches."""

    section: str
    post_code: str | None
    syllabus_filed: bool
    course_live: bool


def reasons_against_publishing(outline: Outline, mapping: MappedTo) -> tuple[Reason, ...]:
    """Return everything that stands in the way of publishing, in the order an editor would mend it; empty = fit.

    Source: every course is mapped to a syllabus version and post (建办人函〔2019〕384号 一; requirements R-003).
    """
    if outline.is_published:
        return (EDITION_FROZEN,)
    reasons = [*_mapping_reasons(outline, mapping), *_lesson_reasons(outline)]
    if not reasons:
        excess = excess_of(
            declared=outline.declared_hours,
            total_ms=outline.total_ms,
            minutes_per_hour=outline.minutes_per_hour,
            lesson_count=len(outline.lessons),
        )
        reasons += [excess] if excess else []
    return tuple(reasons)


def _mapping_reasons(outline: Outline, mapping: MappedTo) -> list[Reason]:
    reasons = []
    if not mapping.course_live:
        reasons.append(Reason(gettext_noop("课程页还没有发布，学员找不到它。请先发布课程页。")))
    if not mapping.syllabus_filed:
        reasons.append(Reason(gettext_noop("对应的大纲还在编制中，没有备案。请先备案大纲，或改选已备案的课题。")))
    if SECTION_OF_CATEGORY[outline.category] != mapping.section or outline.post_code != mapping.post_code:
        reasons.append(Reason(gettext_noop("学时类别或岗位与大纲课题不一致。请改成与课题相同的类别和岗位。")))
    return reasons


def _lesson_reasons(outline: Outline) -> list[Reason]:
    if not outline.lessons:
        return [Reason(gettext_noop("还没有课时。请至少加入一个视频课时。"))]
    return [
        Reason(
            gettext_noop("第 %(position)s 课时“%(title)s”的视频还不能播放。请等转码完成，或换一个视频。"),
            {"position": lesson.position, "title": lesson.title},
        )
        for lesson in outline.lessons
        if lesson.duration_ms <= 0
    ]
