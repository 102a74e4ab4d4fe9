"""A request as xAPI means it: method, parameters, headers and content, whether it came plainly or in the alternate syntax."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest

from analytics.xapi.domain.formats import is_iri, is_uuid, timestamp
from analytics.xapi.domain.shapes import IDENTIFIERS, Refused, check_actor
from analytics.xapi.domain.statement import FIRST, SECOND
from analytics.xapi.domain.strict_json import JsonObject, NotJson, loads

LARGEST_BODY = 16 * 1024 * 1024  # bytes, attachments included
LONGEST_PARAMETER = 8_000
FORM = "application/x-www-form-urlencoded"
VERSION = "x-experience-api-version"
# What a form of the alternate syntax says in the place of headers (Communication 1.3).
_HEADERS = frozenset(
    [
        "authorization",
        VERSION,
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
        "accept",
        "accept-language",
    ]
)
LATEST = {FIRST: "1.0.3", SECOND: "2.0.0"}
_MOST_FIELDS = 100


class Trouble(Exception):
    """The request is answered with an error. `status` and what went wrong, for the program's author to read."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. Header names are in lower case; HEAD asks what GET does."""

    method: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type of the body without its parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the answer should be in, best first."""
        weighed = []
        for index, part in enumerate(self.headers.get("accept-language", "").split(",")):
            tag, _, quality = part.strip().partition(";q=")
            try:
                weighed.append((-float(quality or 1), index, tag.strip()))
            except ValueError:
                continue
        return tuple(tag for _, _, tag in sorted(weighed) if tag and tag != "*")


def read(request: HttpRequest) -> Call:
    """Return the call that a request makes. Raises Trouble."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    method = "GET" if request.method == "HEAD" else request.method or "GET"
    body = _body(request) if method in ("POST", "PUT") else b""
    params = _once(list(parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)))
    call = Call(method, params, headers, body)
    if method == "POST" and "method" in params:
        return _in_form(call)
    return call


def version_of(call: Call) -> int:
    """Return FIRST or SECOND, as the version header says. Raises Trouble for another one and for none."""
    said = call.headers.get(VERSION, "")
    major, *rest = said.split(".")
    if major in ("1", "2") and rest[:1] == ["0"] and len(rest) <= 2 and all(part.isdecimal() for part in rest):  # noqa: PLR2004
        return FIRST if major == "1" else SECOND
    raise Trouble(HTTPStatus.BAD_REQUEST, "X-Experience-API-Version must be 1.0, 1.0.x or 2.0.x")


def credentials_of(call: Call) -> tuple[str, str]:
    """Return key and secret of HTTP Basic authentication. Raises Trouble when there are none."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key, found, secret = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        except (NotBase64, ValueError):
            key, found, secret = "", "", ""
        if found and "\x00" not in key:
            return key, secret
    raise Trouble(HTTPStatus.UNAUTHORIZED, "HTTP Basic authentication with the client's key and secret is needed")


def only(call: Call, *allowed: str, required: tuple[str, ...] = ()) -> None:
    """Raise Trouble for a parameter that is not allowed, and for a required one that is missing."""
    if strangers := sorted(set(call.params) - set(allowed) - set(required)):
        raise Trouble(HTTPStatus.BAD_REQUEST, f"unknown parameters: {', '.join(strangers)[:200]}")
    for name in required:
        if name not in call.params:
            raise Trouble(HTTPStatus.BAD_REQUEST, f"the parameter {name} is missing")


def iri_param(call: Call, name: str) -> str | None:
    """Return a parameter that must be an absolute IRI, or None when it is not given. Raises Refused."""
    value = call.params.get(name)
    if value is not None and not is_iri(value):
        raise Refused(f"{name}: must be an absolute IRI")
    return value


def uuid_param(call: Call, name: str) -> UUID | None:
    """Return a parameter that must be a UUID, or None when it is not given. Raises Refused."""
    value = call.params.get(name)
    if value is None:
        return None
    if not is_uuid(value):
        raise Refused(f"{name}: must be a UUID")
    return UUID(value)


def truth_param(call: Call, name: str) -> bool:
    """Return a parameter that must be true or false; False when it is not given. Raises Refused."""
    value = call.params.get(name, "false")
    if value not in ("true", "false"):
        raise Refused(f"{name}: must be true or false")
    return value == "true"


def time_param(call: Call, name: str) -> datetime | None:
    """Return a parameter that must be a timestamp, or None when it is not given. Raises Refused."""
    value = call.params.get(name)
    at = None if value is None else timestamp(value)
    if at is None and value is not None and version_hint(call) == SECOND:
        at = timestamp(value, strict=True)
    if value is not None and at is None:
        raise Refused(f"{name}: must be a timestamp of ISO 8601")
    return at


def agent_param(call: Call, name: str) -> JsonObject | None:
    """Return a parameter that must be the JSON of an agent or an identified group, or None. Raises Refused."""
    value = call.params.get(name)
    if value is None:
        return None
    try:
        agent = loads(value)
    except NotJson as error:
        raise Refused(f"{name}: {error}") from None
    check_actor(agent, name)
    if not any(key in agent for key in IDENTIFIERS):
        raise Refused(f"{name}: must have one of {', '.join(IDENTIFIERS)}")
    found: JsonObject = agent
    return found


def _body(request: HttpRequest) -> bytes:
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise Trouble(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the request is larger than {LARGEST_BODY} bytes")
    return body


def _in_form(call: Call) -> Call:
    method = call.params["method"]
    if version_hint(call) == SECOND:
        raise Trouble(HTTPStatus.BAD_REQUEST, "xAPI 2.0 has no alternate request syntax")
    if len(call.params) > 1 or method not in ("GET", "PUT", "POST", "DELETE", "HEAD"):
        raise Trouble(HTTPStatus.BAD_REQUEST, "alternate syntax: nothing but a method may stand in the address")
    if call.body and call.content_type != FORM:
        raise Trouble(HTTPStatus.BAD_REQUEST, f"alternate syntax: the body must be {FORM}")
    try:
        pairs = parse_qsl(
            call.body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise Trouble(HTTPStatus.BAD_REQUEST, "alternate syntax: the body is no form in UTF-8") from None
    fields = _once(pairs, longest=LARGEST_BODY)
    told = {name.lower(): value for name, value in fields.items() if name.lower() in _HEADERS}
    headers = {name: value for name, value in call.headers.items() if name not in ("content-type", "content-length")}
    params = {name: value for name, value in fields.items() if name.lower() not in _HEADERS and name != "content"}
    if method in ("PUT", "POST") and "content" not in fields:
        raise Trouble(HTTPStatus.BAD_REQUEST, "alternate syntax: the form has no field named content")
    whole = {**headers, "content-type": "application/json", **told}
    return Call("GET" if method == "HEAD" else method, params, whole, fields.get("content", "").encode())


def version_hint(call: Call) -> int:
    """Return the version that the headers mean, FIRST when they do not say."""
    return SECOND if call.headers.get(VERSION, "").startswith("2.") else FIRST


def _once(pairs: list[tuple[str, str]], longest: int = LONGEST_PARAMETER) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Trouble(HTTPStatus.BAD_REQUEST, "a parameter is given twice")
        if len(value) > longest or "\x00" in value:
            raise Trouble(HTTPStatus.BAD_REQUEST, "a parameter is too long, or no text")
        found[name] = value
    return found
