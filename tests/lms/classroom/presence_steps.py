"""What happens to presence beside a lesson, step by step."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.test import Client
from django.utils import timezone

from analytics.domain.record import utc_text
from analytics.learning_log.actions import append
from content.models import Lesson
from lms.accounts.models import User
from player.watching.models import Coverage
from proctoring import actions as faces
from proctoring.models import FaceSession, Hold


def counts(learner: User, lesson: Lesson, milliseconds: int) -> None:
    """What the player has counted by now."""
    Coverage.objects.filter(learner=learner, subject_uuid=lesson.uuid).update(counted_ms=milliseconds)


def follow(client: Client, lesson: Lesson) -> dict[str, Any]:
    found: dict[str, Any] = client.post(f"/learn/{lesson.uuid}/presence/").json()
    return found


def missed(client: Client, learner: User, lesson: Lesson) -> Hold:
    """A check was asked for, and nobody answered."""
    counts(learner, lesson, 13_000)
    assert follow(client, lesson)["check"] is not None
    session = FaceSession.objects.get(learner=learner)
    faces.follow(
        session_uuid=session.uuid, learner_id=learner.pk, counted_ms=13_000, at=timezone.now() + timedelta(seconds=61)
    )
    return Hold.objects.get(learner=learner)


@transaction.atomic
def watched(learner: User, lesson: Lesson, held: Hold, spans: list[list[int]]) -> None:
    """The player sealed watching whose media ran through the whole of the held time."""
    append(
        kind="player.span_watched",
        actor_id=learner.pk,
        learner_id=learner.pk,
        happened_at=held.until_at,
        subject=str(lesson.uuid),
        payload={
            "session_uuid": str(held.session.counterpart_uuid),
            "subject_uuid": str(lesson.uuid),
            "video_uuid": str(uuid4()),
            "spans": spans,
            "counted_ms": sum(until - begin for begin, until in spans),
            "wall_from": utc_text(held.from_at),
            "wall_until": utc_text(held.until_at),
            "beats": 1,
        },
    )
