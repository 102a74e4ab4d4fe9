"""Hears the bell of the log: who joined, left, earned or was certified stands otherwise on the roster."""

import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.learning_log.signals import record_appended
from lms.enterprise import tasks

KINDS = frozenset(
    {
        "organisations.member_added",
        "organisations.membership_ended",
        "accounts.licence_recorded",
        "credit.hours_awarded",
        "credit.hours_reversed",
        "credit.hold_resolved",
    }
)
logger = logging.getLogger(__name__)


@receiver(record_appended, dispatch_uid="enterprise.roster_follows")
def roster_follows(*, kind: str, learner_id: int | None, **_: object) -> None:
    """Ask for the person's lines to be made anew."""
    if kind not in KINDS or learner_id is None:
        return
    try:
        tasks.ask_for_refresh(learner_id)
    except OperationalError as error:
        logger.warning("the roster is left to the sweep: %s", error)
