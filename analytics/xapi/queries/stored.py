"""Reading statements. A page reads as many rows as it tells, whatever the size of the store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from analytics.domain.record import floor_ms
from analytics.learning_log import queries as log
from analytics.xapi.domain.house import learner_of
from analytics.xapi.domain.mentions import Role, agent_key
from analytics.xapi.domain.multipart import Attached
from analytics.xapi.domain.strict_json import JsonObject, loads
from analytics.xapi.models import WRITERS, XapiActivity, XapiAttachment, XapiMention, XapiReference, XapiStatement

_WRITING_SINCE = """
SELECT min(activity.xact_start) FROM pg_locks held JOIN pg_stat_activity activity ON activity.pid = held.pid
WHERE held.locktype = 'advisory' AND held.classid = 0 AND held.objid = %s AND held.objsubid = 1
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND held.pid <> pg_backend_pid()
"""
_NEWEST_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which statements are asked for, by keys of domain.mentions; None asks nothing. client_id: only those that it sent.

    since is exclusive, until inclusive. after: the number of the last statement told, in the order asked for.
    """

    client_id: int | None = None
    agent: UUID | None = None
    related_agents: bool = False
    activity: UUID | None = None
    related_activities: bool = False
    verb: UUID | None = None
    registration: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    ascending: bool = False
    limit: int = 100
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A statement as it is stored. client_id None: the house's own."""

    id: int
    client_id: int | None
    stored: datetime
    body: str

    @property
    def statement(self) -> JsonObject:
        """What the body says."""
        found: JsonObject = loads(self.body)
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """Some statements in the order asked for; `more`: there are others behind them."""

    rows: tuple[Stored, ...]
    more: bool


def statements(asked: Asked) -> Page:
    """Return a page of the statements that match, and of those that refer to one that matches; never a voided one.

    One query, and one more when a filter can be met through a StatementRef.
    """
    matching = _matching(asked)
    here = _in_time(asked).filter(voided=False)
    rows = list(_page(here & matching, asked))
    if asked.agent or asked.activity or asked.verb or asked.registration:
        refers = XapiReference.objects.filter(source_id=OuterRef("pk"), target__in=matching.values("uuid"))
        rows += _page(here.filter(Exists(refers), refers_to__isnull=False), asked)
    numbers = {row.pk: row for row in rows}
    ordered = [numbers[number] for number in sorted(numbers, reverse=not asked.ascending)]
    told = tuple(_stored(row) for row in ordered[: asked.limit])
    return Page(told, more=len(ordered) > asked.limit)


def one_statement(uuid: UUID, *, voided: bool, client_id: int | None) -> Stored | None:
    """Return the statement with this id if it is (not) voided; with client_id only if that client sent it. One query."""
    rows = XapiStatement.objects.filter(uuid=uuid, voided=voided)
    row = (rows if client_id is None else rows.filter(client_id=client_id)).first()
    return _stored(row) if row else None


def attachments_of(rows: Iterable[Stored]) -> list[Attached]:
    """Return the attachments that these statements name and whose bytes came with them, each once. One query a client."""
    wanted: dict[int, set[str]] = {}
    for row in rows:
        if row.client_id is not None and '"attachments"' in row.body:
            hashes = {each["sha2"].lower() for each in _attachments(row.statement)}
            wanted.setdefault(row.client_id, set()).update(hashes)
    found: dict[str, Attached] = {}
    for client_id, hashes in wanted.items():
        for each in XapiAttachment.objects.filter(client_id=client_id, sha2__in=hashes).order_by("pk"):
            found[each.sha2] = Attached(each.sha2, each.content_type, bytes(each.content))
    return list(found.values())


def definitions(keys: Iterable[UUID]) -> dict[str, JsonObject]:
    """Return what is known of these activities, by IRI. One query."""
    rows = XapiActivity.objects.filter(key__in=set(keys)).values_list("iri", "definition")
    return {iri: loads(definition) for iri, definition in rows}


