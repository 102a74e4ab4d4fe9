"""Asked by the bell, or by the clock when a bell was lost. Every task may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from lms.exchange import actions

logger = logging.getLogger(__name__)


@shared_task
def carry() -> None:
    """Make messages of what other rooms have left to be said, and send all that is due."""
    actions.gather(at=timezone.now())
    for message_id in actions.waiting(at=timezone.now()):
        try:
            actions.send_message(message_id, at=timezone.now())
        except Exception:  # one that breaks keeps no other waiting; its claim runs out and it is sent again
            logger.exception("message %d", message_id)


@shared_task
def compare_with_issuer() -> None:
    """Ask the issuer what differs from what this platform keeps; what does is brought up to it."""
    actions.gather_comparison(at=timezone.now())
    carry()
