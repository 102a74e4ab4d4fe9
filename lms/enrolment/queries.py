"""Who studies what."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from lms.enrolment.domain.lifecycle import State, permits_study
from lms.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """One enrolment as others may read it."""

    uuid: UUID
    learner_id: int
    edition_id: int
    state: State
    enrolled_at: datetime


def may_study(learner_id: int, edition_id: int, at: datetime) -> bool:
    """Is there an enrolment that is not withdrawn, and is its access open at this moment?"""
    return (
        Enrolment.objects.filter(learner_id=learner_id, edition_id=edition_id, access_from__lte=at)
        .filter(Q(access_until__isnull=True) | Q(access_until__gt=at))
        .exclude(state=Enrolment.States.WITHDRAWN)
        .exists()
    )


def active_enrolments(learner_id: int) -> tuple[EnrolmentFacts, ...]:
    """Return the enrolments that permit study, newest first."""
    rows = Enrolment.objects.filter(learner_id=learner_id).order_by("-enrolled_at", "-id")
    facts = (
        EnrolmentFacts(row.uuid, row.learner_id, row.edition_id, State(row.state), row.enrolled_at) for row in rows
    )
    return tuple(fact for fact in facts if permits_study(fact.state))
