"""Events and refunds in the background; the rows are the queue, a lost task is taken up by the sweep."""

import logging
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from content.queries import lesson_facts
from lms.commerce import actions
from lms.commerce.domain.refusals import BadPayment
from lms.commerce.models import Refund, StripeEvent
from lms.commerce.stripe_gateway import StripeGateway, payable_online

AT_ONCE = 500
logger = logging.getLogger(__name__)


def ring(row: int) -> None:
    """Ask a worker to handle an event now. Without a broker the sweep finds it later: the event is stored."""
    _ring(handle, row)


def ring_refund(refund: int) -> None:
    """Ask a worker to send a refund now; the sweep does so otherwise."""
    _ring(send, refund)


def ring_comparison() -> None:
    """Ask a worker to compare the books now; the night does so otherwise."""
    try:
        compare_books.delay()
    except OperationalError:
        logger.warning("no broker; the books are compared tonight")


def ring_pages(order_id: int) -> None:
    """Ask a worker to end the pages on which an order could still be paid."""
    _ring(close_pages, order_id)


def _ring(task: "Task[[int], None]", row: int) -> None:
    try:
        task.delay(row)
    except OperationalError:
        logger.warning("no broker; the sweep will do it")


@shared_task
def handle(row: int) -> None:
    actions.handle_event(event_row=row, at=timezone.now())


@shared_task
def send(refund: int) -> None:
    try:
        actions.send_refund(refund_id=refund, gateway=StripeGateway(), at=timezone.now())
    except BadPayment:
        logger.warning("the payment service did not take a refund; the sweep tries again")


@shared_task
def close_pages(order_id: int) -> None:
    try:
        actions.close_pages(order_id=order_id, gateway=StripeGateway())
    except BadPayment:
        logger.warning("the payment service did not end a page; the sweep tries again")


@shared_task
def use_seat(learner_id: int, lesson_uuid: str) -> None:
    """A learner has opened a lesson: the seat through which they take its course is used."""
    lesson = lesson_facts(UUID(lesson_uuid))
    if lesson is not None:
        actions.mark_used(learner_id=learner_id, edition_id=lesson.edition_id)


@shared_task
def compare_books() -> None:
    """Compare the books with the payment service's, if this installation has an account there."""
    if payable_online():
        actions.compare_and_keep(gateway=StripeGateway(), at=timezone.now())


@shared_task
def sweep() -> None:
    """Handle what is stored and not handled, oldest first; then send refunds and end pages that nobody did."""
    for row in StripeEvent.objects.filter(handled_at__isnull=True).values_list("pk", flat=True)[:AT_ONCE]:
        _alone(handle, row)
    for refund in Refund.objects.filter(state=Refund.State.SENT).values_list("pk", flat=True)[:AT_ONCE]:
        _alone(send, refund)
    for order in actions.open_pages(at=timezone.now()):
        _alone(close_pages, order)


def _alone(task: "Task[[int], None]", row: int) -> None:
    try:
        task(row)
    except Exception:  # one that breaks keeps no other waiting
        logger.exception("%s %d", task.name, row)
