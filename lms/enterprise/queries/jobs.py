"""What is done for many, as those see it who may."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from lms.enterprise.models import DeskJob
from lms.enterprise.queries.desk import Desk

if TYPE_CHECKING:
    from lms.accounts.models import User


def jobs_on(desk: Desk, user: "User") -> QuerySet[DeskJob]:
    """Return the jobs of a company, the newest first, without their people; who manages sites sees their own alone."""
    rows = DeskJob.objects.filter(organisation_id=desk.organisation.id).select_related("by").order_by("-id")
    return (rows if desk.is_whole else rows.filter(by=user)).defer("people")


def job_on(desk: Desk, user: "User", job_uuid: UUID) -> DeskJob | None:
    """Return one of these jobs; None for any other. One query."""
    rows = DeskJob.objects.filter(organisation_id=desk.organisation.id, uuid=job_uuid).select_related("by")
    return (rows if desk.is_whole else rows.filter(by=user)).first()
