"""Opening a lesson for a learner."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from content.queries import LessonFacts, lesson_facts
from lms.enrolment.queries import may_study
from player.videos.queries import video_facts
from player.watching.actions import OpenSession, open_session

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
class OpenedLesson:
    """A lesson and the watch session that was opened for it."""

    lesson: LessonFacts
    session: OpenSession


def open_lesson(*, learner: "User", lesson_uuid: UUID, at: datetime) -> OpenedLesson:
    """Check the enrolment and open a watch session, which closes whatever session the learner had elsewhere.

    Raises NoSuchLesson, NotEnrolled, VideoNotReady.
    """
    lesson = lesson_facts(lesson_uuid)
    if lesson is None:
        raise NoSuchLesson
    if not may_study(learner.pk, lesson.edition_id, at):
        raise NotEnrolled(lesson)
    video = video_facts(lesson.video_id)
    if video is None or not video.is_ready:
        raise VideoNotReady(lesson)
    session = open_session(learner_id=learner.pk, video_id=lesson.video_id, subject_uuid=lesson.uuid, at=at)
    return OpenedLesson(lesson, session)
