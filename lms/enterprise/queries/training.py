"""Training at work as pages show it, to those who may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lms.accounts.queries import names_of
from lms.enterprise.domain.training import State
from lms.enterprise.models import Attendance, Training
from lms.organisations.queries import managed_by, organisations_of
from lms.reviews.queries import EvidenceFacts, Match, evidence_of, scope_of, uses_of

if TYPE_CHECKING:
    from lms.accounts.models import User

BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=60)  # around its time, while people may sign in and out


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """One training. people: how many have a part in it."""

    id: int
    uuid: UUID
    organisation_id: int
    organisation_name: str
    region_code: str
    source: str
    source_label: str
    state: State
    state_label: str
    title: str
    plan: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    asks_for_place: bool
    asks_for_photo: bool
    radius_metres: int
    people: int
    handed_in_at: datetime | None
    decided_at: datetime | None
    reason: str

    def is_open_for_signing(self, at: datetime) -> bool:
        """May people sign in and out now?"""
        if self.state is not State.PLANNED or self.starts_at is None or self.ends_at is None:
            return False
        return self.starts_at - BEFORE <= at <= self.ends_at + AFTER


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """One person's part in a training. photo: the evidence taken at signing in, None for none."""

    learner_id: int
    name: str
    how: str
    how_label: str
    activity_day: date
    title: str
    signed_in_at: datetime | None
    signed_out_at: datetime | None
    distance_metres: int | None
    seconds: int | None
    photo: UUID | None


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A training with its people and papers. uses: where else a paper was used, by anybody."""

    training: TrainingFacts
    attendances: tuple[AttendanceFacts, ...]
    files: tuple[EvidenceFacts, ...]
    uses: tuple[Match, ...]


def may_run(user: "User", organisation_id: int, *, on: date) -> bool:
    """Say whether a person manages this company on a day. One query."""
    return any(place.id == organisation_id and place.kind == "enterprise" for place in managed_by(user, on=on))


def trainings_of(organisation_id: int, *, limit: int | None = 200) -> tuple[TrainingFacts, ...]:
    """Return a company's trainings, the newest first; limit None: all, for a file. One query."""
    return _facts(_rows().filter(organisation_id=organisation_id)[:limit])


def attendances_of(organisation_id: int) -> QuerySet[Attendance]:
    """Return who took part in a company's trainings, the newest training first."""
    rows = Attendance.objects.filter(training__organisation_id=organisation_id).select_related("training", "learner")
    return rows.order_by("-training_id", "activity_day", "pk")


def trainings_to_join(learner: "User", *, at: datetime, on: date) -> tuple[TrainingFacts, ...]:
    """Return the trainings of a person's company that they may sign in to now or soon. Two queries."""
    places = [place.organisation.id for place in organisations_of(learner, on=on)]
    rows = _rows().filter(
        organisation_id__in=places,
        state=State.PLANNED.value,
        ends_at__gte=at - AFTER,
        starts_at__lte=at + timedelta(days=7),
    )
    return _facts(rows.order_by("starts_at"))


def training_for_manager(user: "User", uuid: UUID, *, on: date) -> TrainingPage | None:
    """Return a training for a manager of its company; None for everybody else. Seven queries at most."""
    row = _rows().filter(uuid=uuid).first()
    return _page(row) if row is not None and may_run(user, row.organisation_id, on=on) else None


def training_for_reviewer(user: "User", uuid: UUID, *, on: date) -> TrainingPage | None:
    """Return a training that was handed in, for a reviewer whose area it lies in; None for everybody else."""
    row = _rows().filter(uuid=uuid).exclude(handed_in_at=None).first()
    if row is None or not reviews_area(user, row.organisation.region_id, on=on):
        return None
    return _page(row)


def training_for_learner(user: "User", uuid: UUID, *, on: date) -> tuple[TrainingFacts, AttendanceFacts | None] | None:
    """Return a training with one's own part in it, for a person of its company; None for everybody else. Four queries."""
    row = _rows().filter(uuid=uuid, source=Training.Source.SESSION).first()
    if row is None or row.organisation_id not in {one.organisation.id for one in organisations_of(user, on=on)}:
        return None
    own = _attendances(row.attendances.filter(learner=user))
    return _facts([row])[0], own[0] if own else None


def training_of_evidence(subject: UUID) -> UUID:
    """Return the training that a paper belongs to, or that of the person whose picture it is. One query."""
    found = Training.objects.filter(attendances__uuid=subject).values_list("uuid", flat=True).first()
    return found or subject


def queue_of(reviewer: "User", *, on: date, done: bool = False) -> tuple[TrainingFacts, ...]:
    """Return the trainings that wait for a reviewer of this area, what waits longest first; or those decided last."""
    where = Q(pk__in=[])
    for prefix in scope_of(reviewer, on=on).area:
        where |= Q(organisation__region__code__startswith=prefix)
    if done:
        ended = [State.ACCEPTED.value, State.REJECTED.value, State.RETURNED.value]
        return _facts(_rows().filter(where, state__in=ended).order_by("-decided_at")[:50])
    return _facts(_rows().filter(where, state=State.SUBMITTED.value).order_by("handed_in_at")[:200])


def reviews_area(user: "User", region_code: str, *, on: date) -> bool:
    """Say whether a reviewer decides about companies of a region: by the area of an authority, never as one of the company."""
    return any(region_code.startswith(prefix) for prefix in scope_of(user, on=on).area)


def _rows() -> QuerySet[Training]:
    return Training.objects.select_related("organisation").annotate(people=Count("attendances"))


def _page(row: Training) -> TrainingPage:
    parts = list(row.attendances.all())
    # One picture for two people is found as one paper for two trainings is.
    subjects = [row.uuid, *(part.uuid for part in parts if part.photo)]
    return TrainingPage(_facts([row])[0], _attendances(parts), evidence_of(row.uuid), uses_of(subjects))


def _attendances(rows: Iterable[Attendance]) -> tuple[AttendanceFacts, ...]:
    found = list(rows)
    names = names_of(row.learner_id for row in found)
    return tuple(
        AttendanceFacts(
            learner_id=row.learner_id,
            name=names.get(row.learner_id, ""),
            how=row.how,
            how_label=str(row.get_how_display()),
            activity_day=row.activity_day,
            title=row.title,
            signed_in_at=row.signed_in_at,
            signed_out_at=row.signed_out_at,
            distance_metres=row.distance_metres,
            seconds=row.seconds,
            photo=row.photo,
        )
        for row in found
    )


def _facts(rows: Iterable[Training]) -> tuple[TrainingFacts, ...]:
    return tuple(
        TrainingFacts(
            id=row.pk,
            uuid=row.uuid,
            organisation_id=row.organisation_id,
            organisation_name=row.organisation.name,
            region_code=row.organisation.region_id,
            source=row.source,
            source_label=str(row.get_source_display()),
            state=State(row.state),
            state_label=str(row.get_state_display()),
            title=row.title,
            plan=row.plan,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.place,
            asks_for_place=row.latitude is not None,
            asks_for_photo=row.asks_for_photo,
            radius_metres=row.radius_metres,
            people=getattr(row, "people", 0),
            handed_in_at=row.handed_in_at,
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in rows
    )
