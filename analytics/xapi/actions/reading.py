"""Reading that is a deed: whoever learns names of persons leaves a record."""

from datetime import datetime

from django.db import transaction

from analytics.learning_log import actions as log
from analytics.xapi.log_kinds import NAMES_GIVEN


@transaction.atomic
def note_names(*, client_id: int, statements: int, at: datetime) -> None:
    """Record that a client was told so many statements of others with the names of persons."""
    if statements:
        log.append(
            kind=NAMES_GIVEN, actor_id=None, happened_at=at, payload={"client": client_id, "statements": statements}
        )
