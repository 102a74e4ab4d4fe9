"""Signing in and out on site: by the code of the moment, and where a place is asked for, by the place."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.cache import cache
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.limits import count_within
from lms.enterprise.domain.on_site_code import STEP_SECONDS, is_current
from lms.enterprise.domain.place import Fix, is_within, metres_between
from lms.enterprise.domain.training import TrainingRefused
from lms.enterprise.models import Attendance, Training
from lms.enterprise.queries.training import training_for_learner
from lms.reviews.actions import keep_evidence

if TYPE_CHECKING:
    from lms.accounts.models import User

MOST_TRIES = 8  # wrong codes of one person within a code's life


@transaction.atomic
def sign_in(
    *,
    training_uuid: UUID,
    code: str,
    fix: Fix | None,
    at: datetime,
    by: "User",
    photo: "File[bytes] | None" = None,
) -> Attendance:
    """Sign in to a session of one's own company; signing in again changes nothing.

    photo: kept as evidence where the session asks for one. Nobody must give one: a face may not be the only way, and the
    reviewer sees who gave none. Raises TrainingRefused (not_your_training, not_now, too_many_tries, wrong_code, no_place,
    not_here), BadFile of lms.reviews.
    """
    row = _open_training(training_uuid, code, at, by)
    metres = _distance(row, fix)
    part, created = Attendance.objects.get_or_create(
        training=row,
        learner=by,
        activity_day=timezone.localdate(row.starts_at),
        title=row.title,
        defaults={"how": Attendance.How.CODE, "signed_in_at": at, "distance_metres": metres},
    )
    if created:
        if photo is not None and row.asks_for_photo:
            part.photo = keep_evidence(kind="training", subject=part.uuid, upload=photo, at=at, by=by).uuid
            part.save(update_fields=["photo"])
        _note(row, "enterprise.person_signed_in", at, by)
    return part


@transaction.atomic
def sign_out(*, training_uuid: UUID, code: str, fix: Fix | None, at: datetime, by: "User") -> Attendance:
    """Sign out of a session; the last time counts. Raises TrainingRefused as signing in does, and not_signed_in."""
    row = _open_training(training_uuid, code, at, by)
    _distance(row, fix)
    part = row.attendances.filter(learner=by, how=Attendance.How.CODE).select_for_update().first()
    if part is None:
        raise TrainingRefused("not_signed_in")
    part.signed_out_at = at
    part.save(update_fields=["signed_out_at"])
    _note(row, "enterprise.person_signed_out", at, by)
    return part


def _open_training(training_uuid: UUID, code: str, at: datetime, by: "User") -> Training:
    found = training_for_learner(by, training_uuid, on=timezone.localdate(at))
    if found is None:
        raise TrainingRefused("not_your_training")
    if not found[0].is_open_for_signing(at):
        raise TrainingRefused("not_now")
    row = Training.objects.get(uuid=training_uuid)
    tries = f"training-code:{training_uuid}:{by.pk}"
    if cache.get(tries, 0) >= MOST_TRIES:
        raise TrainingRefused("too_many_tries")
    if not is_current(bytes(row.code_secret), code, at):
        count_within(tries, seconds=2 * STEP_SECONDS)
        raise TrainingRefused("wrong_code")
    return row


def _distance(row: Training, fix: Fix | None) -> int | None:
    if row.latitude is None or row.longitude is None:
        return None
    if fix is None:
        raise TrainingRefused("no_place")
    metres = metres_between((float(row.latitude), float(row.longitude)), (fix.latitude, fix.longitude))
    if not is_within(metres, fix, radius_metres=row.radius_metres):
        raise TrainingRefused("not_here")
    return metres


def _note(row: Training, kind: str, at: datetime, by: "User") -> None:
    append(
        kind=kind,
        actor_id=by.pk,
        learner_id=by.pk,
        happened_at=at,
        subject=str(row.uuid),
        payload={"training_uuid": str(row.uuid)},
    )
