"""Asked by the bell, or by the clock when a bell was lost. Every task may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from lms.notices import actions

logger = logging.getLogger(__name__)


@shared_task
def deliver_notice(notice_uuid: str) -> None:
    """Send one notice in every way that is due."""
    _deliver(actions.waiting(at=timezone.now(), notice_uuid=notice_uuid))


@shared_task
def deliver_waiting() -> None:
    """Send everything that is due: what waited for the morning or for another attempt, and what nobody rang for."""
    _deliver(actions.waiting(at=timezone.now()))


def _deliver(ids: tuple[int, ...]) -> None:
    for delivery_id in ids:
        try:
            actions.deliver(delivery_id, at=timezone.now())
        except Exception:  # one that breaks keeps no other waiting; its claim runs out and it is tried again
            logger.exception("delivery %d", delivery_id)
