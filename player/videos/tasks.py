"""Celery's door: unpack the id, call one action."""

from celery import shared_task
from django.utils import timezone

from player.videos import actions

# Four hours of video on a slow machine. The row's sign of life finds a dead worker much sooner.
_TIME_LIMIT_SECONDS = 24 * 3600


@shared_task(acks_late=True, time_limit=_TIME_LIMIT_SECONDS)
def transcode(video_id: int) -> None:
    """Process one waiting video. Delivered twice, the second finds it taken."""
    actions.process_video(video_id)


@shared_task
def requeue_stalled() -> None:
    """Ring for videos whose worker died or whose bell was lost."""
    for video_id in actions.requeue_stalled(at=timezone.now()):
        transcode.delay(video_id)
