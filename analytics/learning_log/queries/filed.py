"""Reading the log. What comes back are frozen values, newest or oldest first as each docstring says."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Max, Q, QuerySet
from psycopg.errors import QueryCanceled

from analytics.domain.commitment import commitment
from analytics.domain.record import Payload, Record, first_fault
from analytics.learning_log.models import Label, LogRecord
from analytics.learning_log.queries import partitions

CLOCKS_DIFFER = timedelta(days=1)  # at most: the time of filing is the application's, the number the database's


class TookTooLong(RuntimeError):
    """The log is large and the question too wide for an answer while somebody waits."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """One record as it was filed."""

    id: int
    uuid: UUID
    kind: str
    actor_id: int | None
    learner_id: int | None
    subject: str
    happened_at: datetime
    recorded_at: datetime
    payload: Mapping[str, Payload]


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """One record with the bytes that were hashed and the stored hash. `record` is what the columns say today."""

    id: int
    record: Record
    canonical: bytes
    leaf_hash: bytes

    @property
    def fault(self) -> str:
        """The first thing that does not agree with the sealed bytes, or "": see `first_fault`."""
        return first_fault(self.record, self.canonical, self.leaf_hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which records are asked for; a field left alone asks nothing, an empty tuple of ids lets nothing through.

    Times are of `recorded_at`, half-open. `text` is looked for in the payload and the subject, in either case. `among`:
    queries of numbers of records; only what is in each of them is let through. `up_to_id`: nothing after this record.
    """

    learner_ids: tuple[int, ...] | None = None
    actor_ids: tuple[int, ...] | None = None
    kinds: tuple[str, ...] = ()
    without_kinds: tuple[str, ...] = ()
    subjects: tuple[str, ...] | None = None
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None
    text: str = ""
    among: tuple[QuerySet[Any, Any], ...] = ()
    up_to_id: int | None = None


@dataclass(frozen=True, slots=True)
class KindCounts:
    """How many records of each kind match; `capped` when only the newest were counted."""

    counts: Mapping[str, int]
    capped: bool

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.counts.values())


def records(
    asked: RecordFilter, *, limit: int, before_id: int | None = None, after_id: int | None = None
) -> tuple[SealedRecord, ...]:
    """Return at most `limit` records that match, newest first. One query, whatever the depth of the page.

    before_id: only older ones. after_id: only newer ones, and of these the oldest `limit`.
    """
    rows = _matching(asked)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    if after_id is not None:
        rows = rows.filter(pk__gt=after_id)
        return tuple(_sealed(row) for row in reversed(rows.order_by("pk")[:limit]))
    return tuple(_sealed(row) for row in rows.order_by("-pk")[:limit])


def find_record(record_id: int) -> SealedRecord | None:
    """Return one record by its number in the log, or None. One query."""
    row = LogRecord.objects.filter(pk=record_id).first()
    return _sealed(row) if row else None


def records_about(*, kind: str, learner_id: int, subject: str | None = None) -> tuple[RecordFacts, ...]:
    """Return the learner's records of one kind, oldest first; of one subject when it is given. One query."""
    rows = LogRecord.objects.filter(learner_id=learner_id, kind=kind)
    if subject is not None:
        rows = rows.filter(subject=subject)
    return tuple(_facts(row) for row in rows.order_by("pk").defer("canonical", "leaf_hash"))


def payloads(kind: str, learner_id: int, subject: str | None = None) -> tuple[Mapping[str, Payload], ...]:
    """Return the payloads of the learner's records of one kind, oldest first. One query."""
    return tuple(facts.payload for facts in records_about(kind=kind, learner_id=learner_id, subject=subject))


def counts_by_kind(asked: RecordFilter, *, newest: int) -> KindCounts:
    """Count the matching records of each kind among the `newest` that match. One query of bounded cost."""
    try:
        sample, parameters = _matching(asked).order_by("-pk").values("kind")[:newest].query.sql_with_params()
    except EmptyResultSet:
        return KindCounts(counts={}, capped=False)
    with connection.cursor() as cursor:
        # Django cannot group a limited query without reading each row a second time.
        cursor.execute(f"SELECT kind, count(*) FROM ({sample}) AS newest GROUP BY kind ORDER BY kind", parameters)  # noqa: S608 — composed by Django, values are parameters
        counts = dict(cursor.fetchall())
    return KindCounts(counts=counts, capped=sum(counts.values()) >= newest)


def count_up_to(asked: RecordFilter, most: int) -> int:
    """Count the matching records, but no further than `most`. One query."""
    return _matching(asked).order_by("-pk")[:most].count()


