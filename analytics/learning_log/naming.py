"""What the codes in records are called: a uuid, a region, a rule set. Only for reading; no record is changed by a name.

Each room that knows the names of a unit registers a function that tells them; the log itself knows the labels beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from analytics.domain.sentence import Names, places
from analytics.domain.units import NAMED_ELSEWHERE, Unit, unit_of
from analytics.learning_log import kinds
from analytics.learning_log.queries import labels_of_things

Namer = Callable[[Iterable[str], str], Mapping[str, str]]
Told = tuple[str, object]  # a record's kind and its payload
PRIVATE = ("person", "words")  # kinds of labels that name no thing
_LABELLED = (Unit.THING, Unit.CLIENT)
_namers: dict[Unit, Namer] = {}


def name_by(unit: Unit, namer: Namer) -> None:
    """Have the codes of a unit named by a function of the codes and the language ("zh" or "en"); the last one counts."""
    _namers[unit] = namer


def names_of(
    records: Iterable[Told], *, language: str, things: Iterable[str] = (), whole: bool = False
) -> tuple[Names, dict[str, str]]:
    """Return what the codes are called that sentences of these records tell, and the names of `things` by key.

    whole: of the codes in every field, not only of those in the sentence. One query, and one for each other unit that
    occurs and is named by the database.
    """
    met: dict[Unit, set[str]] = {}
    for name, payload in records:
        for unit, code in _codes(name, payload, language, whole=whole):
            met.setdefault(unit, set()).add(code)
    labelled = set().union(things, *(met.get(unit, ()) for unit in _LABELLED))
    labels = labels_of_things(labelled, not_of=PRIVATE)
    named = {(unit, code): labels[code] for unit in _LABELLED for code in met.get(unit, ()) if code in labels}
    named |= {(Unit.KIND, code): _kind(code, language) for code in met.get(Unit.KIND, ())}
    for unit in met.keys() & _namers.keys():
        named |= {(unit, code): text for code, text in _namers[unit](met[unit], language).items()}
    return named, labels


def _kind(code: str, language: str) -> str:
    kind = kinds.find(code)
    return kind.label(language) if kind else code


def _codes(name: str, payload: object, language: str, *, whole: bool) -> Iterator[tuple[Unit, str]]:
    kind = kinds.find(name)
    if kind is None or not isinstance(payload, Mapping):
        return
    told = payload.keys() if whole else places(kind.zh if language == "zh" else kind.en) & payload.keys()
    for field in told:
        value, unit = payload[field], kind.unit(field)
        if unit is Unit.CONDITIONS and isinstance(value, Mapping):
            yield from ((inner, code) for key, one in value.items() for inner, code in _named(unit_of(key), one))
        yield from _named(unit, value)


def _named(unit: Unit, value: object) -> Iterator[tuple[Unit, str]]:
    if unit in NAMED_ELSEWHERE:
        yield from (
            (unit, str(one))
            for one in (value if isinstance(value, list | tuple) else (value,))
            if one not in ("", None)
        )
