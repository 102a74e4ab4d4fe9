"""Imports, letters, jobs and the roster in the background; the rows are the queue, a lost task is taken up by the sweep."""

import logging
from uuid import UUID

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.enterprise import actions, import_progress
from lms.enterprise.models import RosterImport

AT_ONCE = 2000
GATHER_SECONDS = 5
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
    """Check an import, or do it, telling its page after each batch."""
    if not actions.claim_import(import_id, at=timezone.now()):
        return
    checked = actions.check_list(import_id=import_id, at=timezone.now())
    if checked is not None:
        import_progress.tell(checked.uuid)
        return
    actions.run_import(import_id=import_id, told=_tell)


def _tell(run: RosterImport) -> None:
    import_progress.tell(run.uuid)
    if run.ended_at is not None:
        actions.refresh_company(run.organisation_id, at=timezone.now())


@shared_task
def send_letters() -> None:
    """Send the letters that wait, a few hundred in one go."""
    while actions.send_queued_letters(at=timezone.now()):
        pass


@shared_task
def sweep() -> None:
    """Take up imports that nobody has, send letters that wait, and forget lists that are a month old."""
    for import_id in actions.waiting_imports(at=timezone.now()):
        ring(import_id)  # each by itself: one that fails must not keep the others waiting
    send_letters()
    actions.forget_lists(at=timezone.now())


def roster_key(person_id: int) -> str:
    """Return the name under which it is kept that a refresh of this person has been asked for."""
    return f"enterprise:roster:{person_id}"


def ask_for_refresh(person_id: int) -> None:
    """Ask for a person's lines to be made anew, soon; asked often within a moment it is done once."""
    at_once = bool(refresh_person.app.conf.task_always_eager)
    if at_once or cache.add(roster_key(person_id), True, GATHER_SECONDS * 6):
        refresh_person.apply_async((person_id,), countdown=GATHER_SECONDS)


@shared_task
def refresh_person(person_id: int) -> None:
    """Make a person's lines anew. The mark goes first: what comes after it is asked for again."""
    cache.delete(roster_key(person_id))
    actions.refresh_people([person_id], at=timezone.now())


@shared_task
def follow_facts() -> None:
    """Find what nobody rang for, and what yesterday said."""
    now = timezone.now()
    actions.refresh_people(actions.stale_people(at=now, limit=AT_ONCE), at=now)


def ring_job(job_uuid: UUID) -> None:
    """Ask a worker to take a job up now. Without a broker the sweep finds it: the row is the queue."""
    try:
        run_job.delay(str(job_uuid))
    except OperationalError:
        logger.warning("no broker; the sweep will take the job up")


@shared_task
def run_job(job_uuid: str) -> None:
    actions.run_job(UUID(job_uuid), now=timezone.now)


@shared_task
def take_up_jobs() -> None:
    """Go on with jobs whose worker died, and forget files that were kept long enough."""
    now = timezone.now()
    for job_uuid in actions.silent_jobs(at=now):
        ring_job(job_uuid)  # each by itself: one that fails must not keep the others, and the clean-up, waiting
    actions.forget_files(at=now)


@shared_task
def tell_managers() -> None:
    """The monthly report to every manager; asked twice, it is sent once."""
    actions.tell_managers(at=timezone.now())
