"""What may be ordered, and for how much."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from lms.commerce.models import Price, PriceList
from lms.organisations.queries import regions_above


@dataclass(frozen=True, slots=True)
class Offer:
    """One product with its price, minor units, under a document."""

    product_id: int
    name: str
    kind: str
    unit_minor: int
    currency: str
    document: str
    courses: int


def price_list_for(company_id: int, *, on: date) -> PriceList | None:
    """Return the list in force of the company's region, or of the nearest region above it; None where nothing is sold."""
    in_force = Q(valid_from__lte=on) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    for code in regions_above(company_id):
        found = PriceList.objects.filter(in_force, region_id=code).order_by("-valid_from", "-id").first()
        if found is not None:
            return found
    return None


def offers_for(company_id: int, *, on: date) -> tuple[Offer, ...]:
    """Return what a company may order today, by name."""
    price_list = price_list_for(company_id, on=on)
    if price_list is None:
        return ()
    prices = (
        Price.objects.filter(price_list=price_list, product__for_sale=True)
        .select_related("product")
        .prefetch_related("product__editions")
        .order_by("product__kind", "product__name")
    )
    return tuple(
        Offer(
            product_id=price.product_id,
            name=price.product.name,
            kind=price.product.kind,
            unit_minor=price.unit_minor,
            currency=price.currency,
            document=price_list.document,
            courses=len(price.product.editions.all()),
        )
        for price in prices
    )
