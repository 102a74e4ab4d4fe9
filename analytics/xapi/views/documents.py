"""The document resources: state, activity profile, agent profile. One code for the three; they differ in what names them."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from analytics.xapi import actions, protocol, queries
from analytics.xapi.actions.documents import JSON, Document
from analytics.xapi.domain import scopes
from analytics.xapi.domain.mentions import agent_key, document_key
from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.statement import SECOND
from analytics.xapi.domain.strict_json import NotJson, loads
from analytics.xapi.protocol import Trouble
from analytics.xapi.views.door import Visit, http_time, listed, resource


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the three resources. named_by: its parameters without the document's own, `document`."""

    name: str
    scope: str
    named_by: tuple[str, ...]
    document: str
    optional: tuple[str, ...] = ()
    deletes_all: bool = False


STATE = Shelf("state", scopes.STATE, ("activityId", "agent"), "stateId", ("registration",), deletes_all=True)
ACTIVITY = Shelf("activity_profile", scopes.PROFILE, ("activityId",), "profileId")
AGENT = Shelf("agent_profile", scopes.PROFILE, ("agent",), "profileId")


@dataclass(frozen=True, slots=True)
class Place:
    """What a request names: a list, and perhaps one document on it."""

    shelf: UUID
    registration: UUID | None
    name: str | None

    @property
    def key(self) -> UUID:
        """Of the document."""
        return document_key(str(self.shelf), str(self.registration), self.name or "")


def _place(visit: Visit, shelf: Shelf, *allowed: str, named: bool) -> Place:
    call = visit.call
    required = (*shelf.named_by, shelf.document) if named else shelf.named_by
    protocol.only(call, *shelf.optional, shelf.document, *allowed, required=required)
    agent = protocol.agent_param(call, "agent")
    parts = [shelf.name, protocol.iri_param(call, "activityId") or "", str(agent_key(agent)) if agent else ""]
    registration = protocol.uuid_param(call, "registration")
    return Place(document_key(*parts), registration, call.params.get(shelf.document))


def _get(visit: Visit, shelf: Shelf) -> HttpResponse:
    visit.need(scopes.may_touch(visit.client.scopes, shelf.scope, write=False), shelf.scope)
    place = _place(visit, shelf, "since", named=False)
    since = protocol.time_param(visit.call, "since")
    if place.name is None:
        return listed(queries.names_on_shelf(place.shelf, registration=place.registration, since=since))
    found = queries.document(place.key)
    if found is None:
        raise Trouble(HTTPStatus.NOT_FOUND, "there is no such document")
    return HttpResponse(
        found.content,
        content_type=found.content_type,
        headers={
            "ETag": f'"{found.etag}"',
            "Last-Modified": http_time(found.updated_at),
            # It was written by a program, and is opened from our own address: never as a page.
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _write(visit: Visit, shelf: Shelf) -> HttpResponse:
    visit.need(scopes.may_touch(visit.client.scopes, shelf.scope, write=True), shelf.scope)
    place = _place(visit, shelf, named=True)
    call = visit.call
    if call.content_type == JSON:
        try:
            loads(call.body)
        except NotJson as error:
            raise Refused(f"body: {error}") from None
    document = Document(
        key=place.key,
        shelf=place.shelf,
        registration=place.registration,
        name=place.name or "",
        content_type=call.headers.get("content-type", "application/octet-stream"),
        content=call.body,
    )
    actions.put_document(
        document=document,
        conditions=_conditions(visit),
        client_id=visit.client.id,
        at=timezone.now(),
        merge=call.method == "POST",
        freely=_freedom(visit, shelf),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _delete(visit: Visit, shelf: Shelf) -> HttpResponse:
    visit.need(scopes.may_touch(visit.client.scopes, shelf.scope, write=True), shelf.scope)
    place = _place(visit, shelf, named=not shelf.deletes_all)
    if place.name is None:
        actions.empty_shelf(shelf=place.shelf, registration=place.registration)
    else:
        actions.delete_document(key=place.key, conditions=_conditions(visit))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _freedom(visit: Visit, shelf: Shelf) -> actions.Freely:
    """Return what may be done without a condition: POST all; PUT by 2.0 what is new; by 1.0.3 state all, profiles nothing."""
    if visit.call.method == "POST" or (shelf is STATE and visit.version != SECOND):
        return actions.Freely()
    return actions.Freely(create=visit.version == SECOND, change=False)


def _conditions(visit: Visit) -> actions.Conditions:
    headers = visit.call.headers
    return actions.Conditions(_tags(headers.get("if-match", "")), _tags(headers.get("if-none-match", "")))


def _tags(header: str) -> tuple[str, ...]:
    return tuple(tag for part in header.split(",") if (tag := part.strip().removeprefix("W/").strip('"')))


def _resource(shelf: Shelf) -> Callable[..., HttpResponse]:
    def bound(handler: Callable[[Visit, Shelf], HttpResponse]) -> Callable[[Visit], HttpResponse]:
        return lambda visit: handler(visit, shelf)

    return resource({"GET": bound(_get), "PUT": bound(_write), "POST": bound(_write), "DELETE": bound(_delete)})


state, activity_profile, agent_profile = _resource(STATE), _resource(ACTIVITY), _resource(AGENT)
