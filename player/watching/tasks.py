"""What is done by the clock."""

from celery import shared_task
from django.utils import timezone

from player.watching import actions


@shared_task
def seal_stale() -> None:
    """Close sessions that nobody hears of any more, so that what they earned reaches the ledger."""
    while actions.seal_stale(timezone.now()):
        pass
