"""Reading the log. What comes back are frozen values, newest or oldest first as each docstring says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from analytics.domain.record import Payload
from analytics.learning_log.models import Label, LogRecord


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFilter:
    """Which records are asked for; a field left alone asks nothing. Times are of `recorded_at`, half-open [from, until)."""

    learner_ids: tuple[int, ...] | None = None
    actor_id: int | None = None
    kinds: tuple[str, ...] = ()
    subject: str = ""
    recorded_from: datetime | None = None
    recorded_until: datetime | None = None
    text: str = ""


def records(asked: RecordFilter, *, limit: int, before_id: int | None = None) -> tuple[RecordFacts, ...]:
    """Return at most `limit` records that match, newest first; those older than `before_id` when it is given. One query."""
    rows = _matching(asked)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return tuple(_facts(row) for row in rows.order_by("-pk").defer("canonical", "leaf_hash")[:limit])


def records_about(*, kind: str, learner_id: int, subject: str | None = None) -> tuple[RecordFacts, ...]:
    """Return the learner's records of one kind, oldest first; of one subject when it is given. One query."""
    rows = LogRecord.objects.filter(learner_id=learner_id, kind=kind)
    if subject is not None:
        rows = rows.filter(subject=subject)
    return tuple(_facts(row) for row in rows.order_by("pk").defer("canonical", "leaf_hash"))


def payloads(kind: str, learner_id: int, subject: str | None = None) -> tuple[Mapping[str, Payload], ...]:
    """Return the payloads of the learner's records of one kind, oldest first. One query."""
    return tuple(facts.payload for facts in records_about(kind=kind, learner_id=learner_id, subject=subject))


def labels(kind: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the names known for these keys; a key without a name (or a forgotten one) is not in the answer. One query."""
    return dict(Label.objects.filter(kind=kind, key__in=set(keys)).values_list("key", "text"))


def _matching(asked: RecordFilter) -> QuerySet[LogRecord]:
    rows = LogRecord.objects.all()
    if asked.learner_ids is not None:
        rows = rows.filter(learner_id__in=asked.learner_ids)
    if asked.actor_id is not None:
        rows = rows.filter(actor_id=asked.actor_id)
    if asked.kinds:
        rows = rows.filter(kind__in=asked.kinds)
    if asked.subject:
        rows = rows.filter(subject=asked.subject)
    if asked.recorded_from is not None:
        rows = rows.filter(recorded_at__gte=asked.recorded_from)
    if asked.recorded_until is not None:
        rows = rows.filter(recorded_at__lt=asked.recorded_until)
    if asked.text:
        rows = rows.filter(payload__icontains=asked.text)
    return rows


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
