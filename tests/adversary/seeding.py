"""Sets the stage inside the house, by its own doors: a film, a course of many lessons, learners. Run by `manage.py shell`.

The one file of the zoo that knows the house; no client imports it.
"""

import json
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from content import actions as content
from content.domain.hours import largest_declarable
from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.enrolment.actions import enrol
from player.videos.actions import import_video, process_now
from player.videos.queries import VideoFacts, video_facts
from player.watching.actions import close_session
from player.watching.models import CloseReason, WatchSession
from tests.content.shelf import fill_shelf

OPEN, CLOSED = "site_civil-04", "site_civil-06"  # courses: one that everybody is enrolled in, one that nobody is
MINUTES_PER_HOUR = 1


def stage(films: list[str], lessons: int, learners: int, to: str) -> None:
    """Encode the films, make a course whose lessons show the first, its last the second, and people to watch it.

    What was made is written into the file `to`: among it are cookies, which belong into no log.
    """
    long, short = (_encode(Path(film)) for film in films)
    shelf = fill_shelf()
    uuids = _course(shelf.courses[OPEN].pk, [*[long] * lessons, short])
    (closed,) = _course(shelf.courses[CLOSED].pk, [long])
    made = {"lessons": uuids[:-1], "brief": uuids[-1], "closed": closed, "seats": _learners(learners)}
    Path(to).write_text(json.dumps(made), encoding="utf-8")


def _learners(count: int) -> list[list[object]]:
    """Make learners who are enrolled and signed in; return the id and the session cookie of each."""
    edition = CourseEdition.objects.get(course__code=OPEN)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    made: list[list[object]] = []
    for _ in range(count):
        user = User.objects.create_user(username=f"zoo-{uuid4().hex[:12]}", name="动物园", password=None)
        enrol(learner=user, edition_id=edition.pk, at=timezone.now(), by=user)
        signed_in = store()
        signed_in[SESSION_KEY] = str(user.pk)
        signed_in[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        signed_in[HASH_SESSION_KEY] = user.get_session_auth_hash()
        signed_in.save()
        made.append([user.pk, signed_in.session_key])
    return made


def seal(learner_ids: list[int]) -> None:
    """Close what these learners have left open, as the sweep would in half an hour; the others go on."""
    at = timezone.now()
    for session in WatchSession.objects.filter(learner_id__in=learner_ids, closed_at__isnull=True):
        close_session(session_uuid=session.uuid, learner_id=session.learner_id, at=at, reason=CloseReason.UNHEARD)


def _encode(film: Path) -> VideoFacts:
    row = import_video(film, title=film.stem, by=None, at=timezone.now())
    process_now(row.pk)
    video = video_facts(row.pk)
    if video is None or not video.is_ready:
        raise RuntimeError(video.failure_sentence if video else "the video is gone")
    return video


def _course(course_id: int, videos: list[VideoFacts]) -> list[str]:
    at = timezone.now()
    edition = content.create_edition(
        course_id=course_id,
        declared_hours=min(
            Decimal(2),
            largest_declarable(total_ms=sum(video.duration_ms for video in videos), minutes_per_hour=MINUTES_PER_HOUR),
        ),
        minutes_per_hour=MINUTES_PER_HOUR,
        year=at.year,
        at=at,
        by=None,
    )
    for number, video in enumerate(videos, start=1):
        content.add_lesson(edition_id=edition.pk, title=f"第 {number} 课", video_id=video.id, at=at, by=None)
    content.publish_edition(edition_id=edition.pk, at=at, by=None)
    lessons = Lesson.objects.filter(edition=edition).order_by("position")
    return [str(uuid) for uuid in lessons.values_list("uuid", flat=True)]
