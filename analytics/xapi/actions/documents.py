"""Writing documents of the state, agent profile and activity profile resources, with the concurrency that HTTP foresees."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from uuid import UUID

from django.db import connection, transaction

from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.strict_json import JsonObject, NotJson, dumps, loads
from analytics.xapi.models import XapiDocument

JSON = "application/json"


class Failed(ValueError):
    """The document is not in the state that the request made its condition (412)."""


class Unconditional(ValueError):
    """The document is there already, and the request did not say which state of it it means to replace (409)."""


class Unforeseen(ValueError):
    """The document is not there, and the request did not say that it expects none (400)."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request asks of the document as it is. Tags without quotes; ("*",) stands for any state; () asks nothing."""

    if_match: tuple[str, ...] = ()
    if_none_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be written, and what it is named by."""

    key: UUID
    shelf: UUID
    registration: UUID | None
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Freely:
    """What a request may do that makes no condition: bring a new document, change one that is there."""

    create: bool = True
    change: bool = True


@transaction.atomic(durable=True)
def put_document(
    *, document: Document, conditions: Conditions, client_id: int, at: datetime, merge: bool, freely: Freely
) -> None:
    """Store a document, or with `merge` put its JSON members into the one that is there. Serialised per document.

    Raises Failed, Unconditional, Unforeseen, Refused.
    """
    _wait_for_turn(document.key)
    known = XapiDocument.objects.filter(key=document.key).first()
    check(conditions, known)
    if not (conditions.if_match or conditions.if_none_match):
        _check_freedom(freely, known)
    content, content_type = document.content, document.content_type
    if merge and known is not None:
        content, content_type = _merged(known, document), JSON
    XapiDocument.objects.update_or_create(
        key=document.key,
        defaults={
            "shelf": document.shelf,
            "registration": document.registration,
            "name": document.name,
            "content_type": content_type[:500],
            "content": content,
            "etag": sha1(content, usedforsecurity=False).hexdigest(),
            "updated_at": at,
            "client_id": client_id,
        },
    )


@transaction.atomic(durable=True)
def delete_document(*, key: UUID, conditions: Conditions) -> None:
    """Remove a document if it is there. Raises Failed."""
    _wait_for_turn(key)
    check(conditions, XapiDocument.objects.filter(key=key).first())
    XapiDocument.objects.filter(key=key).delete()


@transaction.atomic(durable=True)
def empty_shelf(*, shelf: UUID, registration: UUID | None) -> None:
    """Remove every document of a list; with a registration only those that belong to it."""
    rows = XapiDocument.objects.filter(shelf=shelf)
    (rows if registration is None else rows.filter(registration=registration)).delete()


def check(conditions: Conditions, known: XapiDocument | None) -> None:
    """Raise Failed unless the document meets the conditions (RFC 9110 §13.1)."""
    tag = None if known is None else known.etag
    if conditions.if_match and (tag is None or not {"*", tag} & set(conditions.if_match)):
        raise Failed("If-Match: the document is not in this state")
    if conditions.if_none_match and tag is not None and {"*", tag} & set(conditions.if_none_match):
        raise Failed("If-None-Match: the document is there already")


def _check_freedom(freely: Freely, known: XapiDocument | None) -> None:
    if known is not None and not freely.change:
        raise Unconditional("the document exists: say with If-Match or If-None-Match which state of it you mean")
    if known is None and not freely.create:
        raise Unforeseen("If-Match or If-None-Match is missing: a new document is put with If-None-Match: *")


def _merged(known: XapiDocument, document: Document) -> bytes:
    for content_type in (known.content_type, document.content_type):
        if content_type.split(";")[0].strip().lower() != JSON:
            raise Refused("body: only documents of the type application/json can be merged")
    return dumps(_object(bytes(known.content)) | _object(document.content)).encode()


def _object(content: bytes) -> JsonObject:
    try:
        found = loads(content)
    except NotJson as error:
        raise Refused(f"body: {error}") from None
    if not isinstance(found, dict):
        raise Refused("body: only JSON objects can be merged")
    return found


def _wait_for_turn(key: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int >> 65])
