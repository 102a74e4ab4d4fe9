"""The form encoding of the API: `line_items[0][price_data][currency]=cny` to nested dictionaries and lists."""

import re
from typing import Any
from urllib.parse import parse_qsl

from infra.stripe_simulator.errors import Refusal, wanting

LARGEST_BODY = 256 * 1024
_PART = re.compile(r"\[([^\[\]]*)\]")


def parse(text: str) -> dict[str, Any]:
    """Return the parameters of a form or query; lists may be written `a[]=` or `a[0]=`."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        path = [name.split("[", 1)[0], *_PART.findall(name)]
        _put(result, path, value)
    return {name: _with_lists(value) for name, value in result.items()}


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        into = into.setdefault(key or str(len(into)), {})
        if not isinstance(into, dict):
            raise Refusal(f"Invalid parameter: {path[0]}", param=path[0])
    into[path[-1] or str(len(into))] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(part) for key, part in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def integer(parameters: dict[str, Any], name: str, *, least: int = 1, default: int | None = None) -> int:
    """Return a whole number. Raises Refusal when it is none, or smaller than `least`, or missing without a default."""
    if name not in parameters:
        if default is None:
            raise wanting(name)
        return default
    try:
        number = int(parameters[name])
    except (TypeError, ValueError):
        raise Refusal(f"Invalid integer: {parameters[name]}", code="parameter_invalid_integer", param=name) from None
    if number < least:
        raise Refusal(f"Invalid integer: must be at least {least}", code="parameter_invalid_integer", param=name)
    return number


def text(parameters: dict[str, Any], name: str) -> str:
    """Return a text that must be there."""
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        raise wanting(name)
    return value


def metadata(parameters: dict[str, Any]) -> dict[str, str]:
    found = parameters.get("metadata") or {}
    if not isinstance(found, dict):
        raise Refusal("Invalid object", param="metadata")
    return {str(name): str(value) for name, value in found.items()}
