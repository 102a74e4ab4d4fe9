"""What may be ordered, and for how much."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from lms.commerce.models import Price, PriceList, Product
from lms.organisations.queries import regions_above


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """One product that is sold somewhere."""

    id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """One price of a list, minor units."""

    name: str
    kind: str
    unit_minor: int
    ceiling_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class PriceListFacts:
    """One list of a region, in force or to come."""

    id: int
    region: str
    document: str
    valid_from: date
    valid_until: date | None
    is_in_force: bool
    prices: tuple[PriceFacts, ...]


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


def products_for_sale() -> tuple[ProductFacts, ...]:
    """Return the products that may stand on a list, plans last. One query."""
    rows = Product.objects.filter(for_sale=True).order_by("-kind", "name")
    return tuple(ProductFacts(row.pk, row.kind, row.name) for row in rows)


def price_lists(*, on: date) -> tuple[PriceListFacts, ...]:
    """Return the list in force of each region on a day, and those that begin later. Three queries."""
    rows = PriceList.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on)).select_related("region")
    prices = Price.objects.select_related("product").order_by("product__kind", "product__name")
    found, regions = [], set()
    for row in rows.order_by("region_id", "-valid_from", "-pk").prefetch_related(Prefetch("prices", prices)):
        is_in_force = row.valid_from <= on
        if is_in_force and row.region_id in regions:
            continue  # another of the same day was published after it
        if is_in_force:
            regions.add(row.region_id)
        found.append(
            PriceListFacts(
                id=row.pk,
                region=row.region.name,
                document=row.document,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                is_in_force=is_in_force,
                prices=tuple(
                    PriceFacts(
                        name=one.product.name,
                        kind=str(one.product.get_kind_display()),
                        unit_minor=one.unit_minor,
                        ceiling_minor=one.ceiling_minor,
                        currency=one.currency,
                    )
                    for one in row.prices.all()
                ),
            )
        )
    return tuple(found)
