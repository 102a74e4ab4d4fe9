"""Hears the bell of the log, and has it asked for by a task."""

import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.exchange import tasks

logger = logging.getLogger(__name__)
TO_BE_SAID = frozenset({"certificates.request_queued", "certificates.change_decided"})


@receiver(record_appended, dispatch_uid="exchange.carry")
def carry_what_is_to_be_said(*, kind: str, **_: object) -> None:
    """Ring for the carrier; the rows are committed already."""
    if kind in TO_BE_SAID:
        try:
            tasks.carry.delay()
        except OperationalError as error:
            logger.warning("messages are left to the sweep: %s", error)
