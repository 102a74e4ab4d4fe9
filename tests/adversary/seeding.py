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

from analytics.audit.leads import leads
from content import actions as content
from content.domain.hours import largest_declarable
from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.credit.actions import load_rule_sets
from lms.enrolment.actions import enrol
from player.videos.actions import import_video, process_now
from player.videos.queries import VideoFacts, video_facts
from player.watching.actions import close_session
from player.watching.models import CloseReason, WatchSession
from tests.adversary.seeding_faces import ask_for_presence, settle_presence
from tests.adversary.seeding_papers import paper_holders
from tests.adversary.seeding_shops import Shop, open_shops
from tests.content.shelf import fill_shelf

OPEN, CLOSED = "site_civil-04", "site_civil-06"  # courses: one that everybody is enrolled in, one that nobody is
MINUTES_PER_HOUR = 1
ANSWERS = {"hasty", "even"}  # leads about the way in which somebody answers


def stage(films: list[str], lessons: int, many: tuple[int, int, int, int], to: str) -> None:
    """Encode the films, make a course whose lessons show the first, its last the second, and people to watch it.

    many: learners, learners of whom presence is asked, companies, old certificates. What was made is written
    into the file `to`: among it are cookies, which belong into no log.
    """
    long, short = (_encode(Path(film)) for film in films)
    shelf = fill_shelf()
    uuids = _course(shelf.courses[OPEN].pk, [*[long] * lessons, short])
    learners, asked, shops, papers = many
    load_rule_sets(at=timezone.now())  # before the policies of our own: it sets those of the rules
    (closed,) = _course(shelf.courses[CLOSED].pk, [long])
    edition = CourseEdition.objects.get(course__code=OPEN)
    seats = [_seat(user) for user in _learners(learners, edition.pk)]
    asked_of = _learners(asked, edition.pk)
    ask_for_presence(asked_of, at=timezone.now())
    old = paper_holders(papers)
    made = {
        "lessons": uuids[:-1],
        "brief": uuids[-1],
        "closed": closed,
        "seats": seats,
        "asked": [_seat(user) for user in asked_of],
        "shops": [_shop(shop) for shop in open_shops(shops, edition.pk)],
        "papers": [_seat(user) for user in old.holders],
        "officers": [_seat(user) for user in old.officers],
        "points": {str(lesson.uuid): lesson.key_points.splitlines() for lesson in Lesson.objects.all()},
    }
    Path(to).write_text(json.dumps(made), encoding="utf-8")


def _learners(count: int, edition_id: int) -> list[User]:
    """Make learners who are enrolled."""
    made = []
    for _ in range(count):
        user = User.objects.create_user(username=f"zoo-{uuid4().hex[:12]}", name="动物园", password=None)
        enrol(learner=user, edition_id=edition_id, at=timezone.now(), by=user)
        made.append(user)
    return made


def _seat(user: User) -> list[object]:
    """Sign somebody in; return the id and the session cookie."""
    signed_in = import_module(settings.SESSION_ENGINE).SessionStore()
    signed_in[SESSION_KEY] = str(user.pk)
    signed_in[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    signed_in[HASH_SESSION_KEY] = user.get_session_auth_hash()
    signed_in.save()
    return [user.pk, signed_in.session_key]


def _shop(shop: Shop) -> dict[str, object]:
    return {
        "company_id": shop.company_id,
        "manager": _seat(shop.manager),
        "staff": [_seat(member) for member in shop.staff],
        "staff_uuids": [str(member.uuid) for member in shop.staff],
    }


def seal(learner_ids: list[int], to: str) -> None:
    """Close what these learners have left open, as the sweep would in half an hour; the others go on.

    Whom the auditors' leads name for the way they answer is written into the file `to`.
    """
    at = timezone.now()
    for session in WatchSession.objects.filter(learner_id__in=learner_ids, closed_at__isnull=True):
        close_session(session_uuid=session.uuid, learner_id=session.learner_id, at=at, reason=CloseReason.UNHEARD)
    settle_presence(learner_ids, at=at)
    suspects = {person for lead in leads(timezone.now()) if lead.kind in ANSWERS for person in lead.pattern.persons}
    Path(to).write_text(json.dumps(sorted(suspects)), encoding="utf-8")


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
        points = "\n".join(f"《{course_id}》第 {number} 课的要点 {letter}" for letter in "甲乙丙丁戊己庚辛")
        content.add_lesson(
            edition_id=edition.pk, title=f"第 {number} 课", video_id=video.id, key_points=points, at=at, by=None
        )
    content.publish_edition(edition_id=edition.pk, at=at, by=None)
    lessons = Lesson.objects.filter(edition=edition).order_by("position")
    return [str(uuid) for uuid in lessons.values_list("uuid", flat=True)]
