"""Looking up: which headings there are, and which records stand under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from analytics.card_index.measures import EVERY_GROUP, Sought
from analytics.card_index.models import Addend, Card, Figure, FilingState, Heading

SCOPES = ("company", "institution", "region", "post")  # what figures are divided by


@dataclass(frozen=True, slots=True)
class Head:
    """One heading."""

    id: int
    facet: str
    value: str


def find(facet: str, value: str) -> Head | None:
    """Return a heading, or None where nothing was ever filed under it. One query."""
    row = Heading.objects.filter(facet=facet, value=value).first()
    return Head(row.pk, row.facet, row.value) if row else None


def found(ids: Iterable[int]) -> dict[int, Head]:
    """Return headings by their ids. One query."""
    return {row.pk: Head(row.pk, row.facet, row.value) for row in Heading.objects.filter(pk__in=set(ids))}


def ids_of(facet: str, values: Iterable[str]) -> tuple[int, ...]:
    """Return the ids of the headings with these values, those that there are. One query."""
    return tuple(Heading.objects.filter(facet=facet, value__in=set(values)).values_list("pk", flat=True))


def records_of_figure(asked: Sought) -> QuerySet[Addend, Any]:
    """Return the numbers of the records that make a figure up, as a query to be part of another. One query before."""
    rows = Figure.objects.filter(measure=asked.measure, day__range=(asked.since, asked.until))
    if asked.group != EVERY_GROUP:
        rows = rows.filter(group=asked.group)
    ids = tuple(rows.values_list("pk", flat=True))
    # One by equality: the database then walks its records from the newest and stops at the end of the page.
    adding = Addend.objects.filter(figure_id=ids[0]) if len(ids) == 1 else Addend.objects.filter(figure_id__in=ids)
    return adding.values("record_id")


def records_under(headings: Iterable[int]) -> QuerySet[Card, Any]:
    """Return the numbers of the records under any of these headings, as a query to be part of another."""
    ids = tuple(headings)
    rows = Card.objects.filter(heading_id=ids[0]) if len(ids) == 1 else Card.objects.filter(heading_id__in=ids)
    return rows.values("record_id")


def newest_under(heading_id: int) -> int | None:
    """Return the number of the newest record under a heading, None for none. One query, by the index."""
    rows = Card.objects.filter(heading_id=heading_id).order_by("-record_id")
    return rows.values_list("record_id", flat=True).first()


def headings_of(record_id: int) -> tuple[Head, ...]:
    """Return what a record is filed under. Two queries."""
    ids = Card.objects.filter(record_id=record_id).values_list("heading_id", flat=True)
    rows = Heading.objects.filter(pk__in=list(ids)).order_by("facet", "value")
    return tuple(Head(row.pk, row.facet, row.value) for row in rows)


def filed_up_to() -> int:
    """Return how many records of the tree are filed. One query."""
    return FilingState.objects.values_list("size", flat=True).first() or 0


def ids_under(facet: str) -> QuerySet[Heading, Any]:
    """Return the ids of all headings of a facet, as a query to be part of another."""
    return Heading.objects.filter(facet=facet).values("pk")


def amounts_of(asked: Sought, record_ids: Iterable[int]) -> dict[int, int]:
    """Return what each of these records adds to a figure. Two queries."""
    rows = Figure.objects.filter(measure=asked.measure, day__range=(asked.since, asked.until))
    if asked.group != EVERY_GROUP:
        rows = rows.filter(group=asked.group)
    adding = Addend.objects.filter(
        record_id__in=list(record_ids), figure_id__in=list(rows.values_list("pk", flat=True))
    )
    return dict(adding.values_list("record_id").annotate(total=Sum("amount")))
