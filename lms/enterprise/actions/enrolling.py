"""Giving seats to many and enrolling them: never more seats than there are, whoever else gives them out meanwhile."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lms.commerce.actions import assign_seat, open_through_seat
from lms.commerce.domain.refusals import BadSeat, CommerceError
from lms.commerce.queries.seating import lines_with_seats, seated_among
from lms.enrolment.actions import EnrolmentRefused
from lms.enterprise.models import DeskJob, RosterLine

if TYPE_CHECKING:
    from lms.accounts.models import User

# What commerce says, in the words of a job.
_WHY = {
    "no_seat_left": "no_seat_left",
    "no_seat": "no_seat_left",
    "has_a_seat": "has_seat",
    "not_staff": "not_on_desk",
    "disputed": "no_seat_left",
}


def enrol_some(job: DeskJob, lines: Sequence[RosterLine], at: datetime) -> Counter[str]:
    """Seat and enrol some people of a job; return how many, "" = enrolled, and why not others."""
    product_id, editions = int(job.params["product"]), [int(one) for one in job.params["editions"]]
    seated = seated_among(job.organisation_id, product_id, [line.person_id for line in lines])
    counted: Counter[str] = Counter()
    for line in lines:
        if line.person_id in seated and not editions:
            counted["has_seat"] += 1
            continue
        try:
            with transaction.atomic():
                if line.person_id not in seated:
                    _seat(job, product_id, line.person, at)
                if editions:
                    open_through_seat(
                        company_id=job.organisation_id,
                        product_id=product_id,
                        learner_id=line.person_id,
                        edition_ids=editions,
                        at=at,
                    )
        except CommerceError as refusal:
            counted[_WHY.get(refusal.code, "not_allowed")] += 1
        except EnrolmentRefused:
            counted["course_closed"] += 1
        else:
            counted[""] += 1
    return counted


def _seat(job: DeskJob, product_id: int, learner: "User", at: datetime) -> None:
    """Give a seat of the first line that has one. Raises CommerceError."""
    for line_id in lines_with_seats(job.organisation_id, product_id):
        try:
            assign_seat(line_id=line_id, learner=learner, at=at, by=job.by)
        except BadSeat as refusal:
            if refusal.code != "no_seat_left":
                raise
        else:
            return
    raise BadSeat("no_seat_left")
