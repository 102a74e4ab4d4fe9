"""Asked by sockets and by the clock. Frames are judged by workers of their own queue: one detector a process."""

from celery import shared_task
from django.utils import timezone

from proctoring import actions


@shared_task(queue="faces", ignore_result=True)
def look() -> None:
    """Look at the frames that wait, of whatever try."""
    some_wait = True  # also where it fails: the try that failed is out of the list, and the others must not wait for it
    try:
        some_wait = actions.look_at_all(at=timezone.now())
    finally:
        if some_wait:
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
