"""Seats by product and by person: what a company can still give, and who has one already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from lms.commerce.models import Assignment, Order, OrderLine, Product, ProductEdition, Seat
from lms.commerce.queries.prices import offers_for


@dataclass(frozen=True, slots=True)
class Seating:
    """One product that a company has seats of, or may order. unit_minor None: it is not sold there now.

    edition_ids: its courses in the order of study, () for general seats.
    """

    product_id: int
    name: str
    kind: str
    free: int
    unit_minor: int | None
    currency: str
    edition_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One seat of a person: what it is for, and whether they have begun."""

    name: str
    state: str
    state_label: str
    edition_ids: tuple[int, ...]


def seatings_of(company_id: int, *, on: date) -> tuple[Seating, ...]:
    """Return what a company can enrol its staff with, plans first, then courses, then general seats."""
    offers = {offer.product_id: offer for offer in offers_for(company_id, on=on)}
    free = dict(
        OrderLine.objects.filter(order__company_id=company_id, order__state=Order.State.PAID, order__disputed=False)
        .values_list("product_id")
        .annotate(n=Count("seats", filter=Q(seats__state=Seat.State.FREE)))
        .order_by()
    )
    products = Product.objects.filter(pk__in={*offers, *free}).prefetch_related("editions")
    ranks = {Product.Kind.PLAN: 0, Product.Kind.COURSE: 1, Product.Kind.SEATS: 2}
    found = [
        Seating(
            product_id=row.pk,
            name=row.name,
            kind=row.kind,
            free=free.get(row.pk, 0),
            unit_minor=offers[row.pk].unit_minor if row.pk in offers else None,
            currency=offers[row.pk].currency if row.pk in offers else "cny",
            edition_ids=tuple(one.edition_id for one in row.editions.all()),
        )
        for row in products
    ]
    return tuple(sorted(found, key=lambda one: (ranks[Product.Kind(one.kind)], one.name)))


def seated_among(company_id: int, product_id: int, learner_ids: Iterable[int]) -> frozenset[int]:
    """Return which of these persons sit on a seat of this product that the company has bought. One query."""
    rows = Assignment.objects.filter(
        line__order__company_id=company_id,
        line__product_id=product_id,
        learner_id__in=set(learner_ids),
        released_at__isnull=True,
    )
    return frozenset(rows.values_list("learner_id", flat=True))


def lines_with_seats(company_id: int, product_id: int) -> tuple[int, ...]:
    """Return the lines of a product on which a company has free seats, the oldest first. One query."""
    rows = OrderLine.objects.filter(
        order__company_id=company_id,
        order__state=Order.State.PAID,
        order__disputed=False,
        product_id=product_id,
        seats__state=Seat.State.FREE,
    )
    return tuple(rows.order_by("pk").distinct().values_list("pk", flat=True))


def seats_of_person(company_id: int, learner_id: int) -> tuple[SeatFacts, ...]:
    """Return the seats of a company on which a person sits, the newest first. Two queries."""
    rows = list(
        Assignment.objects.filter(line__order__company_id=company_id, learner_id=learner_id, released_at__isnull=True)
        .select_related("seat", "line")
        .order_by("-pk")
    )
    editions: dict[int, list[int]] = {}
    for product_id, edition_id in ProductEdition.objects.filter(
        product_id__in={row.line.product_id for row in rows}
    ).values_list("product_id", "edition_id"):
        editions.setdefault(product_id, []).append(edition_id)
    return tuple(
        SeatFacts(
            row.line.name,
            row.seat.state,
            str(row.seat.get_state_display()),
            tuple(editions.get(row.line.product_id, ())),
        )
        for row in rows
    )
