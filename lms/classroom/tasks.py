"""By the clock: presence beside lessons whose page has gone."""

from celery import shared_task
from django.utils import timezone

from lms.classroom import presence


@shared_task
def settle_presence() -> None:
    """Decide about the time of face sessions that are no longer heard of."""
    presence.settle_silent_sessions(at=timezone.now())
