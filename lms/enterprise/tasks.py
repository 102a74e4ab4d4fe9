"""Imports and letters in the background; the rows are the queue, a lost task is taken up by the sweep."""

import logging

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.enterprise import actions, import_progress

logger = logging.getLogger(__name__)


def ring(import_id: int) -> None:
    """Ask a worker to take an import up now. Without a broker the sweep finds it later."""
    try:
        work_on_import.delay(import_id)
    except OperationalError:
        logger.warning("no broker; the sweep will do it")


def ring_letters() -> None:
    """Ask a worker to send the letters that wait."""
    try:
        send_letters.delay()
    except OperationalError:
        logger.warning("no broker; the sweep will do it")


@shared_task
def work_on_import(import_id: int) -> None:
    """Check an import, or do it batch by batch, telling its page after each."""
    if not actions.claim_import(import_id, at=timezone.now()):
        return
    checked = actions.check_list(import_id=import_id, at=timezone.now())
    if checked is not None:
        import_progress.tell(checked.uuid)
        return
    while (run := actions.run_batch(import_id=import_id, at=timezone.now())) is not None:
        import_progress.tell(run.uuid)
        if run.ended_at is not None:
            return


@shared_task
def send_letters() -> None:
    """Send the letters that wait, a few hundred in one go."""
    while actions.send_queued_letters(at=timezone.now()):
        pass


@shared_task
def sweep() -> None:
    """Take up imports that nobody has, send letters that wait, and forget lists that are a month old."""
    for import_id in actions.waiting_imports(at=timezone.now()):
        work_on_import(import_id)
    send_letters()
    actions.forget_lists(at=timezone.now())
