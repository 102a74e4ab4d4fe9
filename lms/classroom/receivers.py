"""Who signs out stops earning in that browser at once."""

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from player.watching.actions import close_of_device
from player.watching.devices import device_of


@receiver(user_logged_out, dispatch_uid="classroom.stop_watching")
def stop_watching(*, request: HttpRequest | None, user: object, **_: object) -> None:
    """Close the watch session of the browser that signs out; one on another device goes on."""
    learner_id = getattr(user, "pk", None)
    device = device_of(request.session.session_key) if request is not None else ""
    if learner_id is not None and device:
        close_of_device(learner_id=learner_id, device=device, at=timezone.now())
