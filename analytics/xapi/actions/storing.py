"""Storing statements: a request's whole batch or nothing of it, and its record in the learning log in the same transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected, SerializationFailure

from analytics.domain.record import floor_ms, utc_text
from analytics.learning_log import actions as log
from analytics.xapi.domain import telling
from analytics.xapi.domain.mentions import iri_key, mentions
from analytics.xapi.domain.multipart import Attached
from analytics.xapi.domain.statement import VOIDED
from analytics.xapi.domain.strict_json import JsonObject, dumps, loads
from analytics.xapi.log_kinds import STATEMENTS_STORED
from analytics.xapi.models import WRITERS, XapiActivity, XapiAttachment, XapiStatement

TRIES = 5
VOIDED_KEY = iri_key(VOIDED)

# Numbered as they came, inserted in the order of their ids: two batches with the same ids in another order, sent at once,
# would else wait for each other.
_STATEMENTS = """
INSERT INTO analytics_xapistatement
    (id, uuid, client_id, batch, stored, verb_key, registration, refers_to, voided, body)
SELECT n, u, %s, %s, %s, v, r, f, false, b
FROM (
    SELECT nextval(pg_get_serial_sequence('analytics_xapistatement', 'id')) AS n, new.*
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], string_to_array(%s, E'\\x1e')) AS new (u, v, r, f, b)
    OFFSET 0
) numbered ORDER BY u
ON CONFLICT (uuid) DO NOTHING RETURNING id, uuid
"""
_BETWEEN = "\x1e"  # in no JSON text: control characters are escaped there
_MENTIONS = """
INSERT INTO analytics_xapimention (key, statement_id, role)
SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::smallint[])
"""
# What a new reference reaches: its target, and all that the target reaches; for itself, and for all that reach it.
_REFERENCES = """
INSERT INTO analytics_xapireference (source_id, target)
SELECT above.id, below.target
FROM (SELECT %(id)s AS id UNION SELECT source_id FROM analytics_xapireference WHERE target = %(uuid)s) above,
    (SELECT %(target)s::uuid AS target UNION
     SELECT further.target FROM analytics_xapireference further
     JOIN analytics_xapistatement known ON known.id = further.source_id WHERE known.uuid = %(target)s) below
ON CONFLICT DO NOTHING
"""
# A voiding statement is never voided itself; the house's own statements follow the log, which nobody voids.
_VOID = """
UPDATE analytics_xapistatement target SET voided = true
FROM analytics_xapistatement voiding JOIN analytics_xapiclient voider ON voider.id = voiding.client_id
WHERE {new}.id = ANY(%(ids)s) AND voiding.verb_key = %(voided)s AND voiding.refers_to = target.uuid
    AND target.verb_key <> %(voided)s AND NOT target.voided AND target.client_id IS NOT NULL
    AND (voiding.client_id = target.client_id OR 'all' = ANY(voider.scopes))
"""
_VOID_OTHERS, _VOID_NEW = _VOID.format(new="voiding"), _VOID.format(new="target")


class Conflict(ValueError):
    """A statement with this id and another content is stored already."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the client's number, the authority it stands for, whether its definitions count, and the version it speaks."""

    client_id: int
    authority: JsonObject
    defines: bool
    version: str


@dataclass(frozen=True, slots=True)
class Inserted:
    """What was new: numbers in the store by id, and the digest over the bodies, a line feed after each."""

    numbers: dict[UUID, int]
    digest: str


def store(*, sender: Sender, statements: Sequence[JsonObject], attached: Iterable[Attached] = ()) -> list[str]:
    """Store checked statements and return their ids, in order. All or none; a statement that is here already is left as it is.

    The store adds id, stored, timestamp, version where they are missing, and always the authority. What the database gave up
    because two requests waited for each other is tried again. Raises Conflict.
    """
    attached = tuple(attached)
    for tries_left in range(TRIES - 1, -1, -1):
        try:
            return _store_once(sender, statements, attached)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected | SerializationFailure) or not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


@transaction.atomic(durable=True)
def _store_once(sender: Sender, statements: Sequence[JsonObject], attached: Sequence[Attached]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS])
    at = floor_ms(timezone.now())
    whole = [_completed(each, sender, at) for each in statements]
    ids = [str(each["id"]) for each in whole]
    known = _known(ids)
    new = [each for each in whole if UUID(each["id"]) not in known]
    for each in whole:
        _must_be_the_same(each, known.get(UUID(each["id"])))
    if new:
        XapiAttachment.objects.bulk_create(
            [
                XapiAttachment(
                    client_id=sender.client_id,
                    sha2=each.sha2,
                    content_type=each.content_type[:500],
                    content=each.content,
                )
                for each in sorted(attached, key=lambda each: each.sha2)
            ],
            ignore_conflicts=True,
        )
        _file(new, sender, at)
    return ids


