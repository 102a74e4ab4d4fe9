"""The demo's prices, and what its first company has bought: seats in use, an order that waits, a refund to decide."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from lms.accounts.queries import find_by_sign_in_name
from lms.commerce import actions
from lms.commerce.queries.orders import lines_of
from lms.commerce.queries.prices import offers_for
from lms.commerce.queries.transfers import waiting_transfers
from lms.organisations.queries import managed_by, staff_of

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.commerce.models import Order

DOCUMENT = "演示价格〔2026〕1号（虚构）"
SEAT_MINOR, CEILING_MINOR, COURSE_MINOR, PLAN_MINOR = 12_800, 15_000, 2_400, 19_800
SEATS_BOUGHT, SEATS_GIVEN, SEATS_WANTED, SEATS_BACK = 12, 4, 30, 3
SEATS_OF_ANOTHER = 60
INVOICE = "26990000000000000001"  # of no tax system
PLAN_COURSES = 6
ORDERED_DAYS = 20  # how long ago the demo's company bought its seats


def sell(editions: Mapping[str, int], at: datetime, say: Callable[[str], None]) -> None:
    """Publish the national price list and tell the story of the company's orders. Found again, it does nothing."""
    manager, finance = find_by_sign_in_name("qiye"), find_by_sign_in_name("caiwu")
    if manager is None or finance is None:
        return
    (company, *_) = managed_by(manager, on=timezone.localdate(at))
    if offers_for(company.id, on=timezone.localdate(at)):
        return
    _publish(editions, at)
    then = at - timedelta(days=ORDERED_DAYS)
    paid = _order(manager, company.id, SEATS_BOUGHT, then)
    _transfer(paid, company.name, finance, then + timedelta(days=1))
    (line,) = lines_of(paid.pk)
    staff = [person.user_id for person in staff_of(company.id, on=timezone.localdate(at)) if "staff" in person.roles]
    actions.assign_seats(line_id=line, learner_ids=staff[:SEATS_GIVEN], at=at, by=manager)
    actions.ask_refund(line_id=line, quantity=SEATS_BACK, reason="项目缓建，用不完（演示）", at=at, by=manager)
    actions.note_invoice(order_id=paid.pk, number=INVOICE, at=at, by=finance)
    _large_refund(manager, finance, company.id, company.name, at)
    waiting = _order(manager, company.id, SEATS_WANTED, at)
    actions.import_statement(data=_statement(waiting, company.name, timezone.localdate(at)), at=at, by=finance)
    say("价格、席位与订单")


def _large_refund(manager: "User", finance: "User", company_id: int, name: str, at: datetime) -> None:
    """A refund above the limit: another person decides about it."""
    then = at - timedelta(days=ORDERED_DAYS + 5)
    order = _order(manager, company_id, SEATS_OF_ANOTHER, then)
    _transfer(order, name, finance, then + timedelta(days=1))
    (line,) = lines_of(order.pk)
    reason = "另一个项目取消（演示）"
    actions.ask_refund(line_id=line, quantity=SEATS_OF_ANOTHER - 10, reason=reason, at=at, by=manager)


def _publish(editions: Mapping[str, int], at: datetime) -> None:
    plan = tuple(editions.values())[:PLAN_COURSES]
    offers = [actions.Offered("seats", "继续教育通用席位", SEAT_MINOR, CEILING_MINOR)]
    if plan:
        offers.append(actions.Offered("course", "高支模的搭设与验收（单门）", COURSE_MINOR, None, plan[:1]))
        offers.append(actions.Offered("plan", "2026 继续教育·土建施工员", PLAN_MINOR, None, plan))
    actions.publish_prices(
        region_code="100000", document=DOCUMENT, valid_from=date(2026, 1, 1), offers=offers, at=at, by=None
    )


def _order(manager: "User", company_id: int, quantity: int, at: datetime) -> "Order":
    (company,) = (place for place in managed_by(manager, on=timezone.localdate(at)) if place.id == company_id)
    offers = offers_for(company_id, on=timezone.localdate(at))
    seats = next(offer.product_id for offer in offers if offer.kind == "seats")
    return actions.place_order(
        company_id=company_id,
        quantities={seats: quantity},
        invoice=actions.Invoice("special", company.name, company.credit_code, "caiwu@demo.example"),
        at=at,
        by=manager,
    )


def _transfer(order: "Order", payer: str, finance: "User", at: datetime) -> None:
    actions.import_statement(data=_statement(order, payer, timezone.localdate(at)), at=at, by=finance)
    transfer = next(match.transfer for match in waiting_transfers() if match.sure and order in match.orders)
    actions.confirm_transfer(transfer_id=transfer.pk, order_id=order.pk, at=at, by=finance)


def _statement(order: "Order", payer: str, day: date) -> bytes:
    amount = f"{order.total_minor / 100:.2f}"
    return f"交易日期,贷方发生额（元）,对方户名,附言\n{day},{amount},{payer},继续教育 {order.reference}\n".encode()
