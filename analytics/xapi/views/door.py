"""What every resource has in common: method, version, who asks, and how trouble is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from analytics.domain.record import utc_text
from analytics.xapi import actions, protocol, queries
from analytics.xapi.domain.shapes import Refused
from analytics.xapi.domain.statement import FIRST, SECOND
from analytics.xapi.protocol import LATEST, Call, Trouble

CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"
_STATUS: dict[type[Exception], HTTPStatus] = {
    Refused: HTTPStatus.BAD_REQUEST,
    actions.Conflict: HTTPStatus.CONFLICT,
    actions.Unconditional: HTTPStatus.CONFLICT,
    actions.Unforeseen: HTTPStatus.BAD_REQUEST,
    actions.Failed: HTTPStatus.PRECONDITION_FAILED,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A call by a client that may enter. version: FIRST or SECOND."""

    call: Call
    client: queries.Client
    version: int

    def need(self, allowed: bool, scope: str) -> None:
        """Raise Trouble (403) unless allowed."""
        if not allowed:
            raise Trouble(HTTPStatus.FORBIDDEN, f"this client lacks the scope {scope}")


Handler = Callable[[Visit], HttpResponse]


def resource(handlers: Mapping[str, Handler], *, dated: bool = False) -> Callable[..., HttpResponse]:
    """Return the view of a resource. dated: reading it says up to when the answer is complete.

    In this order: a method that it has not → 405; no version → 400; nobody known → 401; then the handler decides.
    """

    @csrf_exempt
    def view(request: HttpRequest, **place: str) -> HttpResponse:
        version, through = FIRST, None
        try:
            call = protocol.read(request)
            version = _spoken(call)
            if dated and call.method == "GET":
                through = utc_text(queries.consistent_through())
            response = _answered(call, handlers, place)
        except Trouble as trouble:
            response = told(trouble.status, str(trouble))
        except tuple(_STATUS) as error:
            response = told(_STATUS[type(error)], str(error))
        response["X-Experience-API-Version"] = LATEST[version]
        response["Cache-Control"] = "private, no-cache"
        if through is not None:
            response[CONSISTENT_THROUGH] = through
        return response

    return view


def open_to_all(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let anybody GET something that tells of no person."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return _no_such_method(("GET",))
        response = view(request)
        version = protocol.version_hint(Call("GET", {}, {name.lower(): v for name, v in request.headers.items()}, b""))
        response["X-Experience-API-Version"] = LATEST[version]
        return response

    return opened


def told(status: HTTPStatus, why: str) -> HttpResponse:
    """Return an error with its reason in words."""
    response = HttpResponse(why, status=status, content_type="text/plain; charset=utf-8")
    if status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    return response


def json(text: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return JSON that is text already."""
    return HttpResponse(text.encode(), content_type="application/json", headers=dict(headers or {}))


def listed(values: list[str]) -> HttpResponse:
    """Return an array of ids."""
    return JsonResponse(values, safe=False)


def http_time(at: datetime) -> str:
    """Return a time as headers spell it."""
    return http_date(at.timestamp())


def _spoken(call: Call) -> int:
    """Return the version to answer in: the one asked in; to a client that does not say, the one it last stored in."""
    if protocol.VERSION in call.headers:
        return protocol.version_hint(call)
    try:
        client = queries.client_of(*protocol.credentials_of(call))
    except Trouble:
        return FIRST
    return SECOND if client and queries.last_version(client.id).startswith("2.") else FIRST


def _answered(call: Call, handlers: Mapping[str, Handler], place: Mapping[str, str]) -> HttpResponse:
    handler = handlers.get(call.method)
    if handler is None:
        return _no_such_method(tuple(handlers))
    version = protocol.version_of(call)
    client = queries.client_of(*protocol.credentials_of(call))
    if client is None:
        raise Trouble(HTTPStatus.UNAUTHORIZED, "no client has this key and secret")
    if place:
        call = Call(call.method, {**call.params, **place}, call.headers, call.body)
    return handler(Visit(call, client, version))


def _no_such_method(allowed: tuple[str, ...]) -> HttpResponse:
    response = told(HTTPStatus.METHOD_NOT_ALLOWED, f"this resource has {', '.join(allowed)}")
    response["Allow"] = ", ".join(allowed)
    return response
