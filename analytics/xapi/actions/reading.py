"""Reading that is a deed: whoever learns names of persons leaves a record."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from analytics.learning_log import actions as log
from analytics.xapi.log_kinds import NAMES_GIVEN, PERSON_NAMED


@transaction.atomic
def note_names(*, client_id: int, statements: int, at: datetime) -> None:
    """Record that a client was told so many statements of others with the names of persons."""
    if statements:
        log.append(
            kind=NAMES_GIVEN, actor_id=None, happened_at=at, payload={"client": client_id, "statements": statements}
        )


@transaction.atomic
def note_person(*, client_id: int, agent: UUID, names: int, at: datetime) -> None:
    """Record that a client was told names of one person which it had not sent itself."""
    log.append(
        kind=PERSON_NAMED,
        actor_id=None,
        happened_at=at,
        subject=str(agent),
        payload={"client": client_id, "agent": str(agent), "names": names},
    )
