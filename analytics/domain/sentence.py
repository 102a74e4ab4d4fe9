"""A record's sentence: a template filled with its fields, readable whatever is missing.

Old versions of a kind lack fields that new ones have, and records from elsewhere may lack anything: an auditor gets a
sentence all the same.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from fractions import Fraction

from analytics.domain.fault_words import in_chinese
from analytics.domain.units import NAMED_ELSEWHERE, Unit, unit_of

MISSING = "…"
SHORT = 12  # characters of a fingerprint that a sentence shows; all of it stands in the record
SHORT_UUID = 8
Names = Mapping[tuple[Unit, str], str]
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[0-9a-f]{16,}")
_YES_NO = (("no", "yes"), ("否", "是"))
_NOTHING = ("none", "无")
_BETWEEN = (", ", "、")
_NUMBERED = ("no. {}", "编号 {}")
_SIGNS = {"cny": "¥"}
_SHANGHAI = timezone(timedelta(hours=8))  # the regulator's clock; no summer time since 1991


def places(template: str) -> frozenset[str]:
    """Return the names of the {places} in a template."""
    return frozenset(_PLACE.findall(template))


def in_order(template: str) -> tuple[str, ...]:
    """Return the names of the {places} as they come, each once."""
    return tuple(dict.fromkeys(_PLACE.findall(template)))


def fill(template: str, values: Mapping[str, object], *, language: str) -> str:
    """Return the template with each {place} replaced by its value in words, or by "…" when there is none.

    language: "zh" or "en"; it chooses the words of durations. The name of a field tells its unit (`_ms`, `_at`).

    >>> fill("{who} 看了 {counted_ms}", {"counted_ms": 760_000}, language="zh")
    '… 看了 12 分 40 秒'
    """
    return _PLACE.sub(lambda place: words(place[1], values.get(place[1]), language=language), template)


def words(
    name: str,
    value: object,
    *,
    language: str,
    unit: Unit | None = None,
    names: Names | None = None,
    currency: str = "cny",
) -> str:
    """Return one value as people write it, by its unit: the one that the field's name carries, if none is given.

    names: what codes are called, by unit and code. currency: of money.
    """
    chinese = language == "zh"
    match value:
        case None | "":
            text = MISSING
        case bool():
            text = _YES_NO[chinese][value]
        case [] | () | {} if not value:
            text = _NOTHING[chinese]
        case list() | tuple() if (unit or unit_of(name)) is Unit.STRETCHES:
            text = _BETWEEN[chinese].join(_stretch(one) for one in value)
        case list() | tuple():
            inner = (words(name, one, language=language, unit=unit, names=names, currency=currency) for one in value)
            text = _BETWEEN[chinese].join(inner)
        case Mapping():
            pairs = (f"{key} {words(str(key), one, language=language, names=names)}" for key, one in value.items())
            text = _BETWEEN[chinese].join(pairs)
        case _:
            text = _one(value, unit or unit_of(name), language, names or {}, currency)
    return text or MISSING


def _one(value: object, unit: Unit, language: str, names: Names, currency: str) -> str:  # noqa: PLR0911 — a line a unit
    match unit, value:
        case Unit.MILLISECONDS, int():
            return duration(value // 1000, language)
        case Unit.SECONDS, int():
            return ("−" if value < 0 else "") + duration(abs(value), language)
        case Unit.SECONDS_EITHER_WAY, int():
            return duration(abs(value), language)
        case Unit.MOMENT, str():
            return _local(value)
        case Unit.MONEY, int():
            return money(value, currency)
        case Unit.HOURS, str() | int():
            return _hours(str(value))
        case Unit.BYTES, int():
            return _bytes(value)
        case Unit.FAULT, str():
            return in_chinese(value) if language == "zh" else value
        case Unit.FINGERPRINT, str():
            return f"{value[:SHORT]}{MISSING}" if _CODE.fullmatch(value) else value
        case (named, _) if named in NAMED_ELSEWHERE:
            return names.get((named, str(value))) or _unnamed(str(value), language)
        case _:
            return str(value)


def _unnamed(code: str, language: str) -> str:
    """Return a code without a name: of one that is only there for machines, the beginning."""
    return _NUMBERED[language == "zh"].format(code[:SHORT_UUID]) if _UUID.fullmatch(code) else code


def _stretch(value: object) -> str:
    match value:
        case [int(start), int(end)]:
            return f"{clock(start)}–{clock(end)}"
        case _:
            return str(value)


def clock(at_ms: int) -> str:
    """Return a position in a video as a clock: 12:40, 1:02:05."""
    minutes, seconds = divmod(max(at_ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def money(minor: int, currency: str) -> str:
    """Return minor units with their sign; a currency without a sign of ours stands as its code.

    >>> money(384_000, "cny"), money(-5, "eur")
    ('¥3,840.00', '−EUR 0.05')
    """
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    whole, rest = divmod(abs(minor), 100)
    return f"{'−' if minor < 0 else ''}{sign}{whole:,}.{rest:02d}"


def _hours(text: str) -> str:
    """Return 学时 with two decimals, rounded towards less; what is no number, as it stands."""
    try:
        hundredths = Fraction(text) * 100 // 1
    except (ValueError, ZeroDivisionError):
        return text
    return f"{hundredths / 100:.2f}" if hundredths < 0 else f"{hundredths // 100}.{hundredths % 100:02d}"


def _bytes(length: int) -> str:
    unit, power = next(((name, p) for name, p in (("GB", 3), ("MB", 2), ("KB", 1)) if length >= 1024**p), ("B", 0))
    tenths = 10 * length // 1024**power
    return f"{tenths // 10}.{tenths % 10} {unit}" if tenths % 10 else f"{tenths // 10} {unit}"


def duration(seconds: int, language: str) -> str:
    """Return a length of time: 12 分 40 秒, 1 分 06 秒; from an hour on without noughts at its end: 15 小时, 1 小时 30 分."""
    hours, rest = divmod(max(seconds, 0), 3600)
    minutes, seconds = divmod(rest, 60)
    hour, minute, second = ("小时", "分", "秒") if language == "zh" else ("h", "min", "s")
    parts = [f"{hours} {hour}"] if hours else []
    if minutes or (hours and seconds):
        parts.append(f"{minutes} {minute}")
    if seconds or not hours:
        parts.append(f"{seconds:02d} {second}" if parts else f"{seconds} {second}")
    return " ".join(parts)


def _local(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at.tzinfo else text