def latest_recorded_at() -> datetime | None:
    """Return when the last record was filed, or None for an empty log. One query, by the primary key."""
    return LogRecord.objects.order_by("-pk").values_list("recorded_at", flat=True).first()


def day_by_kind(start: datetime, end: datetime) -> dict[str, int]:
    """Count the records filed in [start, end) by kind. One query."""
    rows = LogRecord.objects.filter(_filed_between(start, end))
    return dict(rows.values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind"))


def labels(kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the names known for these keys; a key without a name (or a forgotten one) is left out. One query."""
    return dict(Label.objects.filter(kind=kind, key__in=set(keys)).values_list("key", "text"))


def committed_words(kind: str, key: str) -> str | None:
    """Return the words behind a commitment, or None when they were forgotten or are not those of the day. One query."""
    row = Label.objects.filter(kind=kind, key=key).first()
    return row.text if row and commitment(bytes(row.salt), row.text) == key else None


def labels_of_things(keys: Iterable[str], *, not_of: Iterable[str] = ()) -> dict[str, str]:
    """Return the names of things by key, whatever kind of thing each is, but for the kinds `not_of`. One query."""
    rows = Label.objects.filter(key__in=set(keys)).exclude(kind__in=set(not_of))
    return dict(rows.values_list("key").annotate(text=Max("text")))


def keys_named(
    text: str, *, kind: str | None = None, not_of: Iterable[str] = (), exact: bool = False, limit: int
) -> tuple[str, ...]:
    """Return the keys of at most `limit` labels whose name contains the text, or (exact) is it, in the order of keys.

    One query.
    """
    rows = Label.objects.filter(Q(text=text) if exact else Q(text__icontains=text)).exclude(kind__in=set(not_of))
    if kind is not None:
        rows = rows.filter(kind=kind)
    return tuple(rows.order_by("key").values_list("key", flat=True)[:limit])


@contextmanager
def within(milliseconds: int) -> Iterator[None]:
    """Give the queries inside so much time each; past it they are stopped by the database.

    Raises TookTooLong, after which the caller's transaction can go on.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLong(f"no answer within {milliseconds} ms") from error
        raise


def _matching(asked: RecordFilter) -> QuerySet[LogRecord]:
    found = Q()
    if asked.learner_ids is not None:
        found &= Q(learner_id__in=asked.learner_ids)
    if asked.actor_ids is not None:
        found &= Q(actor_id__in=asked.actor_ids)
    if asked.kinds:
        found &= Q(kind__in=asked.kinds)
    if asked.without_kinds:
        found &= ~Q(kind__in=asked.without_kinds)
    if asked.subjects is not None:
        found &= Q(subject__in=asked.subjects)
    found &= _filed_between(asked.recorded_from, asked.recorded_until)
    if asked.text:
        found &= Q(payload__icontains=asked.text) | Q(subject__icontains=asked.text)
    if asked.up_to_id is not None:
        found &= Q(pk__lte=asked.up_to_id)
    for numbers in asked.among:
        found &= Q(pk__in=numbers)
    return LogRecord.objects.filter(found)


def _filed_between(since: datetime | None, until: datetime | None) -> Q:
    """Return the condition on `recorded_at`, half-open, and on the numbers, which tell the months that need not be read."""
    found = Q()
    if since is not None:
        numbered = Q(pk__gte=partitions.first_number(since - CLOCKS_DIFFER)) | Q(pk__lt=partitions.NUMBERS_A_MONTH)
        found &= Q(recorded_at__gte=since) & numbered  # what was filed before there were months has a plain number
    if until is not None:
        last = partitions.first_number(until + CLOCKS_DIFFER)
        found &= Q(recorded_at__lt=until, pk__lt=last + partitions.NUMBERS_A_MONTH)
    return found


def _sealed(row: LogRecord) -> SealedRecord:
    record = Record(
        uuid=row.uuid,
        kind=row.kind,
        actor_id=row.actor_id,
        learner_id=row.learner_id,
        subject=row.subject,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        payload=row.payload,
    )
    return SealedRecord(id=row.pk, record=record, canonical=bytes(row.canonical), leaf_hash=bytes(row.leaf_hash))


def _facts(row: LogRecord) -> RecordFacts:
    return RecordFacts(
        id=row.pk,
        uuid=row.uuid,
        kind=row.kind,
        actor_id=row.actor_id,
        learner_id=row.learner_id,
        subject=row.subject,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        payload=row.payload,
    )
