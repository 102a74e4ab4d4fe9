"""The formats of texts inside statements. Each function says whether a value has the format; a value that is no text has none."""

import re
from datetime import UTC, datetime, timedelta, timezone

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:%[0-9A-Fa-f]{2}|[^\s%<>\"{}|\\^`\x00-\x20\x7f])+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MAILTO = re.compile(r"mailto:[^\s@<>\"]+@[^\s@<>\"]+")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_SHA2 = re.compile(r"[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}")
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~\-]+"  # noqa: S105 — the token of RFC 9110
_MEDIA = re.compile(rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:{_TOKEN}|\"(?:[^\"\\]|\\.)*\"))*\s*")
_DURATION = re.compile(
    r"P(?:(?P<W>\d+(?:[.,]\d+)?)W|(?=\d|T)(?:(?P<Y>\d+(?:[.,]\d+)?)Y)?(?:(?P<M>\d+(?:[.,]\d+)?)M)?(?:(?P<D>\d+(?:[.,]\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+(?:[.,]\d+)?)H)?(?:(?P<m>\d+(?:[.,]\d+)?)M)?(?:(?P<s>\d+(?:[.,]\d+)?)S)?)?)"
)
_OFFSET = r"(?P<offset>Z|[+\-]\d{2}(?::?\d{2})?)?"
_EXTENDED = re.compile(
    r"(?P<y>\d{4})-(?P<mo>\d{2})-(?P<d>\d{2})T(?P<h>\d{2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?" + _OFFSET
)
_BASIC = re.compile(
    r"(?P<y>\d{4})(?P<mo>\d{2})(?P<d>\d{2})T(?P<h>\d{2})(?P<mi>\d{2})(?:(?P<s>\d{2})(?:[.,](?P<f>\d+))?)?" + _OFFSET
)
# RFC 3339 §5.6 with its note: a space may stand for the T. As xAPI 2.0 asks.
_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+\-]\d{2}:\d{2})")
_NO_OFFSET = ("-00", "-0000", "-00:00")
_LARGEST_OFFSET = timedelta(hours=24)
_SECONDS_PER_MINUTE = 60

# RFC 5646 §2.1. A tag may also be private ("x-…") or one of those that are older than the rules.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)
_GRANDFATHERED = frozenset(
    [
        "en-gb-oed",
        "i-ami",
        "i-bnn",
        "i-default",
        "i-enochian",
        "i-hak",
        "i-klingon",
        "i-lux",
        "i-mingo",
        "i-navajo",
        "i-pwn",
        "i-tao",
        "i-tay",
        "i-tsu",
        "sgn-be-fr",
        "sgn-be-nl",
        "sgn-ch-de",
        "art-lojban",
        "cel-gaulish",
        "no-bok",
        "no-nyn",
        "zh-guoyu",
        "zh-hakka",
        "zh-min",
        "zh-min-nan",
        "zh-xiang",
    ]
)


def is_iri(value: object) -> bool:
    """Say whether it is an absolute IRI (RFC 3987): a scheme, and something behind it."""
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


def is_uuid(value: object) -> bool:
    """Say whether it is a UUID in its usual spelling, in either case."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_mailto(value: object) -> bool:
    """Say whether it is mailto: with an address."""
    return isinstance(value, str) and _MAILTO.fullmatch(value) is not None


def is_sha1(value: object) -> bool:
    """Say whether it is a SHA-1 in hexadecimal digits."""
    return isinstance(value, str) and _SHA1.fullmatch(value) is not None


def is_sha2(value: object) -> bool:
    """Say whether it is a hash of the SHA-2 family in hexadecimal digits."""
    return isinstance(value, str) and _SHA2.fullmatch(value) is not None


def is_media_type(value: object) -> bool:
    """Say whether it is a media type (RFC 9110 §8.3.1), with parameters or without."""
    return isinstance(value, str) and _MEDIA.fullmatch(value) is not None


def is_duration(value: object) -> bool:
    """Say whether it is a duration of ISO 8601 with designators; only its smallest part may have a fraction."""
    if not isinstance(value, str):
        return False
    found = _DURATION.fullmatch(value)
    if found is None:
        return False
    parts = [part for part in found.groups() if part is not None]
    return bool(parts) and not any("." in part or "," in part for part in parts[:-1])


def is_language(value: object) -> bool:
    """Say whether it is a well-formed language tag (RFC 5646 §2.2.9): no variant and no extension twice."""
    if not isinstance(value, str):
        return False
    tag = value.lower()
    if tag in _GRANDFATHERED:
        return True
    found = _LANGUAGE.fullmatch(tag)
    if found is None:
        return False
    variants = (found["variants"] or "").split("-")[1:]
    singletons = [part for part in (found["extensions"] or "").split("-") if len(part) == 1]
    return len(set(variants)) == len(variants) and len(set(singletons)) == len(singletons)


def timestamp(value: object, *, strict: bool = False) -> datetime | None:
    """Return the moment that a text of ISO 8601 (extended or basic) names, in UTC; None when it names none.

    Without an offset it is taken for UTC. An offset of minus nothing says that the offset is unknown, and is refused.
    strict: RFC 3339, as xAPI 2.0 asks.
    """
    if not isinstance(value, str) or (strict and not _RFC3339.fullmatch(value)):
        return None
    text = value.upper().replace(" ", "T") if strict else value
    found = _EXTENDED.fullmatch(text) or _BASIC.fullmatch(text)
    if found is None or found["offset"] in _NO_OFFSET:
        return None
    offset, second = _offset(found["offset"]), int(found["s"] or 0)
    if offset is None or second > _SECONDS_PER_MINUTE:
        return None
    try:
        at = datetime(
            int(found["y"]),
            int(found["mo"]),
            int(found["d"]),
            int(found["h"]),
            int(found["mi"]),
            min(second, 59),  # a leap second is told as the second before it
            int((found["f"] or "0")[:6].ljust(6, "0")),
            tzinfo=timezone(offset),
        )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(text: str | None) -> timedelta | None:
    if text is None or text == "Z":
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if int(digits[2:]) >= _SECONDS_PER_MINUTE or offset >= _LARGEST_OFFSET:
        return None
    return -offset if text[0] == "-" else offset
