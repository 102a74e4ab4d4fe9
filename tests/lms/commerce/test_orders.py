"""Placing, quoting and cancelling orders."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lms.commerce import actions
from lms.commerce.domain.refusals import BadOrder, CommerceError, NotAllowed, WrongState
from lms.commerce.models import Order, Price
from lms.organisations.domain.refusals import BadCreditCode
from tests import people
from tests.lms.commerce.conftest import AT, SEAT_MINOR, Shop


def test_an_order_keeps_the_price_of_its_moment(shop: Shop) -> None:
    order = shop.order(30)
    Price.objects.update(unit_minor=1)
    line = order.lines.get()
    assert (order.total_minor, line.unit_minor, order.price_document) == (
        30 * SEAT_MINOR,
        SEAT_MINOR,
        "演示价〔2026〕1号",
    )
    assert order.state == Order.State.PLACED


def test_the_nearest_region_with_a_list_sets_the_price(shop: Shop) -> None:
    actions.publish_prices(
        region_code=shop.company.region_id, document="区价1号", valid_from=date(2026, 1, 1),
        offers=[actions.Offered("seats", "通用席位", 9_900)], at=AT, by=None,
    )  # fmt: skip
    assert shop.order(1).total_minor == 9_900


def test_where_nothing_is_sold_nothing_is_ordered(shop: Shop) -> None:
    elsewhere = people.organisation("enterprise", region="360100")
    with pytest.raises(BadOrder, match="no_price"):
        actions.place_order(
            company_id=elsewhere.pk, quantities={shop.product.pk: 1}, invoice=shop.invoice(), at=AT,
            by=people.employer(elsewhere),
        )  # fmt: skip


def test_a_price_above_the_document_is_never_published(shop: Shop) -> None:
    with pytest.raises(BadOrder, match="above_ceiling"):
        actions.publish_prices(
            region_code="500000", document="x", valid_from=date(2026, 2, 1),
            offers=[actions.Offered("seats", "贵", 2, ceiling_minor=1)], at=AT, by=shop.finance,
        )  # fmt: skip


def test_another_companys_manager_orders_nothing_here(shop: Shop) -> None:
    for stranger in (people.employer(), people.outsider(), shop.staff(), shop.finance):
        with pytest.raises(NotAllowed):
            actions.place_order(
                company_id=shop.company.pk, quantities={shop.product.pk: 1}, invoice=shop.invoice(), at=AT, by=stranger
            )
    assert not Order.objects.exists()


def test_an_invoice_needs_a_true_credit_code(shop: Shop) -> None:
    with pytest.raises(BadCreditCode):
        actions.place_order(
            company_id=shop.company.pk, quantities={shop.product.pk: 1},
            invoice=replace(shop.invoice(), credit_code="91500000MA000000X0"), at=AT, by=shop.manager,
        )  # fmt: skip
    assert not Order.objects.exists()


@pytest.mark.parametrize("quantities", [{}, {0: 3}])
def test_nothing_and_the_unknown_are_refused(shop: Shop, quantities: dict[int, int]) -> None:
    with pytest.raises(CommerceError):
        actions.place_order(
            company_id=shop.company.pk, quantities=quantities, invoice=shop.invoice(), at=AT, by=shop.manager
        )


def test_a_quotation_stands_for_thirty_days(shop: Shop) -> None:
    quoted = actions.place_order(
        company_id=shop.company.pk, quantities={shop.product.pk: 3}, invoice=shop.invoice(), quotation=True, at=AT,
        by=shop.manager,
    )  # fmt: skip
    with pytest.raises(WrongState, match="quotation_over"):
        actions.accept_quotation(order_id=quoted.pk, at=AT + timedelta(days=31), by=shop.manager)
    assert actions.accept_quotation(order_id=quoted.pk, at=AT + timedelta(days=30), by=shop.manager).state == "placed"


def test_a_paid_order_is_not_cancelled(shop: Shop) -> None:
    line = shop.paid()
    with pytest.raises(WrongState):
        actions.cancel_order(order_id=line.order_id, at=AT, by=shop.manager)
