"""A reviewer decides about a whole training; each person's ledger follows by one deed."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from lms.credit.domain.terms import EvidenceState
from lms.enterprise.actions.training import note, settle_part
from lms.enterprise.domain.training import State, TrainingRefused
from lms.enterprise.models import Training
from lms.enterprise.queries.training import may_run, reviews_area

if TYPE_CHECKING:
    from lms.accounts.models import User

_STANDING = {State.ACCEPTED: EvidenceState.VALID, State.REJECTED: EvidenceState.REJECTED, State.RETURNED: None}


@transaction.atomic
def decide_training(*, training_uuid: UUID, to: State, reason: str, at: datetime, by: "User") -> Training:
    """Accept, return or reject a training: hours count by the day they were done, in the category of the enterprise.

    By a reviewer of the company's area who does not manage it. Raises TrainingRefused (out_of_scope, not_now, no_reason).
    """
    rows = Training.objects.select_for_update(of=["self"]).select_related("organisation")
    row = rows.filter(uuid=training_uuid).first()
    today = timezone.localdate(at)
    if row is None or not reviews_area(by, row.organisation.region_id, on=today):
        raise TrainingRefused("out_of_scope")
    if may_run(by, row.organisation_id, on=today) or row.attendances.filter(learner=by).exists():
        raise TrainingRefused("out_of_scope")
    if not reason.strip():
        raise TrainingRefused("no_reason")
    if State(row.state) is not State.SUBMITTED or to not in _STANDING:
        raise TrainingRefused("not_now")
    for part in row.attendances.select_related("learner"):
        if part.seconds:
            settle_part(part, _STANDING[to], reason=reason.strip(), at=at, by=by)
    row.state, row.decided_at, row.decided_by, row.reason = to.value, at, by, reason.strip()[:300]
    row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    note(row, "enterprise.training_decided", at, by, {"outcome": to.value, "reason": row.reason})
    return row
