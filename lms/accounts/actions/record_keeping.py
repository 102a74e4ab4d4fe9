"""What the deeds of this room share: the record they append, and which numbers may be fictional."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from analytics.domain.record import Payload
from analytics.learning_log import actions as learning_log
from lms.accounts.models import User


def fictional_allowed(by: User | None) -> bool:
    """Say whether numbers that belong to nobody pass: in the demo, and where the system itself writes them."""
    return settings.DEMO or by is None


def log_about(kind: str, person: User, by: User | None, at: datetime, payload: Mapping[str, Payload]) -> None:
    """Append a record about a person, within the deed's transaction."""
    learning_log.append(
        kind=kind,
        actor_id=by.pk if by else None,
        happened_at=at,
        learner_id=person.pk,
        subject=str(person.uuid),
        payload=payload,
    )
