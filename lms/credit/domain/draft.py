"""A rule set that is being changed: plain data, leaf by leaf, each new value with its source or marked as assumed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lms.credit.domain.accrual import exact
from lms.credit.domain.inheritance import is_leaf
from lms.credit.domain.rule_set import ASSUMED
from lms.credit.domain.terms import Anchor, Closing, Grouping, JudgedBy, LeapDay, LedgerCategory, PostList, Status
from player.domain.policy import Rewatch, SeekRule

Data = Mapping[str, object]
Leaf = Mapping[str, object]
LONGEST_TEXT = 500


class BadLeaf(ValueError):
    """A value that this leaf cannot have, or a leaf that is not there. `code`: unknown_leaf, not_a_number, no_source, …"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Kind(StrEnum):
    """How the value of a leaf is written in a form."""

    WORD = "word"  # one of an enumeration
    WORDS = "words"  # several of one
    TRUTH = "truth"
    WHOLE = "whole"
    WHOLE_OR_NONE = "whole_or_none"
    HOURS = "hours"
    HOURS_OR_NONE = "hours_or_none"
    TEXT = "text"
    LINES = "lines"


MAY_BE_EMPTY = (Kind.HOURS_OR_NONE, Kind.WHOLE_OR_NONE)
ENUMERATIONS: Mapping[str, type[StrEnum]] = {
    "status": Status,
    "cycle.anchor": Anchor,
    "cycle.grouping": Grouping,
    "cycle.leap_day": LeapDay,
    "cycle.judged_by": JudgedBy,
    "retrain.category_short": Closing,
    "watching.seek": SeekRule,
    "watching.rewatch": Rewatch,
    "posts": PostList,
}
_BY_NAME = {
    "first_year_offset": Kind.WHOLE,
    "length_years": Kind.WHOLE,
    "minutes_per_hour": Kind.WHOLE,
    "total": Kind.HOURS,
    "minimum": Kind.HOURS,
    "total_below": Kind.HOURS,
    "annual": Kind.HOURS_OR_NONE,
    "annual_professional": Kind.HOURS_OR_NONE,
    "daily_online_hours": Kind.HOURS_OR_NONE,
    "warning_hours": Kind.HOURS_OR_NONE,
    "idle_minutes": Kind.WHOLE_OR_NONE,
    "lock_minutes": Kind.WHOLE_OR_NONE,
    "counts": Kind.WORDS,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A new value of one leaf as it was typed. source: a code of sources.yaml, or ASSUMED, which asks for a note."""

    value: str | tuple[str, ...]
    source: str
    quote: str = ""
    note: str = ""


def leaves(data: Data, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield every leaf with its path; a row of a list is named by its code."""
    for key, child in data.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(child, (list, tuple)):
            for row in child:
                if isinstance(row, Mapping):
                    yield from leaves(row, f"{here}.{row['code']}")
        elif isinstance(child, Mapping) and is_leaf(child):
            yield here, child
        elif isinstance(child, Mapping):
            yield from leaves(child, here)


def leaf_at(data: Data, path: str) -> Leaf:
    """Return one leaf. Raises BadLeaf (unknown_leaf)."""
    found = next((leaf for here, leaf in leaves(data) if here == path), None)
    if found is None:
        raise BadLeaf("unknown_leaf")
    return found


def kind_of(path: str, leaf: Leaf) -> Kind:
    """Return how a leaf is written: those that the engine judges by their name, provisions by what they hold."""
    if path in ENUMERATIONS:
        return Kind.WORD
    name = path.rsplit(".", 1)[-1]
    if not path.startswith("provisions.") and name in _BY_NAME:
        return _BY_NAME[name]
    value = leaf["v"]
    if isinstance(value, bool):
        return Kind.TRUTH
    if isinstance(value, int):
        return Kind.WHOLE
    return Kind.LINES if isinstance(value, (list, tuple)) else Kind.TEXT


def choices_of(path: str) -> tuple[str, ...]:
    """Return the words that a leaf of kind WORD or WORDS may hold."""
    return tuple(item.value for item in ENUMERATIONS.get(path, LedgerCategory))


def written(path: str, leaf: Leaf) -> str | tuple[str, ...]:
    """Return the value of a leaf as a form shows it."""
    value = leaf["v"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        items = tuple(str(item) for item in value)
        return items if kind_of(path, leaf) is Kind.WORDS else "\n".join(items)
    return "" if value is None else str(value)


def with_leaf(data: Data, path: str, change: Change) -> dict[str, object]:
    """Return the same rules with one leaf changed; it is the region's own from now on, not inherited.

    Raises BadLeaf (unknown_leaf, not_a_number, not_a_word, needed, too_long, no_source, assumed_without_note).
    """
    leaf = leaf_at(data, path)
    if not change.source:
        raise BadLeaf("no_source")
    if change.source == ASSUMED and not change.note.strip():
        raise BadLeaf("assumed_without_note")
    if max(len(change.quote), len(change.note)) > LONGEST_TEXT:
        raise BadLeaf("too_long")
    new: dict[str, object] = {"v": _read(path, leaf, change.value), "src": change.source}
    new |= {key: text.strip() for key, text in (("quote", change.quote), ("note", change.note)) if text.strip()}
    if "alt" in leaf:
        new["alt"] = leaf["alt"]
    return _replaced(data, path, new)


def changed_leaves(before: Data, after: Data) -> tuple[str, ...]:
    """Return the paths of the leaves that are not the same in both, in the order of `after`."""
    old = dict(leaves(before))
    return tuple(path for path, leaf in leaves(after) if _meant(old.get(path, {})) != _meant(leaf))


def _meant(leaf: Leaf) -> dict[str, object]:
    return {key: value for key, value in leaf.items() if key != "inherited_from"}


def _replaced(node: Data, path: str, leaf: dict[str, object], here: str = "") -> dict[str, object]:
    new: dict[str, object] = {}
    for key, child in node.items():
        place = f"{here}.{key}".lstrip(".")
        if place == path:
            new[key] = leaf
        elif isinstance(child, (list, tuple)) and all(isinstance(row, Mapping) for row in child):
            new[key] = [_replaced(row, path, leaf, f"{place}.{row['code']}") for row in child]
        elif isinstance(child, Mapping) and not is_leaf(child):
            new[key] = _replaced(child, path, leaf, place)
        else:
            new[key] = child
    return new


def _read(path: str, leaf: Leaf, value: str | tuple[str, ...]) -> object:
    kind = kind_of(path, leaf)
    if kind in (Kind.WORD, Kind.WORDS):
        words = (value,) if isinstance(value, str) else value
        if not set(words) <= set(choices_of(path)):
            raise BadLeaf("not_a_word")
        return words[0] if kind is Kind.WORD else list(words)
    text = (value if isinstance(value, str) else "\n".join(value)).strip()
    if len(text) > LONGEST_TEXT:
        raise BadLeaf("too_long")
    if kind is Kind.LINES:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if kind is Kind.TRUTH:
        if text not in ("true", "false"):
            raise BadLeaf("not_a_word")
        return text == "true"
    if not text:
        # A text that gives no number may be silent; what the engine computes with may not.
        if kind not in MAY_BE_EMPTY and not path.startswith("provisions."):
            raise BadLeaf("needed")
        return None
    return text if kind is Kind.TEXT else _number(text, whole=kind in (Kind.WHOLE, Kind.WHOLE_OR_NONE))


def _number(text: str, *, whole: bool) -> object:
    try:
        amount = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise BadLeaf("not_a_number") from None
    if amount.denominator == 1:
        return int(amount)
    if whole:
        raise BadLeaf("not_a_number")
    return exact(amount)
