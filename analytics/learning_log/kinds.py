"""The kinds of record there are. Each room registers its own in `<room>/log_kinds.py`, imported when Django starts.

A kind that nobody registered cannot be appended, nor a payload with other fields than the registered ones: an auditor
must be able to read every record by one list. Names are `room.past_participle` and, once released, never change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analytics.domain import retention
from analytics.domain.record import Payload
from analytics.domain.sentence import MISSING, Names, fill, in_order, places, words
from analytics.domain.units import Unit, unit_of

_EMPTY_BRACKETS = re.compile(r"《》|（）|“”|\(\)|\"\"")
_NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
# What a sentence may mention besides the payload; filled in by the reader, from labels.
BUILT_IN = frozenset({"actor", "learner", "subject", "happened_at"})

_DAY, _MOMENT = len("2026-05-09"), len("2026-05-09 14:05:09")

_UNREGISTERED = ("A record of the kind {kind}, which is not registered", "种类 {kind} 的记录（未登记的种类）")


class UnknownKind(LookupError):
    """Nobody registered this kind of record."""


class BadKind(ValueError):
    """The registration contradicts itself or an earlier one."""


class BadPayload(ValueError):
    """The payload lacks a registered field or has one that is not registered."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record.

    `zh` and `en` are sentences with {places}: payload fields, or {actor}, {learner}, {subject}, {happened_at}.
    `fields` maps each payload field to its meaning and unit; `optional` those that may be absent (there is no None).
    `label_zh` and `label_en` are a few words for lists; without them the sentence stands in, without its places.
    `words` says coded values (true and false too), or each in a list: {"reason": {"left": ("离开页面", "left the page")}}.
    `keep` names the term of analytics.domain.retention for which a record is kept at least.
    Values come with their unit ({counted_ms} reads 12 分 40 秒): write none after it. It is told from the field's name, as
    analytics.domain.units has them; `units` says it where the name means something else in this kind.
    """

    name: str
    zh: str
    en: str
    fields: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    label_zh: str = ""
    label_en: str = ""
    words: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    keep: str = retention.RECORDS.name
    units: Mapping[str, Unit] = field(default_factory=dict)

    def unit(self, name: str) -> Unit:
        """Return the unit of a field."""
        return self.units.get(name) or unit_of(name)

    def label(self, language: str) -> str:
        """Return a few words for a list of kinds, in "zh" or "en"."""
        words, sentence = (self.label_zh, self.zh) if language == "zh" else (self.label_en, self.en)
        bare = fill(sentence, {}, language=language).replace(MISSING, "")
        return words or " ".join(_EMPTY_BRACKETS.sub("", bare).split())


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds to the list; the same kind twice is harmless. Raises BadKind for a bad name or a second meaning."""
    for kind in kinds:
        if not _NAME.fullmatch(kind.name):
            raise BadKind(f"{kind.name!r}: a kind is named room.past_participle")
        if strangers := (places(kind.zh) | places(kind.en)) - BUILT_IN - kind.fields.keys() - kind.optional.keys():
            raise BadKind(f"{kind.name}: the sentence mentions {sorted(strangers)}, which are no fields")
        if clash := BUILT_IN & (kind.fields.keys() | kind.optional.keys()) or kind.fields.keys() & kind.optional.keys():
            raise BadKind(f"{kind.name}: {sorted(clash)} would have two meanings")
        if unknown := (kind.words.keys() | kind.units.keys()) - kind.fields.keys() - kind.optional.keys():
            raise BadKind(f"{kind.name}: words or units for {sorted(unknown)}, which are no fields")
        if kind.keep not in retention.TERMS:
            raise BadKind(f"{kind.name}: there is no term {kind.keep!r} for which records are kept")
        if _kinds.setdefault(kind.name, kind) != kind:
            raise BadKind(f"{kind.name} is registered already, with another meaning")


def find(name: str) -> Kind | None:
    """Return the kind, or None for one that is no longer (or not yet) registered: records of it may still be there."""
    return _kinds.get(name)


def registered() -> Iterator[Kind]:
    """Yield all kinds, by name."""
    yield from (_kinds[name] for name in sorted(_kinds))


def check(name: str, payload: Mapping[str, Payload]) -> None:
    """Raise UnknownKind or BadPayload unless the payload has exactly the fields of its kind."""
    kind = _kinds.get(name)
    if kind is None:
        raise UnknownKind(f"log kind {name!r} is not registered: add it to the room's log_kinds.py")
    if missing := kind.fields.keys() - payload.keys():
        raise BadPayload(f"{name}: missing {sorted(missing)}")
    if unknown := payload.keys() - kind.fields.keys() - kind.optional.keys():
        raise BadPayload(f"{name}: not registered {sorted(unknown)}")


def sentence(name: str, values: Mapping[str, object], *, language: str, names: Names | None = None) -> str:
    """Return a record as a sentence in "zh" or "en", whatever of its fields is missing.

    values: the payload and, where known, names for actor, learner and subject. names: what codes are called, from
    `naming.names_of`. A kind that nobody registers any more still gets its name said.
    """
    kind = find(name)
    if kind is None:
        return fill(_UNREGISTERED[language == "zh"], {"kind": name}, language=language)
    template = kind.zh if language == "zh" else kind.en
    told: dict[str, object] = {}
    day = ""
    for place in in_order(template):
        if place in BUILT_IN:
            told[place] = values.get(place)
            continue
        text = told_value(kind, place, values, language=language, names=names)
        if kind.unit(place) is Unit.MOMENT and len(text) == _MOMENT:
            day, text = text[:_DAY], text[_DAY + 1 :] if text[:_DAY] == day else text  # the same day is said once
        told[place] = text
    return fill(template, told, language=language)


def told_value(
    kind: Kind, name: str, values: Mapping[str, object], *, language: str, names: Names | None = None
) -> str:
    """Return one field of a record in words: a code by the kind's words, anything else by its unit."""
    value, unit = values.get(name), kind.unit(name)
    if unit is Unit.CONDITIONS and isinstance(value, Mapping):
        value = [_condition(kind, name, each, language, names) for each in sorted(value.items())]
        return words("", value, language=language)
    coded = kind.words.get(name)
    if coded and isinstance(value, list | tuple):
        value = [_coded(coded, each, language) for each in value]
    elif coded:
        value = _coded(coded, value, language)
    currency = values.get("currency")
    return words(
        name,
        value,
        language=language,
        unit=unit,
        names=names,
        currency=currency if isinstance(currency, str) else "cny",
    )


def _coded(coded: Mapping[str, tuple[str, str]], value: object, language: str) -> object:
    code = str(value).lower() if isinstance(value, bool) else value
    said = coded.get(code) if isinstance(code, str) else None
    return said[language != "zh"] if said else value


def _condition(kind: Kind, field_name: str, condition: tuple[str, object], language: str, names: Names | None) -> str:
    """Return one thing that was searched for: what it is called, and its value unless that stands beside the log."""
    name, value = condition
    said = _coded(kind.words.get(field_name, {}), name, language)
    if name.endswith("_ref") or value is True:
        return str(said)
    return f"{said} {words(name, value, language=language, names=names)}"
