"""Provisions of a rule set that some rule computes with, read as what they are. Each answer keeps its source."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from lms.credit.domain.rule_set import Plain, RuleSet, Value

T = TypeVar("T")


class NoSuchProvision(LookupError):
    """The rule set says nothing of this, or no value: nothing may be judged by it."""


class BadProvision(ValueError):
    """The rule set says something that cannot be computed with."""


def provision(rule_set: RuleSet, path: str, read: Callable[[Plain], T]) -> Value[T]:
    """Return the value at `section.name` as `read` understands it. Raises NoSuchProvision, BadProvision."""
    found = optional_provision(rule_set, path, read)
    if found is None:
        raise NoSuchProvision(f"{rule_set.code} does not say {path}")
    return found


def optional_provision(rule_set: RuleSet, path: str, read: Callable[[Plain], T]) -> Value[T] | None:
    """Return the same, or None where the rule set is silent or gives no value. Raises BadProvision."""
    rule = next((item.rule for item in rule_set.provisions if item.path == path), None)
    if rule is None or rule.value is None:
        return None
    try:
        value = read(rule.value)
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise BadProvision(f"{rule_set.code}, {path}: {error}") from None
    return replace(rule, value=value)  # type: ignore[arg-type,return-value]  # the same leaf, its value understood


def a_day(value: Plain) -> date:
    """Return an ISO day."""
    return date.fromisoformat(str(value))


def a_number(value: Plain) -> Fraction:
    """Return a whole number, a decimal, or a percentage, exactly.

    >>> a_number("12.5%"), a_number(60)
    (Fraction(1, 8), Fraction(60, 1))
    """
    text = str(value).strip()
    if isinstance(value, (bool, tuple)) or not text:
        raise ValueError(f"expected a number, found {value!r}")
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def a_count(value: Plain) -> int:
    """Return a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"expected a whole number, found {value!r}")
    return value


def a_truth(value: Plain) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def some_texts(value: Plain) -> tuple[str, ...]:
    """Return a list of texts."""
    if not isinstance(value, tuple):
        raise ValueError(f"expected a list of texts, found {value!r}")
    return value


def some_numbers(value: Plain) -> tuple[Fraction, ...]:
    """Return a list of numbers."""
    return tuple(a_number(item) for item in some_texts(value))
