"""Filing what one deed does for thousands of persons: a COPY for all records, a COPY for all names."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from analytics.domain.alike import Alike
from analytics.domain.record import Payload, floor_ms, leaf_hash
from analytics.learning_log import kinds
from analytics.learning_log.actions.filing import OutsideOfDeed

_COPY = (
    "COPY analytics_logrecord"
    " (uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload, canonical, leaf_hash) FROM STDIN"
)
_COPY_LABELS = "COPY analytics_label (kind, key, text, salt) FROM STDIN"


class Concerned(NamedTuple):
    """What is particular to one of many records of a deed."""

    learner_id: int | None
    subject: str
    payload: Mapping[str, Payload]


def append_alike(*, kind: str, actor_id: int | None, happened_at: datetime, records: Iterable[Concerned]) -> int:
    """Append many records of one kind, by one actor, at one time, in the order given; return how many. All or none.

    As `append_many`, for tens of thousands, with one difference: the bell does not ring. It is for kinds that no room waits
    for; who appends so many sees to what follows from them.

    Raises as `append`.
    """
    if not connection.in_atomic_block:
        raise OutsideOfDeed("append inside transaction.atomic, together with the change that the record tells of")
    happened_at, recorded_at = floor_ms(happened_at), floor_ms(timezone.now())
    alike = Alike(kind, actor_id, happened_at, recorded_at)
    shapes: set[tuple[str, ...]] = set()
    filed = 0
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        for learner_id, subject, payload in records:
            if (shape := tuple(payload)) not in shapes:
                kinds.check(kind, payload)
                shapes.add(shape)
            uuid = str(uuid4())
            canonical, text = alike.parts(uuid, learner_id, subject, payload)
            copy.write_row(
                (
                    uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at,
                    text, canonical, leaf_hash(canonical),
                )
            )  # fmt: skip
            filed += 1
    return filed


def name_newcomers(*, kind: str, texts: Mapping[str, str]) -> None:
    """Set the names of things that had none, by key. Names are cut at 200 characters.

    As `put_labels`, for tens of thousands. Raises IntegrityError for a key that has a name already.
    """
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(_COPY_LABELS) as copy:
        for key, text in texts.items():
            copy.write_row((kind, key, text[:200], b""))
