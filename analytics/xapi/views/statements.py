"""The statements resource: sending, asking for one, asking for many, and going on where a page ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from secrets import token_hex
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from analytics.xapi import actions, protocol, queries
from analytics.xapi.domain import multipart, scopes, telling
from analytics.xapi.domain.house import Site
from analytics.xapi.domain.mentions import agent_key, iri_key, mentions
from analytics.xapi.domain.multipart import Attached
from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.signature import USAGE, check_signature
from analytics.xapi.domain.statement import check_statement
from analytics.xapi.domain.strict_json import Json, JsonObject, NotJson, dumps, loads
from analytics.xapi.protocol import Trouble
from analytics.xapi.views.door import Visit, http_time, json, listed, resource

MOST_STATEMENTS = 2_000  # in one request
USUAL_PAGE, LARGEST_PAGE = 100, 500
FORMATS = ("exact", "ids", "canonical")
_FILTERS = ("agent", "verb", "activity", "registration", "related_activities", "related_agents")
_SHAPE = ("format", "attachments")
NO_FILES: tuple[Attached, ...] = ()
_SALT = "analytics.xapi.more"
_DEFAULT_VERSION = {1: "1.0.0", 2: "2.0.0"}


def post(visit: Visit) -> HttpResponse:
    """Store one statement or an array of them, and answer with their ids."""
    protocol.only(visit.call)
    body, attached = _sent(visit)
    return listed(_stored(visit, body if isinstance(body, list) else [body], attached))


def put(visit: Visit) -> HttpResponse:
    """Store one statement under the id that the address names."""
    protocol.only(visit.call, required=("statementId",))
    uuid = protocol.uuid_param(visit.call, "statementId")
    body, attached = _sent(visit)
    if isinstance(body, dict):
        said = body.get("id", visit.call.params["statementId"])
        if not isinstance(said, str) or said.lower() != str(uuid):
            raise Refused("statement.id: is not the one that the address names")
        body = body | {"id": said}
    _stored(visit, [body], attached)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def get(visit: Visit) -> HttpResponse:
    """Tell one statement (statementId, voidedStatementId) or those that match, newest first."""
    call = visit.call
    single = [name for name in ("statementId", "voidedStatementId") if name in call.params]
    if single:
        protocol.only(call, *_SHAPE, required=(single[0],))
        return _one(visit, single[0])
    protocol.only(call, *_FILTERS, "since", "until", "limit", "ascending", *_SHAPE)
    agent = protocol.agent_param(call, "agent")
    verb, activity = protocol.iri_param(call, "verb"), protocol.iri_param(call, "activity")
    asked = queries.Asked(
        client_id=_only_of(visit),
        agent=agent_key(agent) if agent else None,
        related_agents=protocol.truth_param(call, "related_agents"),
        activity=iri_key(activity) if activity else None,
        related_activities=protocol.truth_param(call, "related_activities"),
        verb=iri_key(verb) if verb else None,
        registration=protocol.uuid_param(call, "registration"),
        since=protocol.time_param(call, "since"),
        until=protocol.time_param(call, "until"),
        ascending=protocol.truth_param(call, "ascending"),
        limit=_limit(call.params.get("limit")),
    )
    return _many(visit, asked, _format(call.params.get("format", "exact")), protocol.truth_param(call, "attachments"))


def go_on(visit: Visit) -> HttpResponse:
    """Tell the next page of what was asked before."""
    protocol.only(visit.call, required=("token",))
    try:
        said = signing.loads(visit.call.params["token"], salt=_SALT)
    except signing.BadSignature:
        raise Trouble(HTTPStatus.NOT_FOUND, "there is no such page") from None
    asked = replace(_asked(said), client_id=_only_of(visit))
    return _many(visit, asked, _format(said["format"]), bool(said["attachments"]))


def _sent(visit: Visit) -> tuple[Json, tuple[Attached, ...]]:
    visit.need(scopes.may_write(visit.client.scopes), scopes.WRITE)
    call = visit.call
    body, attached = call.body, NO_FILES
    match call.content_type:
        case "application/json":
            pass
        case "multipart/mixed":
            boundary = multipart.boundary_of(call.headers["content-type"])
            body, attached = multipart.taken_apart(body, boundary)
        case _:
            raise Refused("Content-Type: must be application/json or multipart/mixed")
    try:
        return loads(body), attached
    except NotJson as error:
        raise Refused(f"body: {error}") from None


def _stored(visit: Visit, values: Sequence[Json], attached: tuple[Attached, ...]) -> list[str]:
    if not values or len(values) > MOST_STATEMENTS:
        raise Refused(f"body: must hold 1 to {MOST_STATEMENTS} statements")
    checked = [
        check_statement(value, version=visit.version, where=f"statement[{index}]" if len(values) > 1 else "statement")
        for index, value in enumerate(values)
    ]
    ids = [each["id"].lower() for each in checked if "id" in each]
    if len(set(ids)) != len(ids):
        raise Refused("body: two statements have one id")
    _check_attachments(checked, attached)
    site = Site(settings.SITE_URL.rstrip("/"))
    sender = actions.Sender(
        client_id=visit.client.id,
        authority={
            "objectType": "Agent",
            "name": visit.client.name,
            "account": {"homePage": f"{site.url}/xapi", "name": visit.client.key},
        },
        defines=scopes.may_define(visit.client.scopes),
        version=_DEFAULT_VERSION[visit.version],
    )
    return actions.store(sender=sender, statements=checked, attached=attached)


def _check_attachments(statements: Sequence[JsonObject], attached: tuple[Attached, ...]) -> None:
    parts = {each.sha2: each for each in attached}
    named = set()
    for statement in statements:
        thing = statement["object"]
        inner = thing.get("attachments", []) if thing.get("objectType") == "SubStatement" else []
        for each in [*statement.get("attachments", []), *inner]:
            sha2 = each["sha2"].lower()
            named.add(sha2)
            if sha2 not in parts and "fileUrl" not in each:
                raise Refused("attachments: one has neither a fileUrl nor a part of the request")
            if each["usageType"] == USAGE and sha2 in parts:
                check_signature(statement, parts[sha2].content, each["contentType"])
    if parts.keys() - named:
        raise Refused("body: a part is no attachment of a statement")


def _only_of(visit: Visit) -> int | None:
    visit.need(scopes.may_read_mine(visit.client.scopes), scopes.READ)
    return None if scopes.may_read(visit.client.scopes) else visit.client.id


def _one(visit: Visit, name: str) -> HttpResponse:
    uuid = protocol.uuid_param(visit.call, name)
    form, with_files = (
        _format(visit.call.params.get("format", "exact")),
        protocol.truth_param(visit.call, "attachments"),
    )
    only_of = _only_of(visit)
    row = queries.one_statement(uuid, voided=name == "voidedStatementId", client_id=only_of) if uuid else None
    if row is None:
        raise Trouble(HTTPStatus.NOT_FOUND, "there is no such statement")
    (body,) = _told(visit, [row], form)
    return _response(visit, body, [row], with_files, {"Last-Modified": http_time(row.stored)})


def _many(visit: Visit, asked: queries.Asked, form: str, with_files: bool) -> HttpResponse:
    page = queries.statements(asked)
    more = ""
    if page.more:
        more = reverse("xapi:more", args=[_token(replace(asked, after=page.rows[-1].id), form, with_files)])
    bodies = ",".join(_told(visit, page.rows, form))
    return _response(visit, f'{{"statements":[{bodies}],"more":{dumps(more)}}}', page.rows, with_files, {})


def _response(
    visit: Visit, body: str, rows: Sequence[queries.Stored], with_files: bool, headers: dict[str, str]
) -> HttpResponse:
    if not with_files:
        return json(body, headers=headers)
    # A signature holds the statement as it was; so others' attachments are for those who may know names.
    named = scopes.may_learn_names(visit.client.scopes)
    attached = queries.attachments_of(row for row in rows if named or row.client_id == visit.client.id)
    boundary = f"part-{token_hex(16)}"
    whole = multipart.put_together(body.encode(), attached, boundary)
    return HttpResponse(whole, content_type=f"multipart/mixed; boundary={boundary}", headers=headers)


def _told(visit: Visit, rows: Sequence[queries.Stored], form: str) -> list[str]:
    """The statements as this client may know them. What is told as it was stored is not even parsed."""
    mine = visit.client.id
    named = scopes.may_learn_names(visit.client.scopes)
    if form == "exact" and all(row.client_id == mine for row in rows):
        return [row.body for row in rows]
    statements = [row.statement for row in rows]
    names: dict[str, str] = {}
    if named and form != "ids":
        names = queries.names_of_persons(_accounts(each) for each in statements)
        others = sum(row.client_id != mine for row in rows)
        actions.note_names(client_id=mine, statements=others, at=timezone.now())
    known: dict[str, JsonObject] = {}
    if form == "canonical":
        known = queries.definitions(each.key for statement in statements for each in mentions(statement))
    told = []
    for row, statement in zip(rows, statements, strict=True):
        one = statement
        if row.client_id != mine:
            one = telling.named(one, names, settings.SITE_URL.rstrip("/")) if named else telling.without_names(one)
        if form == "ids":
            one = telling.as_ids(one)
        elif form == "canonical":
            one = telling.as_canonical(one, known, visit.call.languages)
        told.append(dumps(one))
    return told


def _accounts(statement: JsonObject) -> str:
    return str(statement["actor"].get("account", {}).get("name", ""))


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL_PAGE
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:  # noqa: PLR2004 — digits; nobody has more statements
        raise Refused("limit: must be a whole number from 0 on")
    return min(int(text) or LARGEST_PAGE, LARGEST_PAGE)


def _format(text: str) -> str:
    if text not in FORMATS:
        raise Refused(f"format: must be one of {', '.join(FORMATS)}")
    return text


def _token(asked: queries.Asked, form: str, with_files: bool) -> str:
    """What was asked, signed. It holds keys in the place of agents, so that no address of a person stands in a URL."""
    said = {
        "agent": _text(asked.agent),
        "related_agents": asked.related_agents,
        "activity": _text(asked.activity),
        "related_activities": asked.related_activities,
        "verb": _text(asked.verb),
        "registration": _text(asked.registration),
        "since": asked.since.isoformat() if asked.since else None,
        "until": asked.until.isoformat() if asked.until else None,
        "ascending": asked.ascending,
        "limit": asked.limit,
        "after": asked.after,
        "format": form,
        "attachments": with_files,
    }
    return signing.dumps(said, salt=_SALT, compress=True)


def _asked(said: JsonObject) -> queries.Asked:
    return queries.Asked(
        agent=_uuid(said["agent"]),
        related_agents=said["related_agents"],
        activity=_uuid(said["activity"]),
        related_activities=said["related_activities"],
        verb=_uuid(said["verb"]),
        registration=_uuid(said["registration"]),
        since=_moment(said["since"]),
        until=_moment(said["until"]),
        ascending=said["ascending"],
        limit=said["limit"],
        after=said["after"],
    )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(uuid: UUID | None) -> str | None:
    return str(uuid) if uuid else None


statements = resource({"GET": get, "POST": post, "PUT": put}, dated=True)
more = resource({"GET": go_on}, dated=True)
