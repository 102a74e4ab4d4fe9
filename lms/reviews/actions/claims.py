"""What a learner does with a claim: write it, submit it, take it back, appeal once."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from analytics.domain.record import Payload
from analytics.learning_log.actions import append
from lms.accounts.queries import licences_of
from lms.credit.actions import settle_hours
from lms.credit.domain.terms import EvidenceState
from lms.organisations.queries import organisations_of
from lms.reviews.domain.claim import ClaimRefused, Deed, State, check_hours, move
from lms.reviews.models import Claim, ClaimKind, ClaimStep
from lms.reviews.queries.claims import kinds_open_to, seconds_per_hour
from lms.reviews.queries.evidence import evidence_of

if TYPE_CHECKING:
    from lms.accounts.models import User


@dataclass(frozen=True, slots=True)
class Draft:
    """What a learner writes. units: of the kind (hours, days, papers)."""

    title: str
    words: str
    activity_day: date
    units: int
    hours: Decimal


@transaction.atomic
def open_claim(*, kind_id: int, draft: Draft, at: datetime, by: "User") -> Claim:
    """Begin a claim of one's own; nobody else sees it yet. Raises ClaimRefused (kind_closed, bad_hours, future_day, …)."""
    kind = next((one for one in kinds_open_to(by.pk) if one.pk == kind_id), None)
    if kind is None:
        raise ClaimRefused("kind_closed")
    _check(draft, at)
    return Claim.objects.create(
        learner=by,
        kind=kind,
        title=draft.title.strip(),
        words=draft.words.strip(),
        activity_day=draft.activity_day,
        units=draft.units,
        hours_claimed=draft.hours,
        region_code=_region_of(by, kind),
        organisation_id=_employer_of(by, at),
        opened_at=at,
    )


@transaction.atomic
def amend_claim(*, claim_uuid: UUID, draft: Draft, at: datetime, by: "User") -> Claim:
    """Rewrite a draft, or a claim that was sent back. Raises ClaimRefused (not_yours, not_now, bad_hours, future_day)."""
    claim = own_claim(claim_uuid, by)
    if not State(claim.state).is_editable:
        raise ClaimRefused("not_now")
    _check(draft, at)
    claim.title, claim.words = draft.title.strip(), draft.words.strip()
    claim.activity_day, claim.units, claim.hours_claimed = draft.activity_day, draft.units, draft.hours
    claim.save(update_fields=["title", "words", "activity_day", "units", "hours_claimed"])
    return claim


@transaction.atomic
def submit_claim(*, claim_uuid: UUID, at: datetime, by: "User") -> Claim:
    """Hand a claim in: from now on it waits for a reviewer, and its hours stand in the ledger as waiting.

    Raises ClaimRefused (not_yours, not_now, no_evidence, no_rules).
    """
    claim = own_claim(claim_uuid, by)
    state = move(State(claim.state), Deed.SUBMIT)
    if not evidence_of(claim.uuid):
        raise ClaimRefused("no_evidence")
    claim.state, claim.submitted_at, claim.decided_at = state.value, at, None
    claim.region_code, claim.organisation_id = _region_of(by, claim.kind), _employer_of(by, at)
    claim.save(update_fields=["state", "submitted_at", "decided_at", "region_code", "organisation"])
    settle(claim, EvidenceState.PENDING_REVIEW, claim.hours_claimed, reason="", at=at, by=by)
    note_step(claim, Deed.SUBMIT, at=at, by=by, hours=claim.hours_claimed)
    return claim


@transaction.atomic
def withdraw_claim(*, claim_uuid: UUID, at: datetime, by: "User") -> Claim:
    """Take one's claim back before anybody has decided. Raises ClaimRefused (not_yours, not_now)."""
    claim = own_claim(claim_uuid, by)
    claim.state = move(State(claim.state), Deed.WITHDRAW).value
    claim.save(update_fields=["state"])
    if claim.submitted_at is not None:
        settle(claim, None, claim.hours_claimed, reason="withdrawn", at=at, by=by)
        note_step(claim, Deed.WITHDRAW, at=at, by=by)
    return claim


