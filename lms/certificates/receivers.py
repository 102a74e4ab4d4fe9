"""Hears the bell of the log, and has it asked for by a task."""

import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.certificates import tasks

logger = logging.getLogger(__name__)
CHANGES_STANDING = frozenset(
    {"credit.hours_awarded", "credit.hours_reversed", "credit.hold_resolved", "accounts.identity_recorded"}
)


@receiver(record_appended, dispatch_uid="certificates.consider")
def consider_what_changed(*, kind: str, learner_id: int | None, **_: object) -> None:
    """Ring for renewals; the record is committed already."""
    if kind in CHANGES_STANDING and learner_id is not None:
        try:
            tasks.consider_renewals.delay(learner_id)
        except OperationalError as error:
            logger.warning("renewals of learner %d are left to the night: %s", learner_id, error)
