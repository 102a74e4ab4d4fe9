"""Hears the bell of the log: somebody has begun to watch, so the seat through which they do is used."""

import logging
from uuid import UUID

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.commerce import tasks
from lms.commerce.queries.orders import sits_somewhere

logger = logging.getLogger(__name__)


@receiver(record_appended, dispatch_uid="commerce.seat_used")
def seat_is_used(*, kind: str, learner_id: int | None, subject: str, **_: object) -> None:
    """Ask for it by a task; most learners sit on no seat. One query, when a lesson is opened."""
    if kind != "player.session_opened" or learner_id is None or not sits_somewhere(learner_id):
        return
    try:
        tasks.use_seat.delay(learner_id, str(UUID(subject)))
    except OperationalError as error:
        logger.warning("whether a seat is used is left to the next lesson: %s", error)
