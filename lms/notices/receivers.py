"""Hears the bell of the log, and has it asked for by a task."""

import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.notices import tasks
from lms.notices.actions import QUEUED

logger = logging.getLogger(__name__)


@receiver(record_appended, dispatch_uid="notices.deliver")
def deliver_what_was_queued(*, kind: str, subject: str, **_: object) -> None:
    """Ring for delivery; the rows are committed already."""
    if kind == QUEUED:
        try:
            tasks.deliver_notice.delay(subject)
        except OperationalError as error:
            logger.warning("notice %s is left to the sweep: %s", subject, error)
