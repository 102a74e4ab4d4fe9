"""A company with a manager, staff and a price list; a payment service next door."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.conf import LazySettings

from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.models import Order, OrderLine, Product
from lms.commerce.stripe_gateway import StripeGateway
from lms.organisations.models import Organisation
from tests import people
from tests.content.shelf import fill_shelf, published_edition
from tests.infra.stripe_simulator.conftest import House, house

__all__ = ["house"]

AT = people.MADE_AT
SEAT_MINOR = 12_800


@dataclass(frozen=True, slots=True)
class Shop:
    """manager buys for company; finance watches. product: general seats at SEAT_MINOR."""

    company: Organisation
    manager: User
    finance: User
    product: Product

    def invoice(self) -> actions.Invoice:
        return actions.Invoice("ordinary", self.company.name, self.company.credit_code)

    def order(self, quantity: int = 10) -> Order:
        return actions.place_order(
            company_id=self.company.pk,
            quantities={self.product.pk: quantity},
            invoice=self.invoice(),
            at=AT,
            by=self.manager,
        )

    def paid(self, quantity: int = 10) -> OrderLine:
        """An order that a bank transfer has paid; its only line."""
        order = self.order(quantity)
        statement = f"交易日期,金额,附言\n2026-01-06,{order.total_minor / 100:.2f},{order.reference}\n".encode()
        actions.import_statement(data=statement, at=AT, by=self.finance)
        from lms.commerce.models import Transfer

        transfer = Transfer.objects.get(remark=order.reference)
        actions.confirm_transfer(transfer_id=transfer.pk, order_id=order.pk, at=AT, by=self.finance)
        return order.lines.get()

    def staff(self) -> User:
        member = people.learner()
        people.join(member, self.company)
        return member


def open_shop() -> Shop:
    company = people.organisation("enterprise")
    manager, finance = people.employer(company), people.finance()
    actions.publish_prices(
        region_code="500000",
        document="演示价〔2026〕1号",
        valid_from=date(2026, 1, 1),
        offers=[actions.Offered("seats", "通用席位", SEAT_MINOR, ceiling_minor=15_000)],
        at=AT,
        by=finance,
    )
    return Shop(company, manager, finance, Product.objects.get(name="通用席位"))


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def gateway(house: House, settings: LazySettings) -> Iterator[StripeGateway]:
    settings.STRIPE_API_BASE = house.server.own_address
    yield StripeGateway()


@pytest.fixture
def open_page(gateway: StripeGateway) -> Callable[[Order, User], str]:
    """Open a page to pay an order on, and return its address."""

    def opened(order: Order, by: User) -> str:
        return actions.start_payment(
            order_id=order.pk,
            gateway=gateway,
            success_url="http://shop.example/done",
            cancel_url="http://shop.example/order",
            at=AT,
            by=by,
        )

    return opened


@pytest.fixture
def edition_id(db: None) -> int:
    """A published course of one lesson."""
    return published_edition(fill_shelf().courses["site_civil-04"]).pk