def last_version(client_id: int) -> str:
    """Return the version of the newest statement that this client stored, "" if it stored none. One query."""
    body = XapiStatement.objects.filter(client_id=client_id).order_by("-pk").values_list("body", flat=True).first()
    return "" if body is None else str(loads(body)["version"])


def words_for_agent(key: UUID, *, client_id: int | None) -> list[str]:
    """Return the names under which the newest statements know an agent; with client_id only that client's. One query."""
    rows = XapiStatement.objects.filter(Exists(XapiMention.objects.filter(statement_id=OuterRef("pk"), key=key)))
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found: dict[str, None] = {}
    for body in rows.order_by("-pk").values_list("body", flat=True)[:_NEWEST_LOOKED_AT]:
        for agent in _agents(loads(body)):
            if "name" in agent and agent_key(agent) == key:
                found[agent["name"]] = None
    return list(found)


def names_of_persons(accounts: Iterable[str]) -> dict[str, str]:
    """Return the names of the house's own accounts, as far as they are not forgotten. One query."""
    numbers = {str(number): name for name in accounts if (number := learner_of(name)) is not None}
    return {numbers[key]: name for key, name in log.labels("person", numbers).items()}


def consistent_through() -> datetime:
    """Return the moment up to which nothing is still being stored: now, or when the oldest that is storing began. One query.

    A millisecond before it, to be exact: `stored` is cut to the millisecond, and who asks `since` is told what is later.
    """
    now = timezone.now()  # before looking, for whoever begins afterwards stores later
    with connection.cursor() as cursor:
        cursor.execute(_WRITING_SINCE, [WRITERS])
        (since,) = cursor.fetchone() or (None,)
    moment = min(now, since.astimezone(UTC)) if since else now
    return floor_ms(moment) - timedelta(milliseconds=1)


def _matching(asked: Asked) -> QuerySet[XapiStatement]:
    found = Q()
    if asked.client_id is not None:
        found &= Q(client_id=asked.client_id)
    if asked.verb is not None:
        found &= Q(verb_key=asked.verb)
    if asked.registration is not None:
        found &= Q(registration=asked.registration)
    if asked.agent is not None:
        roles = (Role.ACTOR, Role.RELATED_AGENT) if asked.related_agents else (Role.ACTOR,)
        found &= _mentioned(asked.agent, roles)
    if asked.activity is not None:
        roles = (Role.OBJECT, Role.RELATED_ACTIVITY) if asked.related_activities else (Role.OBJECT,)
        found &= _mentioned(asked.activity, roles)
    return XapiStatement.objects.filter(found)


def _mentioned(key: UUID, roles: Sequence[Role]) -> Q:
    return Q(pk__in=XapiMention.objects.filter(key=key, role__in=roles).values("statement_id"))


def _in_time(asked: Asked) -> QuerySet[XapiStatement]:
    rows = XapiStatement.objects.all()
    if asked.client_id is not None:
        rows = rows.filter(client_id=asked.client_id)
    if asked.since is not None:
        rows = rows.filter(stored__gt=asked.since)
    if asked.until is not None:
        rows = rows.filter(stored__lte=asked.until)
    if asked.after is not None:
        rows = rows.filter(pk__gt=asked.after) if asked.ascending else rows.filter(pk__lt=asked.after)
    return rows


def _page(rows: QuerySet[XapiStatement], asked: Asked) -> QuerySet[XapiStatement]:
    return rows.order_by("pk" if asked.ascending else "-pk")[: asked.limit + 1]


def _stored(row: XapiStatement) -> Stored:
    return Stored(row.pk, row.client_id, row.stored, row.body)


def _attachments(statement: JsonObject) -> list[JsonObject]:
    found = list(statement.get("attachments", ()))
    if statement["object"].get("objectType") == "SubStatement":
        found += _attachments(statement["object"])
    return found


def _agents(value: object) -> Iterable[JsonObject]:
    if isinstance(value, dict):
        if value.keys() & {"mbox", "mbox_sha1sum", "openid", "account"}:
            yield value
        for each in value.values():
            yield from _agents(each)
    elif isinstance(value, list):
        for each in value:
            yield from _agents(each)
