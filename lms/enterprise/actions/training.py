"""What a company's manager does: plan a training, add who signed on paper, add papers, hand in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from secrets import token_bytes
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from analytics.domain.record import Payload
from analytics.learning_log.actions import append
from lms.credit.actions import settle_hours
from lms.credit.domain.terms import EvidenceState, LedgerCategory
from lms.enterprise.domain.on_site_code import SECRET_BYTES
from lms.enterprise.domain.training import State, Stay, TrainingRefused, seconds_present
from lms.enterprise.models import Attendance, Training
from lms.enterprise.queries.training import may_run
from lms.organisations.queries import StaffMember, staff_of
from lms.reviews.actions import keep_evidence
from lms.reviews.queries import evidence_of

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.reviews.models import Evidence

LONGEST = timedelta(hours=12)  # of one session; longer ones are several


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned. latitude, longitude: both or none; with them a phone must be within radius_metres."""

    title: str
    plan: str
    starts_at: datetime
    ends_at: datetime
    place: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    radius_metres: int = 300
    asks_for_photo: bool = False


@transaction.atomic
def plan_training(*, organisation_id: int, plan: Plan, at: datetime, by: "User") -> Training:
    """Plan a session for a company's own people. Raises TrainingRefused (not_your_company, bad_times, half_a_place)."""
    demand_manager(by, organisation_id, at)
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        raise TrainingRefused("bad_times")
    if (plan.latitude is None) != (plan.longitude is None):
        raise TrainingRefused("half_a_place")
    row = Training.objects.create(
        organisation_id=organisation_id,
        source=Training.Source.SESSION,
        title=plan.title.strip(),
        plan=plan.plan.strip(),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        place=plan.place.strip(),
        latitude=plan.latitude,
        longitude=plan.longitude,
        radius_metres=plan.radius_metres,
        asks_for_photo=plan.asks_for_photo,
        code_secret=token_bytes(SECRET_BYTES),
        planned_at=at,
        by=by,
    )
    note(row, "enterprise.training_planned", at, by, {"starts_at": plan.starts_at.isoformat()})
    return row


@transaction.atomic
def cancel_training(*, training_uuid: UUID, at: datetime, by: "User") -> Training:
    """Call a planned session off; who had signed in earns nothing by it. Raises TrainingRefused (not_your_company, not_now)."""
    row = own_training(training_uuid, by, at)
    if State(row.state) is not State.PLANNED:
        raise TrainingRefused("not_now")
    row.state = State.CANCELLED.value
    row.save(update_fields=["state"])
    note(row, "enterprise.training_cancelled", at, by, {})
    return row


@transaction.atomic
def add_paper(*, training_uuid: UUID, upload: "File[bytes]", at: datetime, by: "User") -> "Evidence":
    """Add a photo or the sign-in sheet. Raises TrainingRefused (not_your_company, not_now), BadFile of lms.reviews."""
    row = own_training(training_uuid, by, at)
    if not State(row.state).is_editable:
        raise TrainingRefused("not_now")
    return keep_evidence(kind="training", subject=row.uuid, upload=upload, at=at, by=by)


@transaction.atomic
def add_from_sheet(*, training_uuid: UUID, people: Iterable[UUID], at: datetime, by: "User") -> int:
    """Add persons who signed the paper sheet, for the whole session; the reviewer sees that they came by paper.

    Who has signed in by the code stays as they are. Return how many were added.
    Raises TrainingRefused (not_your_company, not_now, not_over, not_your_people).
    """
    row = own_training(training_uuid, by, at)
    if not State(row.state).is_editable or row.starts_at is None or row.ends_at is None:
        raise TrainingRefused("not_now")
    if at < row.ends_at:
        raise TrainingRefused("not_over")
    staff = {one.uuid: one for one in staff_of(row.organisation_id, on=timezone.localdate(at))}
    wanted = set(people)
    if not wanted <= staff.keys():
        raise TrainingRefused("not_your_people")
    present = set(row.attendances.values_list("learner_id", flat=True))
    day = timezone.localdate(row.starts_at)
    new = [staff[uuid].user_id for uuid in wanted if staff[uuid].user_id not in present]
    for learner_id in sorted(new):
        Attendance.objects.create(
            training=row,
            learner_id=learner_id,
            how=Attendance.How.SHEET,
            activity_day=day,
            title=row.title,
            seconds=int((row.ends_at - row.starts_at).total_seconds()),
        )
    note(row, "enterprise.people_added", at, by, {"people": len(new)})
    return len(new)