def insert(statements: Sequence[JsonObject], *, client_id: int | None, batch: UUID | None, at: datetime) -> Inserted:
    """Insert complete statements with what finds them again; those that are there already are left out."""
    bodies = [dumps(each) for each in statements]
    columns = (
        _array(each["id"] for each in statements),
        _array(iri_key(each["verb"]["id"]) for each in statements),
        _array(each.get("context", {}).get("registration") for each in statements),
        _array(_target(each) for each in statements),
        _BETWEEN.join(bodies),
    )
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS, [client_id, batch, at, *columns])
        numbers = {uuid: number for number, uuid in cursor.fetchall()}
        new = [(each, numbers[uuid]) for each in statements if (uuid := UUID(each["id"])) in numbers]
        rows = [(mention.key, number, int(mention.role)) for each, number in new for mention in mentions(each)]
        if rows:
            cursor.execute(_MENTIONS, [_array(column) for column in zip(*rows, strict=True)])
        for each, number in new:
            if target := _target(each):
                cursor.execute(_REFERENCES, {"id": number, "uuid": each["id"], "target": target})
    digest = sha256()
    for each, body in zip(statements, bodies, strict=True):
        if UUID(each["id"]) in numbers:
            digest.update(body.encode() + b"\n")
    return Inserted(numbers, digest.hexdigest())


def _array(values: Iterable[UUID | str | int | None]) -> str:
    """Return an array of UUIDs or numbers as Postgres reads it; the driver would quote each value on its own."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def _file(new: Sequence[JsonObject], sender: Sender, at: datetime) -> None:
    batch = uuid4()
    inserted = insert(new, client_id=sender.client_id, batch=batch, at=at)
    numbers = inserted.numbers
    if len(numbers) < len(new):  # somebody stored the same ids in this very moment
        late = _known([each["id"] for each in new if UUID(each["id"]) not in numbers])
        for each in new:
            _must_be_the_same(each, late.get(UUID(each["id"])))
    with connection.cursor() as cursor:
        voiding: dict[str, UUID | list[int]] = {"voided": VOIDED_KEY, "ids": list(numbers.values())}
        if any(each["verb"]["id"] == VOIDED for each in new):
            cursor.execute(_VOID_OTHERS, voiding)
        cursor.execute(_VOID_NEW, voiding)
    if sender.defines:
        _learn_definitions(new)
    if numbers:
        log.append(
            kind=STATEMENTS_STORED,
            actor_id=None,
            happened_at=at,
            subject=str(batch),
            payload={
                "client": sender.client_id,
                "batch": str(batch),
                "statements": len(numbers),
                "digest": inserted.digest,
            },
        )


def _completed(statement: JsonObject, sender: Sender, at: datetime) -> JsonObject:
    now = utc_text(at)
    added = {"id": str(uuid4()), "timestamp": now, "version": sender.version}
    return telling.with_arrays(added | statement | {"stored": now, "authority": sender.authority})


def _known(ids: Sequence[str]) -> dict[UUID, JsonObject]:
    rows = XapiStatement.objects.filter(uuid__in=ids).values_list("uuid", "body")
    return {uuid: loads(body) for uuid, body in rows}


def _must_be_the_same(statement: JsonObject, known: JsonObject | None) -> None:
    if known is not None and not telling.same(statement, known):
        raise Conflict(f"statement {statement['id']} is stored already, with another content")


def _target(statement: JsonObject) -> str | None:
    thing = statement["object"]
    return str(thing["id"]) if thing.get("objectType") == "StatementRef" else None


def _learn_definitions(statements: Iterable[JsonObject]) -> None:
    said: dict[str, JsonObject] = {}
    for statement in statements:
        for activity in _activities(statement):
            if "definition" in activity:
                said[activity["id"]] = telling.merged_definition(said.get(activity["id"], {}), activity["definition"])
    if not said:
        return
    keys = {iri_key(iri): iri for iri in said}
    rows = XapiActivity.objects.select_for_update().order_by("key").filter(key__in=keys)
    known = {row.key: row.definition for row in rows}
    changed = []
    for key, iri in sorted(keys.items()):
        definition = dumps(telling.merged_definition(loads(known.get(key, "{}")), said[iri]))
        if definition != known.get(key):
            changed.append(XapiActivity(key=key, iri=iri, definition=definition))
    XapiActivity.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["key"], update_fields=["definition"]
    )


def _activities(statement: JsonObject) -> Iterable[JsonObject]:
    thing = statement["object"]
    match thing.get("objectType", "Activity"):
        case "Activity":
            yield thing
        case "SubStatement":
            yield from _activities(thing)
    for activities in statement.get("context", {}).get("contextActivities", {}).values():
        yield from activities
