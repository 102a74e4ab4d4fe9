"""One case as written, read key by key; a word that cannot be meant is named."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

Found = Mapping[str, object]


class BadCase(ValueError):
    """A case that cannot be run: the message says which of its words is at fault."""


class Row:
    """Reads one case. Whole numbers and decimals come out as fractions, so that 31.9 is exactly that."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.data = data

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def take(self, key: str) -> object:
        if not self.has(key):
            raise BadCase(f"{key}: missing")
        return self.data[key]

    def text(self, key: str, default: str | None = None) -> str:
        return default if default is not None and not self.has(key) else str(self.take(key))

    def day(self, key: str) -> date:
        return as_day(self.take(key), key)

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def moment(self, key: str) -> datetime:
        value = self.take(key)
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            raise BadCase(f"{key}: “{value}” is not a moment") from None
        if found.tzinfo is None:
            raise BadCase(f"{key}: “{value}” does not say its time zone")
        return found

    def amount(self, key: str) -> Fraction:
        return as_amount(self.take(key), key)

    def whole(self, key: str, default: int | None = None) -> int:
        if default is not None and not self.has(key):
            return default
        return as_whole(self.take(key), key)

    def truth(self, key: str, default: bool) -> bool:
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise BadCase(f"{key}: expected true or false, found “{value}”")
        return value

    def rows(self, key: str) -> Sequence[object]:
        value = self.take(key)
        if not isinstance(value, (list, tuple)):
            raise BadCase(f"{key}: expected a list, found “{value}”")
        return value

    def table(self, key: str) -> Mapping[str, object]:
        value = self.take(key)
        if not isinstance(value, Mapping):
            raise BadCase(f"{key}: expected a table, found “{value}”")
        return {str(name): child for name, child in value.items()}


def as_day(value: object, what: str) -> date:
    """Return a day. Raises BadCase."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadCase(f"{what}: “{value}” is not a day") from None


def as_amount(value: object, what: str) -> Fraction:
    """Return an exact amount. Raises BadCase."""
    if isinstance(value, bool):
        raise BadCase(f"{what}: “{value}” is not a number")
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise BadCase(f"{what}: “{value}” is not a number") from None


def as_whole(value: object, what: str) -> int:
    """Return a whole number. Raises BadCase."""
    found = as_amount(value, what)
    if found.denominator != 1:
        raise BadCase(f"{what}: “{value}” is not a whole number")
    return int(found)
