"""Making files: by the bell, and by the clock when a bell was lost or a worker died. Every task may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from analytics.audit import background_exports, held_words

logger = logging.getLogger(__name__)


@shared_task
def make_export(export_id: int) -> bool:
    """Make one file, or go on with it."""
    return background_exports.make_export(export_id=export_id, at=timezone.now())


@shared_task
def make_waiting_exports() -> int:
    """Take up what nobody is at, and delete what is over. Returns how many files were made."""
    background_exports.expire_exports(at=timezone.now())
    held_words.forget_idle_words(at=timezone.now())
    made = 0
    for export_id in background_exports.waiting_exports(at=timezone.now()):
        try:
            made += background_exports.make_export(export_id=export_id, at=timezone.now())
        except Exception:  # one that breaks keeps no other waiting; its claim runs out and it is tried again
            logger.exception("export %d", export_id)
    return made
