"""Seats are never oversold, and their history stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier

import pytest
from django.db import connection

from analytics.learning_log.actions import append
from content.queries import edition_outlines
from lms.accounts.models import User
from lms.commerce import actions
from lms.commerce.domain.refusals import BadSeat, CommerceError, NotAllowed, WrongState
from lms.commerce.models import Assignment, Payment, Product, Seat
from lms.enrolment.models import Enrolment
from player.domain.spans import Span
from player.models import Coverage
from tests import people
from tests.lms.commerce.conftest import AT, Shop, open_shop


def states(line_id: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Seat.objects.filter(line=line_id).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_a_seat_is_given_taken_back_and_given_again(shop: Shop) -> None:
    line, first, second = shop.paid(1), shop.staff(), shop.staff()
    given = actions.assign_seat(line_id=line.pk, learner=first, at=AT, by=shop.manager)
    with pytest.raises(BadSeat, match="no_seat_left"):
        actions.assign_seat(line_id=line.pk, learner=second, at=AT, by=shop.manager)
    actions.release_seat(assignment_id=given.pk, at=AT, by=shop.manager)
    actions.assign_seat(line_id=line.pk, learner=second, at=AT, by=shop.manager)
    assert Assignment.objects.filter(line=line).count() == 2
    assert states(line.pk) == {"taken": 1}


def test_one_person_has_one_seat_of_a_pool(shop: Shop) -> None:
    line, member = shop.paid(3), shop.staff()
    actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
    with pytest.raises(BadSeat, match="has_a_seat"):
        actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
    assert states(line.pk) == {"taken": 1, "free": 2}


def test_only_ones_own_staff_sits_on_ones_own_seats(shop: Shop) -> None:
    line = shop.paid(3)
    with pytest.raises(BadSeat, match="not_staff"):
        actions.assign_seat(line_id=line.pk, learner=people.learner(), at=AT, by=shop.manager)
    for stranger in (people.employer(), shop.finance, people.outsider()):
        with pytest.raises(NotAllowed):
            actions.assign_seat(line_id=line.pk, learner=shop.staff(), at=AT, by=stranger)


def test_what_is_not_paid_has_no_seats(shop: Shop) -> None:
    line = shop.order(2).lines.get()
    with pytest.raises(WrongState, match="not_paid"):
        actions.assign_seat(line_id=line.pk, learner=shop.staff(), at=AT, by=shop.manager)


def test_a_used_seat_stays_where_it_is(shop: Shop) -> None:
    line, member = shop.paid(1), shop.staff()
    given = actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
    assert actions.mark_used(learner_id=member.pk, edition_id=1) == 1
    assert actions.mark_used(learner_id=member.pk, edition_id=1) == 0
    with pytest.raises(BadSeat, match="seat_used"):
        actions.release_seat(assignment_id=given.pk, at=AT, by=shop.manager)


def test_a_seat_of_a_course_enrols_in_it(shop: Shop, edition_id: int) -> None:
    actions.publish_prices(
        region_code="500000", document="2号", valid_from=AT.date(), at=AT, by=None,
        offers=[actions.Offered("course", "高支模", 6_400, editions=(edition_id,))],
    )  # fmt: skip
    course = Product.objects.get(name="高支模")
    order = actions.place_order(
        company_id=shop.company.pk, quantities={course.pk: 1}, invoice=shop.invoice(), at=AT, by=shop.manager
    )
    payment = Payment.objects.create(order=order, method="transfer", started_at=AT)
    actions.settle_payment(payment_uuid=payment.uuid, intent_id="", amount_minor=6_400, currency="cny", at=AT)
    member = shop.staff()
    actions.assign_seat(line_id=order.lines.get().pk, learner=member, at=AT, by=shop.manager)
    assert Enrolment.objects.filter(learner=member, edition_id=edition_id).exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_for_the_last_ten() -> None:
    shop = open_shop()
    line = shop.paid(10)
    many = [shop.staff() for _ in range(50)]
    together = Barrier(10)

    def ask(member: User) -> str:
        try:
            together.wait(timeout=30)
            actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
            return "given"
        except CommerceError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, many))
    assert {answer: answers.count(answer) for answer in answers} == {"given": 10, "no_seat_left": 40}
    assert Assignment.objects.filter(line=line, released_at=None).values("seat").distinct().count() == 10


def test_opening_a_lesson_of_its_course_uses_the_seat(
    shop: Shop, edition_id: int, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    member = shop.staff()
    line = shop.paid(1)
    actions.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager)
    lesson = edition_outlines([edition_id])[edition_id].lessons[0]
    with django_capture_on_commit_callbacks(execute=True):
        append(
            kind="player.session_opened",
            actor_id=member.pk,
            learner_id=member.pk,
            happened_at=AT,
            subject=str(lesson.uuid),
            payload={"session_uuid": "s", "subject_uuid": str(lesson.uuid), "video_uuid": "v", "token": 1},
        )
    assert states(line.pk) == {"used": 1}


def test_who_has_watched_keeps_the_seat_even_before_it_is_marked(shop: Shop, edition_id: int) -> None:
    actions.publish_prices(
        region_code="500000", document="3号", valid_from=AT.date(), at=AT, by=None,
        offers=[actions.Offered("course", "一门课", 100, editions=(edition_id,))],
    )  # fmt: skip
    product = Product.objects.get(name="一门课")
    order = actions.place_order(
        company_id=shop.company.pk, quantities={product.pk: 1}, invoice=shop.invoice(), at=AT, by=shop.manager
    )
    payment = Payment.objects.create(order=order, method="transfer", started_at=AT)
    actions.settle_payment(payment_uuid=payment.uuid, intent_id="", amount_minor=100, currency="cny", at=AT)
    member = shop.staff()
    given = actions.assign_seat(line_id=order.lines.get().pk, learner=member, at=AT, by=shop.manager)
    lesson = edition_outlines([edition_id])[edition_id].lessons[0]
    Coverage.objects.create(
        learner=member, subject_uuid=lesson.uuid, duration_ms=64_000, spans=(Span(0, 1_000),), counted_ms=1_000
    )
    with pytest.raises(BadSeat, match="seat_used"):
        actions.release_seat(assignment_id=given.pk, at=AT, by=shop.manager)
