"""What is done for many people in the background: asked for, taken step by step, ended. The row is the queue.

A step takes the next few people in one transaction with the mark of how far it has come: killed at any moment, a job goes
on where it was. The row's lock is the claim; a second worker finds it taken and goes away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from analytics.learning_log.actions import append
from content.queries import edition_outlines
from lms.certificates.pdf.fonts import GlyphsMissing
from lms.certificates.pdf.signing import NoSigningKey
from lms.commerce.queries.seating import Seating, seated_among, seatings_of
from lms.enterprise.actions import enrolling, papers, reminding
from lms.enterprise.actions.staff import demand_desk
from lms.enterprise.domain.desk import DeskRefused
from lms.enterprise.domain.jobs import JobKind, JobState
from lms.enterprise.models import DeskJob, RosterLine

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.enterprise.queries.desk import Desk

MOST_PEOPLE = 5000
STEP = 20
SILENT_FOR = timedelta(minutes=2)  # a worker that has not moved for so long is dead
FILE_KEPT = timedelta(days=7)

Step = Callable[[DeskJob, "Sequence[RosterLine]", datetime], Counter[str]]
STEPS: dict[JobKind, Step] = {
    JobKind.REMIND: reminding.remind_some,
    JobKind.ENROL: enrolling.enrol_some,
    JobKind.PAPERS: papers.make_some,
}


@transaction.atomic
def ask_reminders(*, organisation_uuid: UUID, people: Iterable[int], at: datetime, by: "User") -> DeskJob:
    """Ask for reminders to people of one's desk. Raises DeskRefused (…, nobody_chosen, too_many_people, not_your_people)."""
    desk = demand_desk(by, organisation_uuid, whole=False, at=at)
    return _ask(JobKind.REMIND, desk, people, {}, at=at, by=by)


@transaction.atomic
def ask_papers(*, organisation_uuid: UUID, people: Iterable[int], at: datetime, by: "User") -> DeskJob:
    """Ask for the certificates of people of one's desk as one ZIP. Raises DeskRefused as ask_reminders does."""
    desk = demand_desk(by, organisation_uuid, whole=False, at=at)
    return _ask(JobKind.PAPERS, desk, people, {}, at=at, by=by)


@transaction.atomic
def ask_enrolment(
    *,
    organisation_uuid: UUID,
    product_id: int,
    edition_ids: Iterable[int],
    people: Iterable[int],
    at: datetime,
    by: "User",
) -> DeskJob:
    """Ask for people of one's company to be given seats of a product and enrolled in its courses.

    edition_ids: with general seats, which open courses; a plan or course brings its own. Who has such a seat needs no
    second one. Raises DeskRefused (…, no_such_product, no_course_chosen, not_enough_seats) before anything is done.
    """
    desk = demand_desk(by, organisation_uuid, whole=True, at=at)
    wanted = sorted(set(people))
    seating = seating_for(desk.organisation.id, product_id, at=at)
    chosen = list(dict.fromkeys(edition_ids))
    if not seating.edition_ids:
        outlines = edition_outlines(chosen)
        chosen = [edition for edition in chosen if edition in outlines and outlines[edition].is_open]
        if not chosen:
            raise DeskRefused("no_course_chosen")
    need = len(wanted) - len(seated_among(desk.organisation.id, product_id, wanted))
    if need > seating.free:
        raise DeskRefused("not_enough_seats")
    params = {"product": product_id, "name": seating.name, "editions": [] if seating.edition_ids else chosen}
    return _ask(JobKind.ENROL, desk, wanted, params, at=at, by=by)


def seating_for(company_id: int, product_id: int, *, at: datetime) -> Seating:
    """Return what a company has and pays of a product. Raises DeskRefused (no_such_product)."""
    for seating in seatings_of(company_id, on=timezone.localdate(at)):
        if seating.product_id == product_id:
            return seating
    raise DeskRefused("no_such_product")


@transaction.atomic
def cancel_job(*, job_uuid: UUID, at: datetime, by: "User") -> DeskJob:
    """Stop a job after the step that runs; what was done stays done. Raises DeskRefused, DeskJob.DoesNotExist."""
    job = DeskJob.objects.select_for_update(of=("self",)).select_related("organisation").get(uuid=job_uuid)
    desk = demand_desk(by, job.organisation.uuid, whole=False, at=at)
    if not desk.is_whole and job.by_id != by.pk:
        raise DeskRefused("whole_company_only")
    if JobState(job.state).is_over:
        raise DeskRefused("job_is_over")
    _end(job, JobState.CANCELLED, at)
    return job


