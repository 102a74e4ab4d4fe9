"""Hours that are taken back after a renewal: the holder and the authority are told, and the certificate stays as it is.

Nobody but an officer revokes (changes.py); hours that come back settle the matter by themselves.
"""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.accounts.queries import names_of
from lms.certificates.domain.asking import Deed
from lms.certificates.models import CertificateRequest
from lms.certificates.notice_kinds import DOUBTED, DOUBTED_OFFICER
from lms.credit.domain.decision import TOTAL, Decision
from lms.credit.queries import LicenceDecision
from lms.notices.actions import send
from lms.organisations.queries import officers_over

_State = CertificateRequest.State
_RENEWED = (_State.QUEUED, _State.ANSWERED)


def minded(standing: LicenceDecision, at: datetime) -> list[CertificateRequest]:
    """Doubt renewals of a certificate whose hours no longer support them, and drop doubts that were settled; what changed.

    Judged is only what the hours do: a renewal that an authority granted, or that other rules would refuse today with the
    same hours, stays as it is.
    """
    rows = CertificateRequest.objects.filter(
        licence_id=standing.licence.id, kind=Deed.RENEWAL.value, state__in=_RENEWED
    )
    changed = []
    for row in rows.select_related("licence").order_by("id"):
        short = is_short(row, standing, timezone.localdate(at))
        if short is None or short == (row.doubted_at is not None):
            continue
        if _doubt(row, at) if short else _drop(row, at):
            changed.append(row)
    return changed


def is_short(row: CertificateRequest, standing: LicenceDecision, today: date) -> bool | None:
    """Say whether the hours of a renewal no longer support it; None where they are not what it stands on."""
    if row.state not in _RENEWED or row.body.get("resolved"):
        return None
    decision = standing.in_cycle(row.cycle, today)
    return None if decision is None else not decision.satisfied and lost_hours(row.body, decision)


def lost_hours(body: Mapping[str, object], decision: Decision) -> bool:
    """Say whether less is there now than was when the renewal was asked for."""
    told = body.get("hours")
    then = {str(code): Fraction(str(hours)) for code, _name, hours in told} if isinstance(told, list) else {}
    if not then:
        return bool(decision.missing_sum)
    if TOTAL in then:  # rules without categories
        return decision.total < then[TOTAL]
    return any(item.earned < then.get(item.code, Fraction(0)) for item in decision.categories)


@transaction.atomic
def _doubt(row: CertificateRequest, at: datetime) -> bool:
    if not _still(row).update(doubted_at=at):
        return False
    row.doubted_at = at
    _log(row, "certificates.renewal_doubted", at)
    number = row.certificate.number if row.certificate else row.licence.number
    params: dict[str, str | int] = {"number": number, "cycle": row.cycle}
    key = f"certificates:doubted:{row.uuid}:{at.isoformat()}"
    send(person_id=row.holder_id, kind=DOUBTED, params=params, key=key, at=at, path=reverse("certificates:mine"))
    name = names_of([row.holder_id]).get(row.holder_id, "")
    for officer_id in officers_over(row.licence.region_code, on=timezone.localdate(at)):
        if officer_id != row.holder_id:
            told = {**params, "name": name}
            desk = reverse("certificates:desk")
            send(person_id=officer_id, kind=DOUBTED_OFFICER, params=told, key=key, at=at, path=desk)
    return True


@transaction.atomic
def _drop(row: CertificateRequest, at: datetime) -> bool:
    if not _still(row).update(doubted_at=None):
        return False
    row.doubted_at = None
    _log(row, "certificates.doubt_settled", at)
    return True


def _still(row: CertificateRequest) -> QuerySet[CertificateRequest]:
    """The row as it was read, or nothing: of two who judge it at once, one writes, tells and logs."""
    return CertificateRequest.objects.filter(pk=row.pk, uuid=row.uuid, state__in=_RENEWED, doubted_at=row.doubted_at)


def _log(row: CertificateRequest, kind: str, at: datetime) -> None:
    append(
        kind=kind,
        actor_id=None,
        learner_id=row.holder_id,
        happened_at=at,
        subject=str(row.uuid),
        payload={"deed": row.kind, "cycle": row.cycle},
    )
