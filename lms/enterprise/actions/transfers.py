"""A person of one company whom another has on its list: asked by us, and answered by nobody but the person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.enterprise.domain.roster_file import ListRefused
from lms.enterprise.models import TransferRequest
from lms.enterprise.notice_kinds import ASKED_TO_MOVE
from lms.notices import actions as notices
from lms.organisations.actions import add_staff, end_membership
from lms.organisations.queries import organisations_of

if TYPE_CHECKING:
    from lms.accounts.models import User

LASTS = timedelta(days=30)


def ask_to_move(*, person_id: int, organisation_id: int, company: str, at: datetime, by: "User") -> TransferRequest:
    """Ask a person whether they have changed to this company; who was asked and has not answered is not asked twice.

    In the transaction of the import. The asking company learns nothing of the other one.
    """
    row, made = TransferRequest.objects.get_or_create(
        person_id=person_id,
        organisation_id=organisation_id,
        state=TransferRequest.State.ASKED,
        defaults={"asked_at": at, "by": by, "expires_at": at + LASTS},
    )
    again = not made and row.expires_at <= at
    if again:
        row.asked_at, row.expires_at = at, at + LASTS
        row.save(update_fields=["asked_at", "expires_at"])
    if made or again:
        notices.send(
            person_id=person_id,
            kind=ASKED_TO_MOVE,
            params={"company": company},
            key=f"move-{row.uuid}-{timezone.localdate(row.asked_at).isoformat()}",
            at=at,
            path=reverse("enterprise:moves"),
        )
        _note("enterprise.move_asked", row, at, by.pk)
    return row


@transaction.atomic
def answer_move(*, request_uuid: UUID, accepted: bool, at: datetime, by: "User") -> TransferRequest:
    """Let a person say yes or no. Yes ends their places as staff of other companies today and gives them one in this.

    Raises ListRefused (no_such_request, request_expired).
    """
    row = (
        TransferRequest.objects.select_for_update(of=["self"])
        .select_related("organisation")
        .filter(uuid=request_uuid, person=by, state=TransferRequest.State.ASKED)
        .first()
    )
    if row is None:
        raise ListRefused("no_such_request")
    if row.expires_at <= at:
        raise ListRefused("request_expired")
    row.state = TransferRequest.State.ACCEPTED if accepted else TransferRequest.State.DECLINED
    row.decided_at = at
    row.save(update_fields=["state", "decided_at"])
    _note("enterprise.move_accepted" if accepted else "enterprise.move_declined", row, at, by.pk)
    if accepted:
        _move(row, by, at)
    return row


def _move(row: TransferRequest, person: "User", at: datetime) -> None:
    today = timezone.localdate(at)
    for place in organisations_of(person, on=today):
        company = place.organisation
        if place.role == "staff" and company.kind == "enterprise" and company.id != row.organisation_id:
            until = max(today, place.valid_from + timedelta(days=1))
            end_membership(membership_id=place.id, until=until, at=at, by=None)
    add_staff(people=[(person.pk, today)], organisation_id=row.organisation_id)


def _note(kind: str, row: TransferRequest, at: datetime, actor_id: int) -> None:
    append(
        kind=kind,
        actor_id=actor_id,
        learner_id=row.person_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={"organisation_uuid": str(row.organisation.uuid)},
    )
