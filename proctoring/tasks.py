"""Asked by sockets and by the clock. Frames are judged by workers of their own queue: one detector a process."""

from celery import shared_task
from django.utils import timezone

from proctoring import actions


@shared_task(queue="faces", ignore_result=True)
def look() -> None:
    """Look at the frames that wait, of whatever try."""
    if actions.look_at_all(at=timezone.now()):
        look.delay()


@shared_task(queue="faces", ignore_result=True)
def judge(nonce: str) -> None:
    """Judge a try whose page has sent its last frame."""
    actions.finish_try(nonce=nonce, at=timezone.now())


@shared_task
def expire_pictures() -> None:
    """Delete the pictures whose time is over."""
    actions.expire_pictures(at=timezone.now())


@shared_task
def look_for_twins() -> None:
    """Each night: make the index anew, look for one face in two accounts, count the persons."""
    actions.look_for_all_twins(at=timezone.now())
    actions.count_persons(at=timezone.now())