def run_job(job_uuid: UUID, *, now: Callable[[], datetime]) -> None:
    """Take a job to its end, step by step."""
    while take_step(job_uuid, at=now()):
        pass


@transaction.atomic
def take_step(job_uuid: UUID, *, at: datetime) -> bool:
    """Do a job for its next few people; return whether there is more to do. False too when another worker has it."""
    job = (
        DeskJob.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("organisation", "by")
        .filter(uuid=job_uuid)
        .first()
    )
    if job is None or JobState(job.state).is_over:
        return False
    kind = JobKind(job.kind)
    try:
        desk = demand_desk(job.by, job.organisation.uuid, whole=kind is JobKind.ENROL, at=at)
    except DeskRefused:
        job.trouble = "not_allowed"
        _end(job, JobState.FAILED, at)
        return False
    some = job.people[job.done : job.done + STEP]
    if some:
        lines = RosterLine.objects.filter(desk.scope, person_id__in=some).select_related("person").order_by("person_id")
        counted = STEPS[kind](job, tuple(lines), at)
        counted["not_on_desk"] += len(some) - len(lines)
        job.succeeded += counted.pop("", 0)
        job.passed_over = dict(Counter(job.passed_over) + counted)
        job.done += len(some)
    job.state, job.beat_at = JobState.RUNNING, at
    job.save(update_fields=["succeeded", "passed_over", "done", "state", "beat_at"])
    if job.done < len(job.people):
        return True
    if kind is JobKind.PAPERS:
        try:
            job.file_name = papers.pack(job, desk, at)
        except (GlyphsMissing, NoSigningKey):  # of the list; each paper's own is counted where it is made
            job.trouble = "no_paper"
            _end(job, JobState.FAILED, at)
            return False
    _end(job, JobState.DONE, at)
    return False


def silent_jobs(*, at: datetime) -> tuple[UUID, ...]:
    """Return jobs that are not over and that nobody has moved for a while."""
    silent = Q(beat_at__lt=at - SILENT_FOR) | Q(beat_at__isnull=True, asked_at__lt=at - SILENT_FOR)
    rows = DeskJob.objects.filter(silent, state__in=[JobState.QUEUED, JobState.RUNNING])
    return tuple(rows.order_by("pk").values_list("uuid", flat=True)[:20])


def forget_files(*, at: datetime) -> int:
    """Delete files that have been kept long enough; return how many."""
    rows = DeskJob.objects.filter(ended_at__lt=at - FILE_KEPT).exclude(file_name="")
    for job in rows:
        papers.delete(job.file_name)
        job.file_name = ""
        job.save(update_fields=["file_name"])
    return len(rows)


def _ask(
    kind: JobKind,
    desk: "Desk",
    people: Iterable[int],
    params: dict[str, object],
    *,
    at: datetime,
    by: "User",
) -> DeskJob:
    wanted = sorted(set(people))
    if not wanted:
        raise DeskRefused("nobody_chosen")
    if len(wanted) > MOST_PEOPLE:
        raise DeskRefused("too_many_people")
    if RosterLine.objects.filter(desk.scope, person_id__in=wanted).count() != len(wanted):
        raise DeskRefused("not_your_people")
    job = DeskJob.objects.create(
        kind=kind.value, organisation_id=desk.organisation.id, by=by, asked_at=at, people=wanted, params=params
    )
    append(
        kind="enterprise.job_asked",
        actor_id=by.pk,
        happened_at=at,
        subject=str(desk.organisation.uuid),
        payload={"job_uuid": str(job.uuid), "job": kind.value, "people": len(wanted)},
    )
    return job


def _end(job: DeskJob, state: JobState, at: datetime) -> None:
    job.state, job.ended_at = state.value, at
    job.save(update_fields=["state", "ended_at", "trouble", "file_name"])
    append(
        kind="enterprise.job_ended",
        actor_id=None,
        happened_at=at,
        subject=str(job.organisation.uuid),
        payload={
            "job_uuid": str(job.uuid),
            "succeeded": job.succeeded,
            "passed_over": sum(job.passed_over.values()),
        },
    )
