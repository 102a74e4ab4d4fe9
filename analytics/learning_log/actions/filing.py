"""Filing a record, and naming what records mention. A record stands or falls with the deed: one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import token_bytes
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.numeric import Int8

from analytics.domain.commitment import SALT_BYTES, commitment
from analytics.domain.record import Payload, Record, canonical_parts, floor_ms, leaf_hash
from analytics.learning_log import kinds
from analytics.learning_log.models import Label, LogRecord
from analytics.learning_log.queries.bound import bound_cursor
from analytics.learning_log.signals import record_appended

INSERT = """
INSERT INTO analytics_logrecord
    (uuid, kind, actor_id, learner_id, subject, happened_at, recorded_at, payload, canonical, leaf_hash)
VALUES """
PLACES = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
# Most deeds file one record: sent in binary, and parsed and planned once a connection.
ONE = f"{INSERT}(%b, %t, %b, %b, %t, %b, %b, %t, %b, %b) RETURNING id"


class OutsideOfDeed(RuntimeError):
    """A record was appended outside the transaction of its deed: one of the two could fail and the other stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record before it is filed: what `append` takes, as one value."""

    kind: str
    actor_id: int | None
    happened_at: datetime
    learner_id: int | None = None
    subject: str = ""
    payload: Mapping[str, Payload]


def append(
    *,
    kind: str,
    actor_id: int | None,
    happened_at: datetime,
    learner_id: int | None = None,
    subject: str = "",
    payload: Mapping[str, Payload],
) -> LogRecord:
    """Append one record to the log, in the transaction that the caller's deed has open.

    happened_at: aware; cut to the millisecond. actor_id None means the system.
    payload: exactly the registered fields; text, integers, booleans, lists and dicts of these; never a name, a phone or
    an ID number.
    The bell `record_appended` rings after the commit.

    Raises OutsideOfDeed, kinds.UnknownKind, kinds.BadPayload, NotCanonical.
    """
    draft = Draft(
        kind=kind, actor_id=actor_id, happened_at=happened_at, learner_id=learner_id, subject=subject, payload=payload
    )
    return append_many([draft])[0]


def append_many(drafts: Iterable[Draft]) -> list[LogRecord]:
    """Append many records by one INSERT, in the order given. All or none; the bell rings once for each.

    Raises as `append`.
    """
    if not connection.in_atomic_block:
        raise OutsideOfDeed("append inside transaction.atomic, together with the change that the record tells of")
    recorded_at = floor_ms(timezone.now())
    records = _insert([filled(draft, recorded_at) for draft in drafts])
    for record in records:
        ring = partial(
            record_appended.send_robust,
            sender=LogRecord,
            record_id=record.pk,
            kind=record.kind,
            learner_id=record.learner_id,
            subject=record.subject,
        )
        transaction.on_commit(ring)
    return records


def put_labels(*, kind: str, texts: Mapping[str, str]) -> None:
    """Set the names of things of one kind ("person", "lesson", …), by key: new ones are added, others changed.

    key: the id as records carry it, as text. Names are cut at 200 characters.
    """
    Label.objects.bulk_create(
        [Label(kind=kind, key=key, text=text[:200]) for key, text in texts.items()],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["text"],
    )


def commit_words(*, kind: str, text: str) -> str:
    """Keep words beside the log and return the commitment that a record may hold in their stead (docs/adr/0014).

    The same words give another commitment each time: nobody can tell by a record who was meant once salt and words are
    forgotten, and until then `queries.committed_words` proves which they were. Words are cut at 200 characters.
    """
    salt, kept = token_bytes(SALT_BYTES), text[:200]
    key = commitment(salt, kept)
    Label.objects.create(kind=kind, key=key, text=kept, salt=salt)
    return key


def forget_label(*, kind: str, key: str) -> bool:
    """Remove a name from beside the log; say whether there was one. Records keep the id and verify as before."""
    deleted, _ = Label.objects.filter(kind=kind, key=key).delete()
    return deleted > 0


def filled(draft: Draft, recorded_at: datetime) -> tuple[LogRecord, str]:
    """Return the row of a draft, with its bytes and their hash, and its payload as text. Raises as `append`."""
    kinds.check(draft.kind, draft.payload)
    record = Record(
        uuid=uuid4(),
        kind=draft.kind,
        actor_id=draft.actor_id,
        learner_id=draft.learner_id,
        subject=draft.subject,
        happened_at=floor_ms(draft.happened_at),
        recorded_at=recorded_at,
        payload=draft.payload,
    )
    canonical, payload = canonical_parts(record)
    row = LogRecord(
        uuid=record.uuid,
        kind=record.kind,
        actor_id=record.actor_id,
        learner_id=record.learner_id,
        subject=record.subject,
        happened_at=record.happened_at,
        recorded_at=record.recorded_at,
        payload=record.payload,
        canonical=canonical,
        leaf_hash=leaf_hash(canonical),
    )
    return row, payload


def _insert(rows: Sequence[tuple[LogRecord, str]]) -> list[LogRecord]:
    """Insert by one statement, and give each row the number that the database gave it.

    Not by bulk_create: composing the statement cost it as much time as the database needed for the row.
    """
    if not rows:
        return []
    values: list[Any] = []
    for row, payload in rows:
        values += (
            row.uuid, row.kind, _number(row.actor_id), _number(row.learner_id), row.subject, row.happened_at,
            row.recorded_at, payload, row.canonical, row.leaf_hash,
        )  # fmt: skip
    if len(rows) == 1:
        with bound_cursor() as cursor:
            cursor.execute(ONE, values)
            found = cursor.fetchall()
    else:
        with connection.cursor() as cursor:
            cursor.execute(INSERT + ", ".join([PLACES] * len(rows)) + " RETURNING id", values)
            found = cursor.fetchall()
    for (row, _), (number,) in zip(rows, found, strict=True):
        row.pk = number
        row._state.adding = False
        row._state.db = connection.alias
    return [row for row, _ in rows]


def _number(value: int | None) -> Int8 | None:
    """Of one width whatever the value: another width is another statement to the database."""
    return None if value is None else Int8(value)
