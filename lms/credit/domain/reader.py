"""Plain data read key by key, each complaint with its path; and what the values of a rule set may be."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from lms.credit.domain.rule_set import Plain, Value

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
LEAF_KEYS = frozenset({"v", "src", "quote", "note", "alt", "inherited_from"})


class BadRuleSet(ValueError):
    """The data is not a rule set: the message names the path and what is wrong with it."""


class Reader:
    """Reads one mapping and knows, when asked at the end, which of its keys nobody wanted."""

    def __init__(self, node: object, path: str) -> None:
        if not isinstance(node, Mapping):
            raise BadRuleSet(f"{path}: expected a table")
        self.node: Mapping[str, object] = node
        self.path = path
        self.wanted: set[str] = set()

    def take(self, key: str) -> object:
        self.wanted.add(key)
        if key not in self.node:
            raise BadRuleSet(f"{self.at(key)}: missing")
        return self.node[key]

    def at(self, key: str) -> str:
        return f"{self.path}.{key}".lstrip(".")

    def text(self, key: str, default: str | None = None) -> str:
        if default is not None and key not in self.node:
            self.wanted.add(key)
            return default
        value = self.take(key)
        if not isinstance(value, str):
            raise BadRuleSet(f"{self.at(key)}: expected text in quotes, found {value!r}")
        return value

    def day(self, key: str) -> date | None:
        self.wanted.add(key)
        value = self.node.get(key)
        if value is None or (isinstance(value, date)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise BadRuleSet(f"{self.at(key)}: “{value}” is not a day") from None

    def table(self, key: str) -> "Reader":
        return Reader(self.take(key), self.at(key))

    def rows(self, key: str) -> list[tuple[str, "Reader"]]:
        """Return the tables of a list with the `code` of each; a list, because a store of JSON may forget the order of keys."""
        found = self.take(key)
        if not isinstance(found, (list, tuple)):
            raise BadRuleSet(f"{self.at(key)}: expected a list")
        tables = [Reader(row, f"{self.at(key)}.{number}") for number, row in enumerate(found, start=1)]
        named = [(table.text("code"), table) for table in tables]
        for code, table in named:
            table.path = f"{self.at(key)}.{code}"
        return named

    def leaf(self, key: str, read: Callable[[object], T]) -> Value[T]:
        node = Reader(self.take(key), self.at(key))
        if extra := set(node.node) - LEAF_KEYS:
            raise BadRuleSet(f"{node.path}: unknown {', '.join(sorted(extra))}")
        try:
            value = read(node.take("v"))
        except (ValueError, TypeError, ZeroDivisionError) as error:
            raise BadRuleSet(f"{node.path}: {error}") from None
        words = {
            ours: node.text(theirs, "")
            for ours, theirs in (("quote", "quote"), ("note", "note"), ("alternative", "alt"))
        }
        return Value(value, node.text("src"), inherited_from=node.text("inherited_from", ""), **words)

    def optional_leaf(self, key: str, read: Callable[[object], T]) -> Value[T] | None:
        self.wanted.add(key)
        return self.leaf(key, read) if key in self.node else None

    def done(self) -> None:
        if extra := set(self.node) - self.wanted:
            raise BadRuleSet(f"{self.path or 'rule set'}: unknown {', '.join(sorted(extra))}")


def one_of(enum: type[E]) -> Callable[[object], E]:
    """Return a reader of one of the words of an enumeration."""

    def read(value: object) -> E:
        try:
            return enum(str(value))
        except ValueError:
            raise ValueError(f"“{value}” is none of {', '.join(enum)}") from None

    return read


def whole(value: object) -> int:
    """Return a whole number; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a whole number, found {value!r}")
    return value


def whole_or_none(value: object) -> int | None:
    """Return a whole number, or None where there is no such rule."""
    return None if value is None else whole(value)


def amount(value: object) -> Fraction:
    """Hours: a whole number, or a decimal in quotes. A float is refused: 31.9 would no longer be exactly that."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f"expected a whole number, or a decimal in quotes, found {value!r}")
    return Fraction(value)


def amount_or_none(value: object) -> Fraction | None:
    """Return hours, or None where the text gives no number."""
    return None if value is None else amount(value)


def truth(value: object) -> bool:
    """Return true or false, said as such."""
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def words(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {value!r}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"expected a list of texts, found {value!r}")
    return tuple(str(item) for item in value)


def plain(value: object) -> Plain:
    """Return what a provision may hold: nothing, a text, a number, true or false, or a list of texts."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return texts(value)
