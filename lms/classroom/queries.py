"""What the lesson page and a course page show to one learner."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from content.queries import LessonFacts, Outline, edition_id_of, edition_outline, lesson_facts
from lms.enrolment.gates import held_back
from lms.enrolment.queries import may_study
from player.videos.captions import tracks_of
from player.videos.chapters import chapters_of
from player.videos.queries import VideoFacts, sprite_of, video_facts
from player.watching.queries import NOTHING_COVERED, PlayerConfig, coverage_of

if TYPE_CHECKING:
    from lms.accounts.models import User


class LessonClosed(ValueError):
    """A lesson cannot be opened for this person now."""


class NoSuchLesson(LessonClosed):
    """There is no lesson of this id, or its edition was never published."""


class NotEnrolled(LessonClosed):
    """The learner has no enrolment that is open now."""

    def __init__(self, lesson: LessonFacts) -> None:
        super().__init__("not enrolled")
        self.lesson = lesson


class VideoNotReady(LessonClosed):
    """The lesson's video is still being made, or could not be made."""

    def __init__(self, lesson: LessonFacts) -> None:
        super().__init__("video not ready")
        self.lesson = lesson


@dataclass(frozen=True, slots=True)
class LessonProgress:
    """One lesson of a course as a line beside the player; `counted_ms` is the server's figure."""

    uuid: UUID
    title: str
    url: str
    duration_ms: int
    counted_ms: int
    is_current: bool

    @property
    def percent(self) -> int:
        """Whole percent, rounded down; 100 only when the last second is counted."""
        return 100 if self.is_done else self.counted_ms * 100 // max(1, self.duration_ms)

    @property
    def is_done(self) -> bool:
        # Media seconds are what counts, and a video's last part of a second earns nothing.
        return self.duration_ms > 0 and self.counted_ms // 1000 >= self.duration_ms // 1000


@dataclass(frozen=True, slots=True)
class LessonPage:
    """Everything the lesson page shows."""

    lesson: LessonFacts
    outline: Outline
    lessons: tuple[LessonProgress, ...]
    player: PlayerConfig

    @property
    def left_ms(self) -> int:
        """Return how much of the lesson is still to be counted."""
        return max(0, self.player.duration_ms - self.player.coverage.counted_ms)

    @property
    def following(self) -> LessonProgress | None:
        """The lesson after the current one."""
        for line, after in zip(self.lessons, self.lessons[1:], strict=False):
            if line.is_current:
                return after
        return None


@dataclass(frozen=True, slots=True)
class CourseState:
    """A course for whoever looks at it.

    `next_url` is the first unfinished lesson, or the first of all when all are done; None without lessons or for a stranger.
    `held_back`: why a person who is not enrolled may not enrol now, "" for nothing.
    """

    edition_uuid: UUID
    is_signed_in: bool
    is_enrolled: bool
    counted_ms: int
    duration_ms: int
    next_url: str | None
    course_url: str
    held_back: str = ""

    @property
    def is_done(self) -> bool:
        return self.duration_ms > 0 and self.counted_ms // 1000 >= self.duration_ms // 1000


def progress_of(learner_id: int, outline: Outline, current: UUID | None = None) -> tuple[LessonProgress, ...]:
    """Return the lessons of an edition in order, with what is counted for this learner; one query more than the outline."""
    coverage = coverage_of(learner_id, [lesson.uuid for lesson in outline.lessons])
    return tuple(
        LessonProgress(
            uuid=lesson.uuid,
            title=lesson.title,
            url=reverse("classroom:lesson", args=[lesson.uuid]),
            duration_ms=lesson.duration_ms,
            counted_ms=coverage[lesson.uuid].counted_ms if lesson.uuid in coverage else 0,
            is_current=lesson.uuid == current,
        )
        for lesson in outline.lessons
    )


def lesson_to_watch(learner: "User", lesson_uuid: UUID, at: datetime) -> LessonFacts:
    """Return the lesson, if this person may watch it now. Raises NoSuchLesson, NotEnrolled, VideoNotReady."""
    lesson = lesson_facts(lesson_uuid)
    if lesson is None:
        raise NoSuchLesson
    if not may_study(learner.pk, lesson.edition_id, at):
        raise NotEnrolled(lesson)
    _ready_video(lesson)
    return lesson


def lesson_page_of(learner: "User", lesson: LessonFacts) -> LessonPage:
    """Return the lesson page of a lesson that the person may watch; its player opens a session by itself."""
    outline = edition_outline(lesson.edition_id)
    assert outline is not None  # noqa: S101 — the lesson's own edition
    coverage = coverage_of(learner.pk, [lesson.uuid])
    video = _ready_video(lesson)
    player = PlayerConfig(
        title=lesson.title,
        learner_name=learner.name,
        duration_ms=video.duration_ms,
        coverage=coverage.get(lesson.uuid, NOTHING_COVERED),
        video=video,
        open_url=reverse("classroom:open", args=[lesson.uuid]),
        tracks=tracks_of(lesson.video_id),
        chapters=chapters_of(lesson.video_id),
        sprite=sprite_of(lesson.video_id),
        why_url=reverse("classroom:why", args=[lesson.uuid]),
        lock_url=reverse("account_lock"),
    )
    return LessonPage(
        lesson=lesson,
        outline=outline,
        lessons=progress_of(learner.pk, outline, lesson.uuid),
        player=player,
    )


def lesson_title(lesson_uuid: UUID) -> str:
    """Return the title of a lesson, empty for one that is no more."""
    lesson = lesson_facts(lesson_uuid)
    return lesson.title if lesson else ""


def _ready_video(lesson: LessonFacts) -> VideoFacts:
    video = video_facts(lesson.video_id)
    if video is None or not video.is_ready:
        raise VideoNotReady(lesson)
    return video


def course_state_of(learner_id: int | None, edition_uuid: UUID) -> CourseState | None:
    """Return how a course stands for a person (None: nobody signed in), or None when there is no such edition."""
    edition_id = edition_id_of(edition_uuid)
    outline = edition_outline(edition_id) if edition_id is not None else None
    if edition_id is None or outline is None:
        return None
    enrolled = learner_id is not None and may_study(learner_id, edition_id, timezone.now())
    lessons = progress_of(learner_id, outline) if learner_id is not None else ()
    following = next((line for line in lessons if not line.is_done), lessons[0] if lessons else None)
    return CourseState(
        edition_uuid=edition_uuid,
        is_signed_in=learner_id is not None,
        is_enrolled=enrolled,
        counted_ms=sum(line.counted_ms for line in lessons),
        duration_ms=sum(lesson.duration_ms for lesson in outline.lessons),
        next_url=following.url if following else None,
        course_url=outline.course_url,
        held_back=held_back(learner_id, outline, timezone.now()) if learner_id is not None and not enrolled else "",
    )
