"""What the page posts when it asks for a watch session."""

import json
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from lms.classroom.actions import Asked
from player.domain.hints import TOLD_BY_PAGE, of_browser
from player.watching.devices import device_of

_FLAGS = ("take_over", "native")
_LARGEST_BYTES = 1024


def asked_for(request: HttpRequest) -> Asked:
    """Return what is asked for: see docs/protocols/watching.md section 1. Raises BadRequest for anything else."""
    if len(request.body) > _LARGEST_BYTES:
        raise BadRequest("too long")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(body, dict) or body.keys() - {"hints"} != {"former", *_FLAGS}:
        raise BadRequest("missing or unknown keys")
    if not all(isinstance(body[name], bool) for name in _FLAGS):
        raise BadRequest("true or false is wanted")
    return Asked(
        take_over=body["take_over"],
        former=_uuid(body["former"]),
        native=body["native"],
        device=device_of(request.session.session_key),
        hints=of_browser(_hints(body.get("hints", [])), request.headers.get("User-Agent", "")),
    )


def _hints(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one in TOLD_BY_PAGE for one in value):
        raise BadRequest("a list of known hints is wanted")
    return value


def _uuid(value: object) -> UUID | None:
    if value is None:
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise BadRequest("a uuid or null is wanted") from None
