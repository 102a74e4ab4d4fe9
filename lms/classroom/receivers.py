"""Who signs out, or locks the computer, stops earning in that browser at once; who waits for a decision is told of it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from content.queries import lesson_facts
from lms.accounts.signals import browser_locked
from lms.classroom.notice_kinds import HELD_COUNTS, HELD_REFUSED
from lms.notices.actions import send
from player.watching.actions import close_of_device, close_where_locked
from player.watching.devices import device_of
from proctoring.signals import hold_decided

if TYPE_CHECKING:
    from lms.accounts.models import User


@receiver(user_logged_out, dispatch_uid="classroom.stop_watching")
def stop_watching(*, request: HttpRequest | None, user: object, **_: object) -> None:
    """Close the watch session of the browser that signs out; one on another device goes on."""
    learner_id = getattr(user, "pk", None)
    device = device_of(request.session.session_key) if request is not None else ""
    if learner_id is not None and device:
        close_of_device(learner_id=learner_id, device=device, at=timezone.now())


@receiver(browser_locked, dispatch_uid="classroom.stop_watching_where_locked")
def stop_watching_where_locked(*, session_key: str, user: "User", at: datetime, **_: object) -> None:
    """Close the watch session of the browser that is locked."""
    close_where_locked(learner_id=user.pk, device=device_of(session_key), at=at)


@receiver(hold_decided, dispatch_uid="classroom.tell_of_decision")
def tell_of_decision(
    *, hold_uuid: UUID, learner_id: int, subject_uuid: UUID | None, outcome: str, reason: str, at: datetime, **_: object
) -> None:
    """Tell the learner what a person decided of held time, and why; in the transaction of the decision."""
    lesson = lesson_facts(subject_uuid) if subject_uuid else None
    send(
        person_id=learner_id,
        kind=HELD_COUNTS if outcome == "release" else HELD_REFUSED,
        params={"title": lesson.title if lesson else "", "reason": reason},
        key=f"hold:{hold_uuid}:{at.isoformat()}",
        at=at,
        path=reverse("classroom:held", args=[hold_uuid]),
    )
