"""A record's sentence: a template filled with its fields, readable whatever is missing.

Old versions of a kind lack fields that new ones have, and records from elsewhere may lack anything: an auditor gets a
sentence all the same.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

MISSING = "…"
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_YES_NO = (("no", "yes"), ("否", "是"))
_NOTHING = ("none", "无")
_SHANGHAI = timezone(timedelta(hours=8))  # the regulator's clock; no summer time since 1991


def places(template: str) -> frozenset[str]:
    """Return the names of the {places} in a template."""
    return frozenset(_PLACE.findall(template))


def fill(template: str, values: Mapping[str, object], *, language: str) -> str:
    """Return the template with each {place} replaced by its value in words, or by "…" when there is none.

    language: "zh" or "en"; it chooses the words of durations. The name of a field tells its unit (`_ms`, `_at`).

    >>> fill("{who} 看了 {counted_ms}", {"counted_ms": 760_000}, language="zh")
    '… 看了 12 分 40 秒'
    """
    return _PLACE.sub(lambda place: words(place[1], values.get(place[1]), language=language), template)


def words(name: str, value: object, *, language: str) -> str:
    """Return one value as people write it, by the unit that its field's name carries."""
    match value:
        case None | "":
            text = MISSING
        case bool():
            text = _YES_NO[language == "zh"][value]
        case int() if name.endswith("_ms"):
            text = _duration(value // 1000, language)
        case int() if name.endswith("_seconds"):
            text = _duration(value, language)
        case str() if name.endswith(("_at", "_from", "_until")):
            text = _local(value)
        case [] | () | {} if not value:
            text = _NOTHING[language == "zh"]
        case list() | tuple():
            text = "、".join(words("", inner, language=language) for inner in value)
        case Mapping():
            text = "、".join(f"{key} {words(str(key), inner, language=language)}" for key, inner in value.items())
        case _:
            text = str(value)
    return text or MISSING


def _duration(seconds: int, language: str) -> str:
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, seconds = divmod(rest, 60)
    units = ("小时", "分", "秒") if language == "zh" else ("h", "min", "s")
    parts = [f"{n} {unit}" for n, unit in zip((hours, minutes, seconds), units, strict=True) if n]
    return " ".join(parts) or f"0 {units[2]}"


def _local(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at.tzinfo else text
