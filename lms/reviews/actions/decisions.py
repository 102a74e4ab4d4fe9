"""What a reviewer decides. Each decision has its reason and calls one deed of the ledger."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from lms.credit.domain.terms import EvidenceState
from lms.notices.actions import send
from lms.reviews.actions.claims import note_step, settle
from lms.reviews.domain.claim import ClaimRefused, Deed, State, check_hours, move, needs_second_look
from lms.reviews.models import Claim
from lms.reviews.notice_kinds import ACCEPTED, REJECTED, RETURNED
from lms.reviews.queries.claims import deciders, table_of
from lms.reviews.queries.evidence import uses_of
from lms.reviews.queries.scope import scope_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def decide_claim(
    *,
    claim_uuid: UUID,
    deed: Deed,
    reason: str,
    hours: Decimal | None = None,
    duplicate: bool = False,
    at: datetime,
    by: "User",
) -> Claim:
    """Accept a claim with so many hours, send it back, or reject it.

    Cases: accepted by the first of two → the claim waits for another person (PASS_ON), and the ledger still says waiting;
    accepted → the granted hours count by the day they were done; returned → nothing stands; rejected → it stands as
    refused, or with `duplicate` as found twice. Who decides: a reviewer in whose scope the claim is, never its learner,
    and never one who has decided in this round. Serialised per claim.

    Raises ClaimRefused (out_of_scope, own_claim, same_person, not_now, no_reason, bad_hours).
    """
    rows = Claim.objects.select_for_update(of=["self"]).select_related("kind", "learner")
    claim = rows.filter(uuid=claim_uuid).first()
    scope = scope_of(by, on=timezone.localdate(at))
    if claim is None or not scope.includes(claim.region_code, claim.organisation_id):
        raise ClaimRefused("out_of_scope")
    if claim.learner_id == by.pk:
        raise ClaimRefused("own_claim")
    if not reason.strip():
        raise ClaimRefused("no_reason")
    if by.pk in deciders(claim.steps.all()):
        raise ClaimRefused("same_person")
    if deed is Deed.ACCEPT:
        _accept(claim, hours, reason.strip(), at, by)
    elif deed is Deed.RETURN:
        _end(claim, deed, at)
        settle(claim, None, claim.hours_claimed, reason=reason.strip(), at=at, by=by)
        note_step(claim, deed, at=at, by=by, reason=reason.strip())
    elif deed is Deed.REJECT:
        _end(claim, deed, at)
        found = EvidenceState.DUPLICATE if duplicate else EvidenceState.REJECTED
        settle(claim, found, claim.hours_claimed, reason=reason.strip(), at=at, by=by)
        note_step(claim, deed, at=at, by=by, reason=reason.strip())
    else:
        raise ClaimRefused("not_now")
    _tell(claim, reason.strip(), at)
    return claim


def _tell(claim: Claim, reason: str, at: datetime) -> None:
    """Tell the learner of a decision; of the first of two nobody is told."""
    kind = {State.ACCEPTED: ACCEPTED, State.RETURNED: RETURNED, State.REJECTED: REJECTED}.get(State(claim.state))
    if kind is None:
        return
    hours = f"{claim.hours_granted:f}".rstrip("0").rstrip(".") if claim.hours_granted is not None else ""
    send(
        person_id=claim.learner_id,
        kind=kind,
        params={"title": claim.title, "reason": reason, "hours": hours},
        key=f"claim:{claim.uuid}:{claim.steps.count()}",
        at=at,
        path=reverse("reviews:claim", args=[claim.uuid]),
    )


def _accept(claim: Claim, hours: Decimal | None, reason: str, at: datetime, by: "User") -> None:
    granted = hours if hours is not None else Decimal(0)
    check_hours(Fraction(granted))
    table = table_of(claim.kind)
    if table.most is not None and granted > table.most:
        raise ClaimRefused("more_than_the_table")
    state = State(claim.state)
    doubtful = bool(uses_of([claim.uuid]))
    if state is State.SUBMITTED and needs_second_look(table, Fraction(granted), doubtful=doubtful):
        claim.state, claim.hours_granted = move(state, Deed.PASS_ON).value, granted
        claim.save(update_fields=["state", "hours_granted"])
        settle(claim, EvidenceState.PENDING_REVIEW, granted, reason=reason, at=at, by=by)
        note_step(claim, Deed.PASS_ON, at=at, by=by, reason=reason, hours=granted)
        return
    claim.hours_granted = granted
    _end(claim, Deed.ACCEPT, at)
    settle(claim, EvidenceState.VALID, granted, reason=reason, at=at, by=by)
    note_step(claim, Deed.ACCEPT, at=at, by=by, reason=reason, hours=granted)


def _end(claim: Claim, deed: Deed, at: datetime) -> None:
    claim.state, claim.decided_at = move(State(claim.state), deed).value, at
    if deed is not Deed.ACCEPT:
        claim.hours_granted = None
    claim.save(update_fields=["state", "decided_at", "hours_granted"])
