"""A complete rule set as plain data → RuleSet. What is missing, unknown or of the wrong kind is refused by its path."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from lms.credit.domain.coherence import refuse_incoherent
from lms.credit.domain.rule_set import (
    AccrualRules,
    CategoryRules,
    CycleRules,
    GroupRules,
    HoursRules,
    Plain,
    Provision,
    RetrainRules,
    RuleSet,
    Value,
)
from lms.credit.domain.terms import Anchor, Closing, Grouping, LeapDay, LedgerCategory, PostList, Status

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


def parse(data: Mapping[str, object]) -> RuleSet:
    """Return the rule set written in `data`, which must be complete (see inheritance.resolve).

    Raises BadRuleSet when the shape is wrong, IncoherentRules when the values cannot be meant together.
    """
    top = Reader(data, "")
    began = top.day("effective_from")
    if began is None:
        raise BadRuleSet("effective_from: missing")
    rules = RuleSet(
        code=top.text("code"),
        version=top.text("version"),
        name=top.text("name"),
        region_code=top.text("region_code"),
        parent=top.text("parent", ""),
        effective_from=began,
        effective_until=top.day("effective_until"),
        status=top.leaf("status", one_of(Status)),
        cycle=_cycle(top.table("cycle")),
        hours=_hours(top.table("hours")),
        accrual=_accrual(top.table("accrual")),
        retrain=_retrain(top.table("retrain")),
        posts=top.leaf("posts", one_of(PostList)),
        provisions=_provisions(top.table("provisions")),
    )
    top.done()
    refuse_incoherent(rules)
    return rules


def _cycle(node: Reader) -> CycleRules:
    rules = CycleRules(
        anchor=node.leaf("anchor", one_of(Anchor)),
        first_year_offset=node.leaf("first_year_offset", whole),
        length_years=node.leaf("length_years", whole),
        grouping=node.leaf("grouping", one_of(Grouping)),
        leap_day=node.leaf("leap_day", one_of(LeapDay)),
    )
    node.done()
    return rules


def _hours(node: Reader) -> HoursRules:
    rules = HoursRules(
        total=node.leaf("total", amount),
        annual=node.leaf("annual", amount_or_none),
        annual_professional=node.leaf("annual_professional", amount_or_none),
        categories=tuple(_category(code, table) for code, table in node.rows("categories")),
        groups=tuple(_group(code, table) for code, table in node.rows("groups")),
        sequence=node.leaf("sequence", texts),
    )
    node.done()
    return rules


def _category(code: str, node: Reader) -> CategoryRules:
    rules = CategoryRules(
        code=code,
        name=node.text("name"),
        spoken=node.text("spoken", node.text("name")),
        minimum=node.leaf("minimum", amount),
        counts=node.leaf("counts", lambda value: tuple(LedgerCategory(item) for item in texts(value))),
        test_required=node.optional_leaf("test_required", truth),
        reported_by=node.optional_leaf("reported_by", words),
        nature=node.optional_leaf("nature", words),
    )
    node.done()
    return rules


def _group(code: str, node: Reader) -> GroupRules:
    rules = GroupRules(code, node.text("name"), node.leaf("minimum", amount), node.leaf("members", texts))
    node.done()
    return rules


def _accrual(node: Reader) -> AccrualRules:
    rules = AccrualRules(
        minutes_per_hour=node.leaf("minutes_per_hour", whole),
        daily_online_hours=node.leaf("daily_online_hours", amount_or_none),
        carry_over=node.leaf("carry_over", truth),
        shared_general=node.leaf("shared_general", truth),
    )
    node.done()
    return rules


def _retrain(node: Reader) -> RetrainRules:
    rules = RetrainRules(
        total_below=node.leaf("total_below", amount),
        not_working_in_post=node.leaf("not_working_in_post", truth),
        category_short=node.leaf("category_short", one_of(Closing)),
    )
    node.done()
    return rules


def _provisions(node: Reader) -> tuple[Provision, ...]:
    found = []
    for section in node.node:
        rows = node.table(section)
        found += [Provision(f"{section}.{key}", rows.leaf(key, plain)) for key in rows.node]
    return tuple(found)


def one_of(enum: type[E]) -> Callable[[object], E]:
    def read(value: object) -> E:
        try:
            return enum(str(value))
        except ValueError:
            raise ValueError(f"“{value}” is none of {', '.join(enum)}") from None

    return read


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a whole number, found {value!r}")
    return value


def amount(value: object) -> Fraction:
    """Hours: a whole number, or a decimal in quotes. A float is refused: 31.9 would no longer be exactly that."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f"expected a whole number, or a decimal in quotes, found {value!r}")
    return Fraction(value)


def amount_or_none(value: object) -> Fraction | None:
    return None if value is None else amount(value)


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {value!r}")
    return value


def texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"expected a list of texts, found {value!r}")
    return tuple(str(item) for item in value)


def plain(value: object) -> Plain:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return texts(value)
