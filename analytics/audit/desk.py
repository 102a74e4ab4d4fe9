"""The desk's looks: a learner's day, an hour opened, the leads. Each is filed in the transaction in which it was read."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from analytics.audit.actions import PATIENCE_MS
from analytics.audit.entry import must_be_allowed
from analytics.audit.leads import Lead, leads
from analytics.audit.learner_days import LearnerDay, learner_day
from analytics.audit.log_kinds import CASE_VIEWED, DAY_VIEWED, HOUR_OPENED, LEADS_VIEWED, PAGE_VIEWED
from analytics.audit.opened_hours import OpenedHour, open_hour, proved_count
from analytics.audit.sight import sight_of
from analytics.learning_log import actions as log
from analytics.learning_log import queries as log_queries


@transaction.atomic(durable=True)
def view_day(*, by: AbstractUser, learner_id: int, day: date, at: datetime) -> LearnerDay:
    """Show one learner's day, and record who looked. Raises PermissionDenied, TookTooLong."""
    must_be_allowed(by)
    with log_queries.within(PATIENCE_MS):
        shown = learner_day(learner_id, day, sight_of(by.pk, at))
    log.append(
        kind=DAY_VIEWED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=learner_id,
        payload={"day": day.isoformat(), "shown": len(shown.rows)},
    )
    return shown


@transaction.atomic(durable=True)
def open_credited_hour(*, by: AbstractUser, record_id: int, at: datetime) -> OpenedHour:
    """Open the chain behind an award, and record who did. Raises PermissionDenied, NotAnHour, TookTooLong."""
    must_be_allowed(by)
    with log_queries.within(PATIENCE_MS):
        opened = open_hour(record_id, sight_of(by.pk, at))
    log.append(
        kind=HOUR_OPENED,
        actor_id=by.pk,
        happened_at=at,
        learner_id=opened.award.learner_id,
        payload={"record_id": record_id, "shown": proved_count(opened.steps)[1]},
    )
    return opened


@transaction.atomic(durable=True)
def view_leads(*, by: AbstractUser, at: datetime) -> tuple[Lead, ...]:
    """Show the leads, and record who looked. Raises PermissionDenied, TookTooLong."""
    must_be_allowed(by)
    with log_queries.within(PATIENCE_MS):
        found = leads(at, sight_of(by.pk, at))
    log.append(kind=LEADS_VIEWED, actor_id=by.pk, happened_at=at, payload={"shown": len(found)})
    return found


@transaction.atomic(durable=True)
def view_page(*, by: AbstractUser, page: str, at: datetime) -> None:
    """Record who looked at a page of the auditors' own papers: cases or draws. Raises PermissionDenied."""
    must_be_allowed(by)
    log.append(kind=PAGE_VIEWED, actor_id=by.pk, happened_at=at, payload={"page": page})


@transaction.atomic(durable=True)
def view_case(*, by: AbstractUser, case_uuid: UUID, learner_id: int | None, at: datetime) -> None:
    """Record who opened a case. learner_id: whom it is about. Raises PermissionDenied."""
    must_be_allowed(by)
    log.append(
        kind=CASE_VIEWED, actor_id=by.pk, happened_at=at, subject=str(case_uuid), learner_id=learner_id, payload={}
    )
