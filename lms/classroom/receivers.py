"""Who signs out, or locks the computer, stops earning in that browser at once."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from lms.accounts.signals import browser_locked
from player.watching.actions import close_of_device, close_where_locked
from player.watching.devices import device_of

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
