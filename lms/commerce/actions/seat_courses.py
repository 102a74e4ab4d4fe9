"""What a seat opens to its learner, and what closes with it: no course goes that they had without it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from lms.commerce.domain.refusals import BadSeat
from lms.commerce.models import Assignment, SeatCourse
from lms.enrolment.actions import enrol, withdraw
from lms.enrolment.queries import active_enrolments


@transaction.atomic
def open_courses(assignment: Assignment, edition_ids: Iterable[int], *, at: datetime) -> None:
    """Enrol the learner of a seat in these courses, and note which of them the seat opened. Raises EnrolmentRefused."""
    _one_at_a_time(assignment.learner_id)
    studied = {facts.edition_id for facts in active_enrolments(assignment.learner_id)}
    noted = set(assignment.courses.values_list("edition_id", flat=True))
    for edition_id in edition_ids:
        enrol(learner=assignment.learner, edition_id=edition_id, at=at, by=None)
        if edition_id not in noted:
            SeatCourse.objects.create(assignment=assignment, edition_id=edition_id, opened=edition_id not in studied)


@transaction.atomic
def open_through_seat(
    *, company_id: int, product_id: int, learner_id: int, edition_ids: Iterable[int], at: datetime
) -> None:
    """Enrol a person in courses through the seat of a product on which a company has put them.

    Raises BadSeat (no_seat), EnrolmentRefused.
    """
    assignment = (
        Assignment.objects.select_related("learner")
        .filter(
            line__order__company_id=company_id,
            line__product_id=product_id,
            learner_id=learner_id,
            released_at__isnull=True,
        )
        .first()
    )
    if assignment is None:  # taken back meanwhile
        raise BadSeat("no_seat")
    open_courses(assignment, edition_ids, at=at)


def close_courses(assignment: Assignment, *, at: datetime) -> int:
    """Withdraw the learner from what a seat opened, once it is taken back, and return from how many courses.

    A course that they take through another seat as well stays open, by that one from now on.
    """
    _one_at_a_time(assignment.learner_id)
    studied = {facts.edition_id for facts in active_enrolments(assignment.learner_id)}
    closed = 0
    for edition_id in assignment.courses.filter(opened=True).values_list("edition_id", flat=True):
        heir = SeatCourse.objects.filter(
            edition_id=edition_id,
            assignment__learner_id=assignment.learner_id,
            assignment__released_at__isnull=True,
        ).exclude(assignment=assignment)
        if first := heir.order_by("pk").first():
            SeatCourse.objects.filter(pk=first.pk).update(opened=True)
        elif edition_id in studied:
            withdraw(learner_id=assignment.learner_id, edition_id=edition_id, at=at, by=None)
            closed += 1
    return closed


def _one_at_a_time(learner_id: int) -> None:
    """Wait for who changes this person's seats: a seat given while another goes back would keep a course that is closed."""
    get_user_model().objects.select_for_update(no_key=True).only("pk").get(pk=learner_id)
