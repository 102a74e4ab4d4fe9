"""Filing what one deed does for thousands of persons: a COPY for all records, a COPY for all names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from analytics.domain.alike import Alike
from analytics.domain.record import Payload, floor_ms, leaf_hash
from analytics.learning_log import kinds
from analytics.learning_log.actions.copying import as_jsonb, copy_rows, random_uuids
from analytics.learning_log.actions.filing import OutsideOfDeed

# As the table's own default; but with that, which asks the clock, COPY would put rows in one by one.
_NUMBERS = """
SELECT month + nextval('analytics_logrecord_id_seq')
FROM (SELECT analytics_log_month(clock_timestamp()) * 10000000000 AS month OFFSET 0) AS now, generate_series(1, %s)
"""
_RECORDS = {
    "id": "int8",
    "uuid": "uuid", "kind": "varchar", "actor_id": "int8", "learner_id": "int8", "subject": "text",
    "happened_at": "timestamptz", "recorded_at": "timestamptz", "payload": "jsonb", "canonical": "bytea", "leaf_hash": "bytea",
}  # fmt: skip
_LABELS = {"kind": "varchar", "key": "varchar", "text": "varchar", "salt": "bytea"}


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
    every = tuple(records)
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [len(every)])
        numbers = [row[0] for row in cursor.fetchall()]
    rows = _rows(Alike(kind, actor_id, happened_at, recorded_at), numbers, every)
    return copy_rows("analytics_logrecord", _RECORDS, rows)


def _rows(alike: Alike, numbers: Sequence[int], records: Sequence[Concerned]) -> Iterator[Sequence[object]]:
    """The columns of _RECORDS."""
    kind, actor_id, happened_at, recorded_at = alike.kind, alike.actor_id, alike.happened_at, alike.recorded_at
    shapes: set[tuple[str, ...]] = set()
    uuids = random_uuids(len(records))
    for number, uuid, (learner_id, subject, payload) in zip(numbers, uuids, records, strict=True):
        if (shape := tuple(payload)) not in shapes:
            kinds.check(kind, payload)
            shapes.add(shape)
        canonical, text = alike.parts(str(uuid), learner_id, subject, payload)
        yield (
            number, uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at,
            as_jsonb(text), canonical, leaf_hash(canonical),
        )  # fmt: skip


def name_newcomers(*, kind: str, texts: Mapping[str, str]) -> None:
    """Set the names of things that had none, by key. Names are cut at 200 characters.

    As `put_labels`, for tens of thousands. Raises IntegrityError for a key that has a name already.
    """
    copy_rows("analytics_label", _LABELS, ((kind, key, text[:200], b"") for key, text in texts.items()))
