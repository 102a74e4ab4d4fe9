"""One member of staff as the desk shows them: hours by category, certificates, seats, courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from content.queries import edition_outlines
from lms.certificates.queries import CertificateView, certificates_of
from lms.commerce.queries.seating import SeatFacts, seats_of_person
from lms.credit.domain.decision import Decision
from lms.credit.queries import LicenceDecision, decisions_of
from lms.credit.queries.my_hours import Ring, rings_of
from lms.enrolment.queries import active_enrolments
from lms.enterprise.models import Reminder, RosterLine
from lms.enterprise.queries.desk import Desk, line_of


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """One certificate with its running cycle. decision None: no rules say anything about it."""

    held: LicenceDecision
    decision: Decision | None
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """One course in which a person is enrolled."""

    title: str
    is_finished: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A member of staff. reminded: the last reminder of this company."""

    line: RosterLine
    held: tuple[HeldFacts, ...]
    certificates: tuple[CertificateView, ...]
    seats: tuple[SeatFacts, ...]
    courses: tuple[CourseFacts, ...]
    reminded: Reminder | None


def member_of(desk: Desk, person_uuid: UUID, *, on: date) -> MemberPage | None:
    """Return one person of a desk; None for somebody who is not on it. A fixed number of queries."""
    line = line_of(desk, person_uuid)
    if line is None:
        return None
    return MemberPage(
        line=line,
        held=tuple(_held(one) for one in decisions_of(line.person_id, on)),
        certificates=certificates_of(line.person_id),
        seats=seats_of_person(desk.organisation.id, line.person_id),
        courses=_courses(line.person_id),
        reminded=Reminder.objects.filter(organisation_id=desk.organisation.id, person_id=line.person_id).first(),
    )


def _held(one: LicenceDecision) -> HeldFacts:
    return HeldFacts(one, one.current, rings_of(one.current, one) if one.current is not None else ())


def _courses(person_id: int) -> tuple[CourseFacts, ...]:
    enrolled: Sequence[tuple[int, str]] = [(one.edition_id, one.state.value) for one in active_enrolments(person_id)]
    outlines = edition_outlines(edition_id for edition_id, _state in enrolled)
    return tuple(
        CourseFacts(outlines[edition_id].course_title, state == "completed")
        for edition_id, state in enrolled
        if edition_id in outlines
    )