@transaction.atomic
def appeal_claim(*, claim_uuid: UUID, reason: str, at: datetime, by: "User") -> Claim:
    """Ask once for another person's decision. The ledger stays as it is until then.

    After an acceptance only when fewer hours were granted than claimed. Raises ClaimRefused (not_yours, not_now,
    no_reason, appealed_before, nothing_to_appeal).
    """
    claim = own_claim(claim_uuid, by)
    if not reason.strip():
        raise ClaimRefused("no_reason")
    if claim.appealed:
        raise ClaimRefused("appealed_before")
    state = move(State(claim.state), Deed.APPEAL)
    if claim.state == State.ACCEPTED and claim.hours_granted is not None and claim.hours_granted >= claim.hours_claimed:
        raise ClaimRefused("nothing_to_appeal")
    claim.state, claim.appealed, claim.submitted_at, claim.decided_at = state.value, True, at, None
    claim.save(update_fields=["state", "appealed", "submitted_at", "decided_at"])
    note_step(claim, Deed.APPEAL, at=at, by=by, reason=reason.strip())
    return claim


def own_claim(claim_uuid: UUID, by: "User") -> Claim:
    """Return a claim of this learner, locked. Raises ClaimRefused (not_yours), also for one that is not there."""
    rows = Claim.objects.select_for_update(of=["self"]).select_related("kind", "learner")
    claim = rows.filter(uuid=claim_uuid, learner=by).first()
    if claim is None:
        raise ClaimRefused("not_yours")
    return claim


def settle(claim: Claim, state: EvidenceState | None, hours: Decimal, *, reason: str, at: datetime, by: "User") -> None:
    """Let the ledger follow. Raises ClaimRefused (no_rules) when no rules say how long an hour is."""
    length = seconds_per_hour(claim.kind, claim.activity_day)
    if length is None:
        raise ClaimRefused("no_rules")
    settle_hours(
        learner=claim.learner,
        source_kind="claim",
        source_ref=str(claim.uuid),
        state=state,
        category=claim.kind.category,
        seconds=int(Fraction(hours) * length),
        activity_day=claim.activity_day,
        title=f"{claim.kind.name} · {claim.title}",
        reason=reason or claim.title,
        at=at,
        by=by,
    )


def note_step(
    claim: Claim, deed: Deed, *, at: datetime, by: "User", reason: str = "", hours: Decimal | None = None
) -> None:
    """Write down what was done, for the claim's own history and for the log."""
    ClaimStep.objects.create(
        claim=claim, deed=deed.value, state=claim.state, reason=reason[:300], hours=hours, at=at, by=by
    )
    payload: dict[str, Payload] = {"claim_uuid": str(claim.uuid), "claim_kind": claim.kind.code}
    if deed is Deed.SUBMIT:
        payload["evidence"] = [file.fingerprint for file in evidence_of(claim.uuid)]
    if deed not in (Deed.SUBMIT, Deed.WITHDRAW):
        payload["reason"] = reason[:300]
    if hours is not None:
        payload["hours"] = str(hours.normalize()) if hours % 1 else str(int(hours))
    append(
        kind=LOGGED[deed],
        actor_id=by.pk,
        learner_id=claim.learner_id,
        happened_at=at,
        subject=str(claim.uuid),
        payload=payload,
    )


LOGGED = {
    Deed.SUBMIT: "reviews.claim_submitted",
    Deed.WITHDRAW: "reviews.claim_withdrawn",
    Deed.PASS_ON: "reviews.claim_passed",
    Deed.ACCEPT: "reviews.claim_accepted",
    Deed.RETURN: "reviews.claim_returned",
    Deed.REJECT: "reviews.claim_rejected",
    Deed.APPEAL: "reviews.claim_appealed",
}


def _check(draft: Draft, at: datetime) -> None:
    check_hours(Fraction(draft.hours))
    if not draft.title.strip():
        raise ClaimRefused("no_title")
    if draft.activity_day > timezone.localdate(at):
        raise ClaimRefused("future_day")
    if draft.units < 1:
        raise ClaimRefused("bad_hours")


def _region_of(learner: "User", kind: ClaimKind) -> str:
    """The region of the certificate by whose rules this is claimed; of the first one where only national kinds apply."""
    held = licences_of(learner.pk)
    found = next((one for one in held if one.rule_set_code == kind.rule_set_code), held[0] if held else None)
    if found is None:
        raise ClaimRefused("kind_closed")
    return found.region_code


def _employer_of(learner: "User", at: datetime) -> int | None:
    places = organisations_of(learner, on=timezone.localdate(at))
    return next((place.organisation.id for place in places if place.organisation.kind == "enterprise"), None)
