"""Hears the bell of the log, and asks a task."""

import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.credit import tasks
from lms.credit.actions import WATCHED

logger = logging.getLogger(__name__)


@receiver(record_appended, dispatch_uid="credit.award_watched")
def award_what_was_watched(*, kind: str, learner_id: int | None, subject: str, **_: object) -> None:
    """Ring for awarding; a bell that cannot be rung is not an error: the sweep finds the record."""
    if kind != WATCHED or learner_id is None:
        return
    try:
        tasks.award_watched.delay_on_commit(learner_id, subject)  # type: ignore[attr-defined]  # celery-types leaves it out
    except OperationalError as error:
        logger.warning("award of %s for learner %s is left to the sweep: %s", subject, learner_id, error)
