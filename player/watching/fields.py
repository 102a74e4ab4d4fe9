"""Spans in a database column: Postgres' int4multirange, which merges them itself."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Multirange

from player.domain.spans import Span, Spans

if TYPE_CHECKING:  # Django's own classes take no type arguments at run time
    Field = models.Field[Sequence[Span], Spans]
else:
    Field = models.Field


def to_literal(spans: Iterable[Span]) -> str:
    """Return the text that Postgres reads as an int4multirange.

    >>> to_literal([Span(0, 1000), Span(2000, 2500)])
    '{[0,1000),[2000,2500)}'
    """
    return "{" + ",".join([f"[{span.start_ms},{span.end_ms})" for span in spans]) + "}"


def from_literal(text: str) -> Spans:
    """Return the spans of an int4multirange as Postgres writes it (always half-open, sorted, disjoint).

    >>> from_literal("{[0,1000),[2000,2500)}")
    (Span(start_ms=0, end_ms=1000), Span(start_ms=2000, end_ms=2500))
    """
    if text == "{}":
        return ()
    numbers = [int(digits) for digits in text[2:-2].replace("),[", ",").split(",")]
    return tuple(Span(start, end) for start, end in zip(numbers[::2], numbers[1::2], strict=True))


class SpansField(Field):
    """Disjoint sorted spans in whole milliseconds, up to 24 days; never NULL, none is the empty multirange."""

    description = "Spans of media time"

    def __init__(self, **options: Any) -> None:
        options.setdefault("default", tuple)
        super().__init__(**options)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "int4multirange"

    def from_db_value(self, value: Multirange[int] | str | None, *_: object) -> Spans | None:
        if value is None:
            return None
        if isinstance(value, str):
            return from_literal(value)
        return tuple(
            Span(found.lower, found.upper) for found in value if found.lower is not None and found.upper is not None
        )

    def get_prep_value(self, value: Sequence[Span] | None) -> str | None:
        return None if value is None else to_literal(value)

    def get_placeholder(self, value: object, compiler: object, connection: BaseDatabaseWrapper) -> str:
        return "%s::int4multirange"
