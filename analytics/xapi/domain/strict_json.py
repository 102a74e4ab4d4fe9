"""JSON as xAPI wants it: each key once, numbers that are numbers, text that is Unicode, and not nested without end."""

import json
from typing import Any, TypeAlias

DEEPEST = 40

# What came from outside, before and after it was checked; every access is guarded by `statement.check_statement`.
Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]


class NotJson(ValueError):
    """The bytes are no JSON that every reader would read alike; the message says why."""


def loads(data: bytes | str) -> Json:
    """Return what the JSON text says.

    Raises NotJson: no UTF-8, no JSON, a key twice in one object, NaN or an infinity, half a surrogate pair, nested too deep.
    """
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse, parse_float=_float)
        if "\\u" in text:
            dumps(found).encode("utf-8")  # an escape may hold half a surrogate pair
    except RecursionError:
        raise NotJson("nested too deep") from None
    except UnicodeError:
        raise NotJson("not UTF-8") from None
    except ValueError as error:
        raise NotJson(str(error)) from None
    if _depth(found, DEEPEST) < 0:
        raise NotJson(f"nested deeper than {DEEPEST}")
    return found


def dumps(value: Json) -> str:
    """Return the value as compact JSON text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large a number")
    return number


def _depth(value: Json, left: int) -> int:
    if left < 0 or not isinstance(value, dict | list):
        return left
    inner = value.values() if isinstance(value, dict) else value
    return min((_depth(each, left - 1) for each in inner), default=left)
