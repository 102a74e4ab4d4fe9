"""A seat that goes back takes along what it opened, and nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.domain.refusals import BadSeat
from lms.commerce.models import Assignment, OrderLine, Payment, Product, SeatCourse
from lms.enrolment.actions import enrol
from lms.enrolment.queries import may_study
from lms.notices.models import Notice
from tests.content.shelf import fill_shelf, published_edition
from tests.lms.commerce.conftest import AT, Shop, open_shop

PRICE_MINOR = 6_400


def course_line(shop: Shop, edition_id: int, name: str = "高支模", quantity: int = 2) -> OrderLine:
    """Paid seats of a product that is one course."""
    actions.publish_prices(
        region_code="500000", document=name, valid_from=AT.date(), at=AT, by=None,
        offers=[actions.Offered("course", name, PRICE_MINOR, editions=(edition_id,))],
    )  # fmt: skip
    product = Product.objects.get(name=name)
    order = actions.place_order(
        company_id=shop.company.pk, quantities={product.pk: quantity}, invoice=shop.invoice(), at=AT, by=shop.manager
    )
    payment = Payment.objects.create(order=order, method="transfer", started_at=AT)
    actions.settle_payment(
        payment_uuid=payment.uuid, intent_id="", amount_minor=PRICE_MINOR * quantity, currency="cny", at=AT
    )
    return order.lines.get()


def give(shop: Shop, line: OrderLine, member: User) -> Assignment:
    return actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)


def take_back(shop: Shop, given: Assignment) -> None:
    actions.release_seat(assignment_id=given.pk, at=AT, by=shop.manager)


def test_a_course_that_a_seat_opened_closes_with_it_and_the_learner_is_told(shop: Shop, edition_id: int) -> None:
    member = shop.staff()
    given = give(shop, course_line(shop, edition_id), member)
    assert may_study(member.pk, edition_id, AT)
    take_back(shop, given)
    assert not may_study(member.pk, edition_id, AT)
    kinds = Notice.objects.filter(person=member).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["commerce.seat_given", "commerce.seat_taken_back"]


def test_a_course_of_ones_own_stays_when_the_seat_goes(shop: Shop, edition_id: int) -> None:
    member = shop.staff()
    enrol(learner=member, edition_id=edition_id, at=AT, by=member)
    take_back(shop, give(shop, course_line(shop, edition_id), member))
    assert may_study(member.pk, edition_id, AT)


def test_a_course_of_two_seats_closes_with_the_last_of_them(shop: Shop, edition_id: int) -> None:
    member = shop.staff()
    first = give(shop, course_line(shop, edition_id), member)
    second = give(shop, course_line(shop, edition_id, "高支模（二）"), member)
    take_back(shop, first)
    assert may_study(member.pk, edition_id, AT)
    take_back(shop, second)
    assert not may_study(member.pk, edition_id, AT)


def test_what_is_opened_through_a_general_seat_goes_with_it_too(shop: Shop, edition_id: int) -> None:
    line, member = shop.paid(2), shop.staff()
    given = give(shop, line, member)
    for _ in range(2):  # a job that is done again after a crash
        actions.open_through_seat(
            company_id=shop.company.pk,
            product_id=shop.product.pk,
            learner_id=member.pk,
            edition_ids=[edition_id],
            at=AT,
        )
    assert SeatCourse.objects.filter(assignment=given).values_list("edition_id", "opened").get() == (edition_id, True)
    take_back(shop, given)
    assert not may_study(member.pk, edition_id, AT)
    with pytest.raises(BadSeat, match="no_seat"):
        actions.open_through_seat(
            company_id=shop.company.pk,
            product_id=shop.product.pk,
            learner_id=member.pk,
            edition_ids=[edition_id],
            at=AT,
        )


def test_who_left_the_course_by_himself_is_not_withdrawn_twice(shop: Shop, edition_id: int) -> None:
    from lms.enrolment.actions import withdraw

    member = shop.staff()
    given = give(shop, course_line(shop, edition_id), member)
    withdraw(learner_id=member.pk, edition_id=edition_id, at=AT, by=member)
    take_back(shop, given)
    assert not may_study(member.pk, edition_id, AT)


@pytest.mark.django_db(transaction=True)
def test_a_seat_that_is_given_while_another_goes_back_keeps_its_course_open() -> None:
    shop, edition_id = open_shop(), published_edition(fill_shelf().courses["site_civil-04"]).pk
    first_line, second_line = course_line(shop, edition_id, quantity=8), course_line(shop, edition_id, "二", quantity=8)
    for _ in range(8):
        member = shop.staff()
        given, together = give(shop, first_line, member), threading.Barrier(2)

        def release(given: Assignment = given, together: threading.Barrier = together) -> None:
            together.wait(timeout=30)
            take_back(shop, given)
            connection.close()

        def assign(member: User = member, together: threading.Barrier = together) -> None:
            together.wait(timeout=30)
            give(shop, second_line, member)
            connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(release), pool.submit(assign)]:
                done.result()
        assert may_study(member.pk, edition_id, AT)
