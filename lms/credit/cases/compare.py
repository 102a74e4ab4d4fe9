"""What was expected against what was found, in plain values; a sentence for each difference."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from lms.credit.cases.row import Found
from lms.credit.domain.accrual import exact

UNORDERED = frozenset({"flags"})
# key ending → what must hold between the amount found and the amount expected
BOUNDS = {"_lt": "below", "_le": "at most", "_gt": "above", "_ge": "at least"}


def differences(expected: Found, found: Found) -> Iterator[str]:
    """Yield a sentence for everything expected that was not found. Keys that the case leaves out are not compared."""
    for key, value in expected.items():
        stem, bound = _bound(key, found)
        if stem not in found:
            yield f"{key}: expected {said(value)}, but the engine says nothing of it"
        elif bound:
            if not _holds(found[stem], bound, value):
                yield f"{stem}: expected {BOUNDS[bound]} {said(value)}, found {said(found[stem])}"
        elif _plain(value, unordered=key in UNORDERED) != _plain(found[key], unordered=key in UNORDERED):
            yield f"{key}: expected {said(value)}, found {said(found[key])}"


def _bound(key: str, found: Found) -> tuple[str, str]:
    for ending in BOUNDS:
        if key not in found and key.endswith(ending):
            return key.removesuffix(ending), ending
    return key, ""


def _holds(found: object, bound: str, value: object) -> bool:
    ours, theirs = _plain(found), _plain(value)
    if not isinstance(ours, Fraction) or not isinstance(theirs, Fraction):
        return False
    return {"_lt": ours < theirs, "_le": ours <= theirs, "_gt": ours > theirs, "_ge": ours >= theirs}[bound]


def _plain(value: object, *, unordered: bool = False) -> object:
    """Return numbers as fractions, days as days, lists and tables of such; what is meant alike becomes equal."""
    if isinstance(value, Mapping):
        return {str(_key(key)): _plain(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        rows = [_plain(child) for child in value]
        return sorted(rows, key=str) if unordered else rows
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        return Fraction(str(value))
    return value if isinstance(value, (bool, date)) or value is None else _key(value)


def _key(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return str(value)


def said(value: object) -> str:
    """Return a value as a case would write it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Fraction)):
        return exact(Fraction(str(value)))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {said(child)}" for key, child in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(said(child) for child in value) + "]"
    return str(value)
