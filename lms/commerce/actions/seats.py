"""Seats: made when the money came, given to staff, taken back, sent back."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from content.queries import edition_outlines
from lms.commerce.actions.books import demand_manager
from lms.commerce.actions.seat_courses import close_courses, open_courses
from lms.commerce.domain.refusals import BadSeat, WrongState
from lms.commerce.models import Assignment, Order, OrderLine, ProductEdition, Seat, SeatCourse
from lms.commerce.notice_kinds import SEAT_GIVEN, SEAT_TAKEN_BACK
from lms.notices.actions import send
from lms.organisations.queries import staff_ids
from player.watching.queries import coverage_of

if TYPE_CHECKING:
    from lms.accounts.models import User


def make_seats(order: Order) -> int:
    """Make the seats of every line of a paid order, and return how many are new. Twice is once: numbers are unique."""
    made = 0
    for line in order.lines.all():
        have = line.seats.count()
        seats = [Seat(line=line, number=number) for number in range(have + 1, line.quantity + 1)]
        Seat.objects.bulk_create(seats, ignore_conflicts=True, batch_size=2000)
        made += len(seats)
    return made


@transaction.atomic
def assign_seat(*, line_id: int, learner: "User", at: datetime, by: "User") -> Assignment:
    """Give a free seat of a line to a member of the company's staff, and enrol them in what it is for.

    Fifty at once for the last ten: ten get one. Raises NotAllowed, WrongState (not paid, disputed), BadSeat.
    """
    line = OrderLine.objects.select_related("order__company").get(pk=line_id)
    company = line.order.company
    demand_manager(by, company.pk, at=at)
    if line.order.state != Order.State.PAID or line.order.disputed:
        raise WrongState("disputed" if line.order.disputed else "not_paid")
    if learner.pk not in staff_ids(company.pk, among=[learner.pk], on=timezone.localdate(at)):
        raise BadSeat("not_staff")
    seat = (
        Seat.objects.select_for_update(skip_locked=True)
        .filter(line=line, state=Seat.State.FREE)
        .order_by("number")
        .first()
    )
    if seat is None:
        raise BadSeat("no_seat_left")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                seat=seat, line=line, learner=learner, assigned_at=at, assigned_by=by
            )
    except IntegrityError:
        raise BadSeat("has_a_seat") from None
    seat.state = Seat.State.TAKEN
    seat.save(update_fields=["state"])
    _log("commerce.seat_assigned", assignment, at=at, by=by)
    editions = ProductEdition.objects.filter(product=line.product_id).values_list("edition_id", flat=True)
    open_courses(assignment, editions, at=at)
    _tell(SEAT_GIVEN, assignment, at=at)
    return assignment


@transaction.atomic
def assign_seats(*, line_id: int, learner_ids: Iterable[int], at: datetime, by: "User") -> int:
    """Give seats to several at once, all or none, and return how many. Who has one already is passed over."""
    have = set(Assignment.objects.filter(line=line_id, released_at__isnull=True).values_list("learner_id", flat=True))
    learners = get_user_model().objects.filter(pk__in=set(learner_ids) - have).order_by("pk")
    for learner in learners:
        assign_seat(line_id=line_id, learner=learner, at=at, by=by)
    return len(learners)


@transaction.atomic
def release_seat(*, assignment_id: int, at: datetime, by: "User | None") -> None:
    """Take a seat back that has not been used, and close the courses that it opened; its history stays.

    Raises NotAllowed, BadSeat (seat_used), WrongState.
    """
    assignment = Assignment.objects.select_related("line__order__company", "learner").get(pk=assignment_id)
    if by is not None:
        demand_manager(by, assignment.line.order.company_id, at=at)
    seat = Seat.objects.select_for_update().get(pk=assignment.seat_id)
    if seat.state == Seat.State.USED or _has_begun(assignment):
        raise BadSeat("seat_used")
    ended = Assignment.objects.filter(pk=assignment_id, released_at__isnull=True).update(released_at=at, released_by=by)
    if not ended or seat.state != Seat.State.TAKEN:
        raise WrongState("released_already")
    seat.state = Seat.State.FREE
    seat.save(update_fields=["state"])
    _log("commerce.seat_released", assignment, at=at, by=by)
    close_courses(assignment, at=at)
    _tell(SEAT_TAKEN_BACK, assignment, at=at)


@transaction.atomic
def give_back_seats(*, company_id: int, learner_id: int, at: datetime, by: "User | None") -> int:
    """Take back what a person who leaves has not used of a company's seats, and return how many. Raises NotAllowed."""
    if by is not None:
        demand_manager(by, company_id, at=at)
    rows = Assignment.objects.filter(
        learner_id=learner_id,
        released_at__isnull=True,
        line__order__company_id=company_id,
        seat__state=Seat.State.TAKEN,
    )
    back = 0
    for assignment_id in rows.order_by("pk").values_list("pk", flat=True):
        try:
            release_seat(assignment_id=assignment_id, at=at, by=by)
        except (BadSeat, WrongState):
            continue  # begun: it stays used; or somebody has taken it back meanwhile
        back += 1
    return back


def _has_begun(assignment: Assignment) -> bool:
    """Say whether a second of the seat's courses has counted: the mark on the seat may still be on its way."""
    sold = ProductEdition.objects.filter(product=assignment.line.product_id).values_list("edition_id", flat=True)
    taken = SeatCourse.objects.filter(assignment=assignment).values_list("edition_id", flat=True)
    lessons = [lesson.uuid for outline in edition_outlines({*sold, *taken}).values() for lesson in outline.lessons]
    return any(facts.counted_ms for facts in coverage_of(assignment.learner_id, lessons).values())


@transaction.atomic
def mark_used(*, learner_id: int, edition_id: int) -> int:
    """A learner has begun a course: the seat through which they take it is used. Returns how many seats that changed.

    A general seat (a product without courses) is used by the first course whatever it is.
    """
    seats = Seat.objects.select_for_update(of=("self",)).filter(
        state=Seat.State.TAKEN,
        assignments__learner_id=learner_id,
        assignments__released_at__isnull=True,
    )
    changed = 0
    for seat in seats.select_related("line"):
        editions = set(ProductEdition.objects.filter(product=seat.line.product_id).values_list("edition_id", flat=True))
        if not editions or edition_id in editions:
            seat.state = Seat.State.USED
            seat.save(update_fields=["state"])
            changed += 1
    return changed


def _log(kind: str, assignment: Assignment, *, at: datetime, by: "User | None") -> None:
    order = assignment.line.order
    append(
        kind=kind,
        actor_id=by.pk if by else None,
        learner_id=assignment.learner_id,
        happened_at=at,
        subject=str(order.company.uuid),
        payload={
            "order_uuid": str(order.uuid),
            "product": assignment.line.name,
            "seat_number": assignment.seat.number,
        },
    )


def _tell(kind: str, assignment: Assignment, *, at: datetime) -> None:
    line = assignment.line
    send(
        person_id=assignment.learner_id,
        kind=kind,
        params={"company": line.order.company.name, "product": line.name},
        key=f"{kind}:{assignment.pk}",
        at=at,
    )
