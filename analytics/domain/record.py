"""A record as canonical bytes, version 1, and its leaf hash.

Do not edit what `canonical_bytes` gives for VERSION 1. Every hash ever shown to an auditor was taken over these bytes:
one changed byte and the whole past no longer verifies. A new field or another spelling is version 2 beside version 1,
with golden vectors of its own in tests/vectors/.

The bytes are: one byte 0x01, then RFC 8785 (JCS) JSON in UTF-8, narrowed to what every JSON reader reads alike: objects
with sorted ASCII keys, arrays, strings, integers below 2^53 and booleans; no floats, no null (what is not known is left
out). Times are UTC text to the millisecond: "2026-05-09T01:30:00.000Z".
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from analytics.domain import merkle

VERSION = 1
LARGEST_INTEGER = 2**53 - 1
DEEPEST = 8
_ALWAYS = ("happened_at", "kind", "payload", "recorded_at", "subject", "uuid")  # the columns that are never empty
_TIMES = ("happened_at", "recorded_at")
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_spell = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode

Payload: TypeAlias = str | int | bool | Sequence["Payload"] | Mapping[str, "Payload"]


class NotCanonical(ValueError):
    """A value has no canonical bytes: the message names the field and says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is hashed. `happened_at` is the source's time, `recorded_at` ours; both aware, cut to the millisecond."""

    uuid: UUID
    kind: str
    actor_id: int | None
    learner_id: int | None
    subject: str
    happened_at: datetime
    recorded_at: datetime
    payload: Mapping[str, Payload]


def floor_ms(at: datetime) -> datetime:
    """Return the time in UTC without its microseconds below the millisecond. Raises NotCanonical for a naive time."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise NotCanonical(f"time {at.isoformat()} has no time zone")
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def utc_text(at: datetime) -> str:
    """Return the one spelling of a time that stands in records.

    >>> utc_text(datetime(2026, 5, 9, 1, 30, 0, 999, tzinfo=UTC))
    '2026-05-09T01:30:00.000Z'
    """
    return floor_ms(at).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def canonical_bytes(record: Record) -> bytes:
    """Return the bytes that are stored and hashed. Raises NotCanonical for what two readers could read differently."""
    return canonical_parts(record)[0]


def canonical_parts(record: Record) -> tuple[bytes, str]:
    """Return the bytes, and the payload in them as text: so whoever stores both writes the JSON once. Raises NotCanonical."""
    for name, number in (("actor_id", record.actor_id), ("learner_id", record.learner_id)):
        if number is not None:
            _check(number, f"record.{name}", DEEPEST)
    for name, text in (("kind", record.kind), ("subject", record.subject)):
        _check(text, f"record.{name}", DEEPEST)
    _check(record.payload, "record.payload", DEEPEST)
    payload = _spell(record.payload)
    # The fields in the order of their names, as a sorting writer would put them.
    text = "".join(
        (
            "{",
            f'"actor_id":{_spell(record.actor_id)},' if record.actor_id is not None else "",
            f'"happened_at":"{utc_text(record.happened_at)}","kind":{_spell(record.kind)},',
            f'"learner_id":{_spell(record.learner_id)},' if record.learner_id is not None else "",
            f'"payload":{payload},"recorded_at":"{utc_text(record.recorded_at)}",',
            f'"subject":{_spell(record.subject)},"uuid":"{record.uuid}"}}',
        )
    )
    return bytes([VERSION]) + text.encode("utf-8"), payload


def leaf_hash(canonical: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ canonical), 32 bytes: the hash of a leaf in RFC 9162 §2.1.1.

    The prefix keeps a leaf from ever being taken for an inner node of the tree.
    """
    return merkle.leaf_hash(canonical)


def first_fault(record: Record, canonical: bytes, stored_hash: bytes) -> str:
    """Return the name of the first thing that does not agree, or "" when the record is whole.

    Cases: "leaf_hash" = the stored hash is not that of the stored bytes; "version" = bytes of an unknown version;
    "canonical" = the bytes are not canonical JSON; a field's name = that column says otherwise than the bytes.
    """
    if leaf_hash(canonical) != stored_hash:
        return "leaf_hash"
    if canonical[:1] != bytes([VERSION]):
        return "version"
    sealed = sealed_fields(canonical)
    if not sealed:
        return "canonical"
    try:
        expected = canonical_bytes(record)
    except (NotCanonical, AttributeError):  # a time that is none has no zone
        return next((name for name in _ALWAYS if getattr(record, name) is None), "payload")
    said = sealed_fields(expected)
    differing = sorted(
        name
        for name in said.keys() | sealed.keys()
        if not _same(said.get(name), sealed.get(name)) or (name in _TIMES and _is_finer(getattr(record, name)))
    )
    if differing:
        return differing[0]
    # A JSON reader forgives blanks and the order of keys; the bytes themselves do not.
    return "" if expected == canonical else "canonical"


def sealed_fields(canonical: bytes) -> dict[str, Payload]:
    """Return what the stored bytes say, as read by any JSON reader; empty when they are no JSON object."""
    try:
        fields = json.loads(canonical[1:])
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _is_finer(at: datetime) -> bool:
    """Say whether a column tells more than the millisecond that is sealed."""
    return at != floor_ms(at)


def _same(one: Payload | None, other: Payload | None) -> bool:
    # Python's == takes True for 1; their JSON is not the same.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _check(value: object, where: str, depth: int) -> None:
    if depth < 0:
        raise NotCanonical(f"{where}: nested deeper than {DEEPEST}")
    if type(value) is str and value.isascii() and "\x00" not in value:
        return  # most of what there is, by the shortest way
    match value:
        case bool():
            return
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise NotCanonical(f"{where}: {value} is beyond 2^53 - 1, where JSON readers begin to differ")
        case str():
            _check_text(value, where)
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str) or not _KEY.fullmatch(key):
                    raise NotCanonical(f"{where}: key {key!r} is not made of 1 to 64 of A-Z a-z 0-9 _ . : -")
                _check(inner, f"{where}.{key}", depth - 1)
        case list() | tuple():
            for index, inner in enumerate(value):
                _check(inner, f"{where}[{index}]", depth - 1)
        case _:
            raise NotCanonical(
                f"{where}: {type(value).__name__} is not allowed; text, integers, lists and dicts of them are"
            )


def _check_text(value: str, where: str) -> None:
    if "\x00" in value:
        raise NotCanonical(f"{where}: text with a NUL character, which Postgres cannot keep")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(f"{where}: text with half a surrogate pair, which is not UTF-8") from None