@transaction.atomic
def hand_in(*, training_uuid: UUID, at: datetime, by: "User") -> Training:
    """Hand a training in: its hours stand in each ledger as waiting until a reviewer decides.

    Of a session counts what lies between signing in and out. Who is no longer of the company is left out: only the
    present employer reports. Raises TrainingRefused (not_your_company, not_now, not_over, no_paper, nobody_there).
    """
    row = own_training(training_uuid, by, at)
    if not State(row.state).is_editable:
        raise TrainingRefused("not_now")
    if row.ends_at is not None and at < row.ends_at:
        raise TrainingRefused("not_over")
    if not evidence_of(row.uuid):
        raise TrainingRefused("no_paper")
    staff = {one.user_id: one for one in staff_of(row.organisation_id, on=timezone.localdate(at))}
    entered = 0
    for part in row.attendances.select_related("learner"):
        part.seconds = _seconds(part, row) if _was_employed(staff, part) else 0
        part.save(update_fields=["seconds"])
        if part.seconds:
            settle_part(part, EvidenceState.PENDING_REVIEW, reason=row.title, at=at, by=by)
            entered += 1
    if not entered:
        raise TrainingRefused("nobody_there")
    row.state, row.handed_in_at, row.decided_at, row.decided_by = State.SUBMITTED.value, at, None, None
    row.save(update_fields=["state", "handed_in_at", "decided_at", "decided_by"])
    papers = [file.fingerprint for file in evidence_of(row.uuid)]
    note(row, "enterprise.training_handed_in", at, by, {"people": entered, "evidence": papers})
    return row


def own_training(training_uuid: UUID, by: "User", at: datetime) -> Training:
    """Return a training of a company that this person manages, locked. Raises TrainingRefused (not_your_company)."""
    row = Training.objects.select_for_update().filter(uuid=training_uuid).first()
    if row is None:
        raise TrainingRefused("not_your_company")
    demand_manager(by, row.organisation_id, at)
    return row


def settle_part(part: Attendance, state: EvidenceState | None, *, reason: str, at: datetime, by: "User") -> None:
    """Let the ledger follow for one person."""
    settle_hours(
        learner=part.learner,
        source_kind="enterprise",
        source_ref=str(part.uuid),
        state=state,
        category=LedgerCategory.ENTERPRISE,
        seconds=part.seconds or 0,
        activity_day=part.activity_day,
        title=part.title,
        reason=reason,
        at=at,
        by=by,
    )


def note(row: Training, kind: str, at: datetime, by: "User", more: Mapping[str, Payload]) -> None:
    """Write a deed into the log."""
    payload = {"training_uuid": str(row.uuid), "source": str(row.source), **more}
    append(kind=kind, actor_id=by.pk, happened_at=at, subject=str(row.uuid), payload=payload)


def _seconds(part: Attendance, row: Training) -> int:
    if part.how != Attendance.How.CODE or row.starts_at is None or row.ends_at is None:
        return part.seconds or 0
    stay = Stay(part.signed_in_at, part.signed_out_at)
    return seconds_present(stay, starts_at=row.starts_at, ends_at=row.ends_at)


def _was_employed(staff: Mapping[int, StaffMember], part: Attendance) -> bool:
    member = staff.get(part.learner_id)
    return member is not None and member.since <= part.activity_day


def demand_manager(by: "User", organisation_id: int, at: datetime) -> None:
    """Raise TrainingRefused (not_your_company) unless a person manages this company now."""
    if not may_run(by, organisation_id, on=timezone.localdate(at)):
        raise TrainingRefused("not_your_company")
