"""Price lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from analytics.learning_log.actions import append
from lms.commerce.actions.books import demand_finance
from lms.commerce.domain.refusals import BadOrder
from lms.commerce.models import Price, PriceList, Product, ProductEdition

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class Offered:
    """A product with its price. editions: ids of the courses in it, in order; none = seats for any course."""

    kind: str
    name: str
    unit_minor: int
    ceiling_minor: int | None = None
    editions: tuple[int, ...] = ()
    currency: str = "cny"


@transaction.atomic
def publish_prices(
    *, region_code: str, document: str, valid_from: date, offers: Iterable[Offered], at: datetime, by: "User | None"
) -> PriceList:
    """Put a list in force; the list before it ends where this begins. A product of the same name and kind is taken up again.

    Raises NotAllowed, BadOrder (above_ceiling, no_document, nothing_offered).
    """
    if by is not None:
        demand_finance(by)
    if not document.strip():
        raise BadOrder("no_document")
    offers = tuple(offers)
    if not offers:
        raise BadOrder("nothing_offered")
    before = PriceList.objects.filter(region_id=region_code, valid_until__isnull=True, valid_from__lt=valid_from)
    before.update(valid_until=valid_from)
    price_list = PriceList.objects.create(
        region_id=region_code, document=document.strip(), valid_from=valid_from, created_at=at
    )
    for offer in offers:
        if offer.ceiling_minor is not None and offer.unit_minor > offer.ceiling_minor:
            raise BadOrder("above_ceiling")
        product, _ = Product.objects.get_or_create(kind=offer.kind, name=offer.name)
        for place, edition_id in enumerate(offer.editions):
            ProductEdition.objects.get_or_create(product=product, edition_id=edition_id, defaults={"place": place})
        Price.objects.create(
            price_list=price_list,
            product=product,
            unit_minor=offer.unit_minor,
            ceiling_minor=offer.ceiling_minor,
            currency=offer.currency,
        )
    append(
        kind="commerce.prices_published",
        actor_id=by.pk if by else None,
        happened_at=at,
        subject=region_code,
        payload={
            "document": price_list.document,
            "valid_from": valid_from.isoformat(),
            "products": price_list.prices.count(),
        },
    )
    return price_list
