"""The kinds of record there are. Each room registers its own in `<room>/log_kinds.py`, imported when Django starts.

A kind that nobody registered cannot be appended, nor a payload with other fields than the registered ones: an auditor
must be able to read every record by one list. Names are `room.past_participle` and, once released, never change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analytics.domain import retention
from analytics.domain.record import Payload
from analytics.domain.sentence import MISSING, fill, places

_EMPTY_BRACKETS = re.compile(r"《》|（）|“”|\(\)|\"\"")
_NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
# What a sentence may mention besides the payload; filled in by the reader, from labels.
BUILT_IN = frozenset({"actor", "learner", "subject", "happened_at"})

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
    `words` says coded values in (Chinese, English): {"reason": {"left": ("离开页面", "left the page")}}.
    `keep` names the term of analytics.domain.retention for which a record is kept at least.
    Values come with their unit, told from the field's name ({counted_ms} reads 12 分 40 秒): write none after it.
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


def sentence(name: str, values: Mapping[str, object], *, language: str) -> str:
    """Return a record as a sentence in "zh" or "en", whatever of its fields is missing.

    values: the payload and, where known, names for actor, learner and subject. A kind that nobody registers any more
    still gets its name said.
    """
    kind = find(name)
    if kind is None:
        return fill(_UNREGISTERED[language == "zh"], {"kind": name}, language=language)
    told = {name: _told(kind, name, value, language) for name, value in values.items()}
    return fill(kind.zh if language == "zh" else kind.en, told, language=language)


def _told(kind: Kind, name: str, value: object, language: str) -> object:
    words = kind.words.get(name, {}).get(value) if isinstance(value, str) else None
    return words[language != "zh"] if words else value
