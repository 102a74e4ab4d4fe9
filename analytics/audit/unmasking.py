"""Opening personal data for a reason, a scope and a time; and covering it again. Each is filed as a record of its own."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit.entry import must_be_allowed
from analytics.audit.log_kinds import REMASKED, UNMASKED
from analytics.audit.queries import WORDS
from analytics.audit.sight import LONGEST, PERSON
from analytics.learning_log import actions as log

EVERYBODY = "everybody"
LEAST_REASON = 10  # characters, spaces left out
LONGEST_REASON = 200  # as long as a label holds
PERIODS_MINUTES = (15, 60, 240)


class NoReason(ValueError):
    """Why nothing was opened: too_short, too_long or period."""


@transaction.atomic(durable=True)
def unmask(*, by: AbstractUser, person_id: int | None, reason: str, minutes: int, at: datetime) -> datetime:
    """Open one person's data, or (None) everybody's, to one auditor, and return until when.

    The reason may name people: the record commits to it, and the words stand beside the log. Raises PermissionDenied, NoReason.
    """
    must_be_allowed(by)
    said = " ".join(reason.split())
    letters = said.replace(" ", "")
    if len(letters) < LEAST_REASON or len(set(letters)) * 2 < LEAST_REASON:
        raise NoReason("too_short")
    if len(said) > LONGEST_REASON:
        raise NoReason("too_long")
    until = at + timedelta(minutes=minutes)
    if not at < until <= at + LONGEST:
        raise NoReason("period")
    log.append(
        kind=UNMASKED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=person_id,
        payload={
            "scope": EVERYBODY if person_id is None else PERSON,
            "open_until": until.isoformat(),
            "reason_ref": log.commit_words(kind=WORDS, text=said),
        },
    )
    return until


@transaction.atomic(durable=True)
def mask_again(*, by: AbstractUser, at: datetime) -> None:
    """Cover everything that this auditor had opened. Raises PermissionDenied."""
    must_be_allowed(by)
    log.append(kind=REMASKED, actor_id=by.pk, happened_at=at, payload={})
