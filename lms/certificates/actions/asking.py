"""The platform's side: completing a cycle starts its renewal by itself; what may not renew says why."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.queries import document_known_by, licences_of
from lms.certificates.actions import doubts
from lms.certificates.domain.asking import Ask, Deed
from lms.certificates.domain.facts import HoursFact
from lms.certificates.models import CertificateRequest
from lms.certificates.notice_kinds import RETRAIN, WAITING, WAITING_DRAFT
from lms.credit.domain.accrual import exact
from lms.credit.domain.decision import TOTAL, Decision
from lms.credit.domain.terms import State, Status
from lms.credit.queries import LicenceDecision, balances_of, decisions_held, decisions_of, may_resolve, resolution_of
from lms.credit.queries.balances import learners_with_hours
from lms.notices.actions import send

if TYPE_CHECKING:
    from lms.accounts.models import User

_State = CertificateRequest.State
_OPEN = (_State.WAITING_AUTHORITY, _State.RETRAIN)
_RETRAIN = (_State.RETRAIN, False)
RENEWED = (_State.QUEUED, _State.ANSWERED)
BATCH = 500


class NotYours(PermissionError):
    """The person is no officer of an authority of the region, or it is their own case."""


def consider(*, learner_id: int, at: datetime) -> tuple[CertificateRequest, ...]:
    """Start, or take further, what the standing of each certificate of a person asks for; return what changed.

    Cases for the running cycle and the one before it: every minimum met → a renewal is queued; over and on hold → it waits
    for an authority, whose decision queues it or says retrain; over and short → retrain. A renewal whose hours were taken
    back is doubted (doubts.py). Running it again changes nothing.
    """
    today = timezone.localdate(at)
    changed: list[CertificateRequest] = []
    for standing in decisions_of(learner_id, today):
        for decision in (standing.overdue, standing.previous, standing.current):
            found = _considered(standing, decision, at) if decision is not None else None
            if found is not None:
                changed.append(found)
        changed += doubts.minded(standing, at)
    return tuple(changed)


def may_have_changed(learner_id: int) -> bool:
    """Say whether any newest cycle of a person is met or over, by the stored balances, or a renewal may have lost its ground.

    Else nothing can start. Three queries at most.
    """
    balances = balances_of(licence.id for licence in licences_of(learner_id))
    return (
        any(item.satisfied or item.state != State.OPEN.value or item.cycle > 1 for item in balances.values())
        or CertificateRequest.objects.filter(holder_id=learner_id, kind=Deed.RENEWAL.value, state__in=RENEWED).exists()
    )


def described(standing: LicenceDecision) -> Ask | None:
    """Return what this platform knows of a certificate issued before, as an issuer is told; None without a document."""
    return _ask(standing, None, standing.licence.uuid, Deed.RENEWAL, 0, resolved=False, old_number="")


def next_learners(*, after: int) -> tuple[int, ...]:
    """Return learners who have a ledger, in the order of their ids, beginning after one; () at the end."""
    return learners_with_hours(after=after, limit=BATCH)


def unsettled_among(learner_ids: Iterable[int], *, at: datetime) -> tuple[int, ...]:
    """Return those for whom consider() has something to do. Five queries, and one for each cycle that ended on hold.

    Read for many at once and without locks: what it misses by a moment, the bell has heard or the next night sees.
    """
    today = timezone.localdate(at)
    held = decisions_held(learner_ids, today)
    rows: dict[int, list[CertificateRequest]] = defaultdict(list)
    for row in CertificateRequest.objects.filter(holder_id__in=list(held), kind=Deed.RENEWAL.value):
        rows[row.licence_id].append(row)
    return tuple(
        learner_id
        for learner_id, standings in held.items()
        if any(_is_unsettled(standing, rows[standing.licence.id], today) for standing in standings)
    )


def _is_unsettled(standing: LicenceDecision, rows: Iterable[CertificateRequest], today: date) -> bool:
    states = {row.cycle: row.state for row in rows}
    for decision in (standing.overdue, standing.previous, standing.current):
        wanted = _wanted(standing, decision) if decision is not None else None
        if wanted is not None and decision is not None and decision.window is not None:
            state = states.get(decision.window.number)
            if state is None or (state in _OPEN and state != wanted[0]):
                return True
    judged = ((doubts.is_short(row, standing, today), row) for row in rows)
    return any(short is not None and short != (row.doubted_at is not None) for short, row in judged)


@transaction.atomic
def decide_waiting(*, request_uuid: UUID, renew: bool, reason: str, at: datetime, by: "User") -> CertificateRequest:
    """Let an officer decide a renewal that waits because the rules are a draft, which never decides alone.

    The reason is kept, and shown to the holder. A cycle on hold is decided by lms.credit.actions.resolve_hold.
    Raises NotYours, CertificateRequest.DoesNotExist.
    """
    row = (
        CertificateRequest.objects.select_for_update()
        .select_related("licence")
        .get(uuid=request_uuid, state=_State.WAITING_AUTHORITY)
    )
    if row.holder_id == by.pk or not may_resolve(by, row.licence.region_code, on=timezone.localdate(at)):
        raise NotYours
    standing = standing_of(row, at)
    decision = standing.in_cycle(row.cycle, timezone.localdate(at)) if standing else None
    if standing is None or decision is None or decision.rule_status is not Status.DRAFT:
        raise NotYours
    row.remark = reason.strip()[:300]
    row.save(update_fields=["remark"])
    append(
        kind="certificates.waiting_decided",
        actor_id=by.pk,
        learner_id=row.holder_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={
            "deed": row.kind,
            "cycle": row.cycle,
            "outcome": "renew" if renew else "retrain",
            "reason": row.remark,
            "rules": f"{decision.rule_code} {decision.rule_version}",
        },
    )
    if not renew:
        return _to(row, _State.RETRAIN, at, actor_id=by.pk)
    return queue_row(row, standing, decision, at, resolved=True, actor_id=by.pk) or row


@transaction.atomic
def queue_request(
    *, deed: Deed, licence_id: int, holder_id: int, at: datetime, old_number: str = ""
) -> CertificateRequest | None:
    """Ask for a first certificate of a candidate, or for one in exchange for a paper one; None without an ID document."""
    standing = next(
        (item for item in decisions_of(holder_id, timezone.localdate(at)) if item.licence.id == licence_id), None
    )
    if standing is None or standing.rules is None:
        return None
    row, _created = CertificateRequest.objects.get_or_create(
        licence_id=licence_id,
        kind=deed.value,
        cycle=0,
        defaults={"holder_id": holder_id, "state": _State.WAITING_AUTHORITY, "started_at": at},
    )
    if row.state != _State.WAITING_AUTHORITY:
        return row
    return queue_row(row, standing, standing.current, at, resolved=True, old_number=old_number)


def standing_of(row: CertificateRequest, at: datetime) -> LicenceDecision | None:
    """Return where the certificate of a request stands; None once its licence is withdrawn."""
    held = decisions_of(row.holder_id, timezone.localdate(at))
    return next((item for item in held if item.licence.id == row.licence_id), None)


def _considered(standing: LicenceDecision, decision: Decision, at: datetime) -> CertificateRequest | None:
    wanted = _wanted(standing, decision)
    if wanted is None or decision.window is None:
        return None
    state, resolved = wanted
    with transaction.atomic():
        row, created = CertificateRequest.objects.select_for_update().get_or_create(
            licence_id=standing.licence.id,
            kind=Deed.RENEWAL.value,
            cycle=decision.window.number,
            defaults={"holder_id": standing.licence.holder_id, "state": state, "started_at": at},
        )
        if not created and (row.state not in _OPEN or row.state == state):
            return None
        if state is _State.QUEUED:
            queued = queue_row(row, standing, decision, at, resolved=resolved)
            if queued is None and created:
                row.delete()  # without an ID document nobody can be named to the issuer; asked again each night
            return queued
        return _to(row, state, at, is_draft=decision.rule_status is Status.DRAFT)


def _wanted(standing: LicenceDecision, decision: Decision) -> tuple[CertificateRequest.State, bool] | None:
    """Return the state that a cycle asks for, and whether an authority has decided it; None = nothing yet."""
    if decision.window is None or standing.rules is None:
        return None
    if decision.is_over and decision is standing.overdue:
        return _RETRAIN if decision.state is State.RETRAIN else _after_hold(standing, decision.window.number)
    left_the_post = standing.rules.retrain.not_working_in_post.value and not standing.licence.works_in_post
    if not decision.satisfied or left_the_post:
        return None
    is_draft = decision.rule_status is Status.DRAFT
    return (_State.WAITING_AUTHORITY if is_draft else _State.QUEUED), False


def _after_hold(standing: LicenceDecision, cycle: int) -> tuple[CertificateRequest.State, bool]:
    resolution = resolution_of(standing.licence.id, cycle)
    if resolution is None:
        return _State.WAITING_AUTHORITY, False
    return (_State.QUEUED, True) if resolution.outcome == "renew" else _RETRAIN


def queue_row(
    row: CertificateRequest,
    standing: LicenceDecision,
    decision: Decision | None,
    at: datetime,
    *,
    resolved: bool,
    old_number: str = "",
    actor_id: int | None = None,
) -> CertificateRequest | None:
    """Fix what the issuer is told, and queue it; None if the holder has no ID document."""
    ask = _ask(standing, decision, row.uuid, Deed(row.kind), row.cycle, resolved=resolved, old_number=old_number)
    if ask is None:
        return None
    row.body = ask.as_json()
    row.save(update_fields=["body"])
    return _to(row, _State.QUEUED, at, actor_id=actor_id)


def _ask(
    standing: LicenceDecision,
    decision: Decision | None,
    request_uuid: UUID,
    deed: Deed,
    cycle: int,
    *,
    resolved: bool,
    old_number: str,
) -> Ask | None:
    if not settings.EXCHANGE_ID_KEY:
        return None  # a hash without a key could be tried against every ID number there is
    licence = standing.licence
    person = document_known_by(licence.holder_id, settings.EXCHANGE_ID_KEY.encode())
    if person is None or standing.rules is None:
        return None
    return Ask(
        request_uuid=request_uuid,
        deed=deed,
        number=licence.number if deed is Deed.RENEWAL else "",
        old_number=old_number,
        holder_name=person.legal_name,
        id_masked=person.number_masked,
        id_hash=person.digest,
        post_code=licence.post_code,
        region_code=licence.region_code,
        issued_on=licence.issued_on,
        cycle=cycle,
        hours=_hours(decision),
        rule_code=standing.rules.code,
        rule_version=decision.rule_version if decision else standing.rules.version,
        resolved=resolved,
    )


def _hours(decision: Decision | None) -> tuple[HoursFact, ...]:
    """By category; the sum alone where the rules have none."""
    if decision is None:
        return ()
    if not decision.categories:
        return (HoursFact(TOTAL, "合计", exact(decision.total)),)
    return tuple(HoursFact(item.code, item.name, exact(item.earned)) for item in decision.categories)


def _to(
    row: CertificateRequest,
    state: CertificateRequest.State,
    at: datetime,
    *,
    actor_id: int | None = None,
    is_draft: bool = False,
) -> CertificateRequest:
    """Bring a request into a state, tell the log, and tell its holder what cannot be read off the certificate."""
    row.state = state
    row.settled_at = at if state is _State.RETRAIN else None
    row.save(update_fields=["state", "settled_at"])
    append(
        kind="certificates.request_queued" if state is _State.QUEUED else "certificates.request_held",
        actor_id=actor_id,
        learner_id=row.holder_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={"deed": row.kind, "cycle": row.cycle, **({} if state is _State.QUEUED else {"state": state.value})},
    )
    told = {_State.WAITING_AUTHORITY: WAITING, _State.RETRAIN: RETRAIN}.get(state)
    if told == WAITING and is_draft:
        told = WAITING_DRAFT
    if told is not None and row.kind == Deed.RENEWAL.value:
        send(
            person_id=row.holder_id,
            kind=told,
            params={"number": row.licence.number, "cycle": row.cycle},
            key=f"{told}:{row.uuid}",
            at=at,
            path=reverse("certificates:mine"),
        )
    return row
