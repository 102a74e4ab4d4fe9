"""Opening a lesson for a learner: the ticket of its player."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from lms.accounts.queries import licences_of
from lms.classroom.presence import open_beside
from lms.classroom.queries import lesson_to_watch
from player.watching.actions import Opener, OpenSession, open_session

if TYPE_CHECKING:
    from lms.accounts.models import User


# For people without a certificate yet: the rules of the whole country.
DEFAULT_RULES = "national"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page says when it asks for a session: see docs/protocols/watching.md section 1. device, hints: of the browser."""

    take_over: bool = False
    former: UUID | None = None
    native: bool = False
    device: str = ""
    hints: tuple[str, ...] = ()


@transaction.atomic  # watching without the presence that belongs to it must not be left behind
def open_lesson(*, learner: "User", lesson_uuid: UUID, at: datetime, asked: Asked = Asked()) -> OpenSession:
    """Check the enrolment and open a watch session, and a face session beside it where the rules of the licences ask for one.

    Raises NoSuchLesson, NotEnrolled, VideoNotReady; LearningElsewhere and CannotProve of player.watching.
    """
    lesson = lesson_to_watch(learner, lesson_uuid, at)
    codes = rules_of(learner)
    opener = Opener(
        codes=codes,
        take_over=asked.take_over,
        former=asked.former,
        device=asked.device,
        native=asked.native,
        hints=asked.hints,
    )
    session = open_session(
        learner_id=learner.pk, video_id=lesson.video_id, subject_uuid=lesson.uuid, at=at, opener=opener
    )
    open_beside(
        learner_id=learner.pk,
        watch_session=session.uuid,
        lesson_uuid=lesson.uuid,
        duration_ms=lesson.duration_ms,
        codes=codes,
        at=at,
    )
    return session


def rules_of(learner: "User") -> set[str]:
    """Return the codes of the rule sets that a learner's certificates are judged by."""
    return {licence.rule_set_code for licence in licences_of(learner.pk)} or {DEFAULT_RULES}
