"""What is done for many, as those see it who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from lms.enterprise.domain.jobs import REST
from lms.enterprise.models import DeskJob, Reminder, RosterLine
from lms.enterprise.queries.desk import Desk

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class RemindPreview:
    """What a reminder to some people would do: reminded; complete, who misses nothing; lately, who was reminded within REST."""

    reminded: int
    complete: int
    lately: int


def jobs_on(desk: Desk, user: "User") -> QuerySet[DeskJob]:
    """Return the jobs of a company, the newest first, without their people; who manages sites sees their own alone."""
    rows = DeskJob.objects.filter(organisation_id=desk.organisation.id).select_related("by").order_by("-id")
    return (rows if desk.is_whole else rows.filter(by=user)).defer("people")


def job_on(desk: Desk, user: "User", job_uuid: UUID) -> DeskJob | None:
    """Return one of these jobs; None for any other. One query."""
    rows = DeskJob.objects.filter(organisation_id=desk.organisation.id, uuid=job_uuid).select_related("by")
    return (rows if desk.is_whole else rows.filter(by=user)).first()


def reminders_on(desk: Desk) -> QuerySet[Reminder]:
    """Return the reminders that a company has sent to those who are on this desk now, the newest first."""
    people = RosterLine.objects.filter(desk.scope).values("person_id")
    rows = Reminder.objects.filter(organisation_id=desk.organisation.id, person_id__in=people)
    return rows.select_related("person", "by").order_by("-id")


def remind_preview(desk: Desk, people: Sequence[int], *, at: datetime) -> RemindPreview:
    """Return what a reminder to these people of a desk would do now, as the deed itself finds it. Three queries."""
    lines = RosterLine.objects.filter(desk.scope, person_id__in=people)
    short = lines.filter(Q(missing__gt=0) | Q(overdue=True))
    recent = Reminder.objects.filter(person_id=OuterRef("person_id"), sent_at__gt=at - REST)
    everybody, wanting, lately = lines.count(), short.count(), short.filter(Exists(recent)).count()
    return RemindPreview(reminded=wanting - lately, complete=everybody - wanting, lately=lately)
