"""What the clock asks of the log. Every task may run twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from analytics.learning_log import actions


@shared_task
def verify_everything() -> int:
    """Verify the whole log; the result stands on the auditor's first page. Returns the number of its record."""
    return actions.verify_everything(at=timezone.now()).pk


@shared_task
def send_daily_head() -> int:
    """Send today's head out of the house."""
    return actions.send_daily_head(at=timezone.now())


@shared_task
def dispose_of_recordings() -> int:
    """Dispose of recordings of classes and tests whose term is over. Returns how many files are gone."""
    return actions.dispose_of_recordings(root=settings.RECORDINGS_ROOT, at=timezone.now()).files


@shared_task
def make_months() -> list[str]:
    """Make the tables of the months to come, a year ahead. Returns those made."""
    return list(actions.make_months())
