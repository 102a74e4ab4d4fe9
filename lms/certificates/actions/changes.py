"""Revocation and correction at the issuer: one officer proposes, another decides, each with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from lms.certificates.actions.issuing import add_version, latest_facts
from lms.certificates.domain.corrections import BadCorrection, corrected
from lms.certificates.domain.facts import CertificateFacts
from lms.certificates.models import Certificate, CertificateVersion, ChangeProposal
from lms.organisations.domain.area import covers
from lms.organisations.queries import area_of

if TYPE_CHECKING:
    from lms.accounts.models import User


class ChangeRefused(ValueError):
    """Codes: not_your_area, no_reason, revoked_before, proposed_before, decided_alone, decided_before; those of BadCorrection."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def propose_change(
    *, certificate_uuid: UUID, kind: str, changes: Mapping[str, str], reason: str, at: datetime, by: "User"
) -> ChangeProposal:
    """Propose to revoke a certificate of the officer's area, or to correct what stands on it. Raises ChangeRefused."""
    certificate = _mine(certificate_uuid, by, at)
    if not reason.strip():
        raise ChangeRefused("no_reason")
    if certificate.revoked_at is not None:
        raise ChangeRefused("revoked_before")
    meant = ChangeProposal.Kind(kind)
    wanted = dict(changes) if meant is ChangeProposal.Kind.CORRECT else {}
    if meant is ChangeProposal.Kind.CORRECT:
        _corrected(certificate, wanted)
    try:
        with transaction.atomic():
            row = ChangeProposal.objects.create(
                certificate=certificate,
                kind=meant,
                changes=wanted,
                reason=reason.strip()[:300],
                proposed_by=by,
                proposed_at=at,
            )
    except IntegrityError:
        raise ChangeRefused("proposed_before") from None
    _log("certificates.change_proposed", row, at, by)
    return row


@transaction.atomic
def decide_change(*, proposal_uuid: UUID, agree: bool, remark: str, at: datetime, by: "User") -> ChangeProposal:
    """Do what another officer has proposed, or decline it. The number is never used again. Raises ChangeRefused."""
    row = ChangeProposal.objects.select_for_update().select_related("certificate").get(uuid=proposal_uuid)
    certificate = _mine(row.certificate.uuid, by, at)
    if row.state != ChangeProposal.State.PROPOSED:
        raise ChangeRefused("decided_before")
    if row.proposed_by_id == by.pk:
        raise ChangeRefused("decided_alone")
    if not remark.strip():
        raise ChangeRefused("no_reason")
    row.state = ChangeProposal.State.DONE if agree else ChangeProposal.State.DECLINED
    row.decided_by, row.decided_at, row.remark = by, at, remark.strip()[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    if agree and row.kind == ChangeProposal.Kind.REVOKE:
        Certificate.objects.filter(pk=certificate.pk).update(revoked_at=at, revocation_reason=row.reason)
    elif agree:
        facts = _corrected(certificate, row.changes)
        kind = CertificateVersion.Kind.CORRECTION
        add_version(certificate, kind, facts, at=at, reason=row.reason, actor_id=by.pk)
    _log("certificates.change_decided", row, at, by)
    return row


def mark_told(*, proposal_uuid: UUID, at: datetime) -> None:
    """Note that the platform has taken a change."""
    ChangeProposal.objects.filter(uuid=proposal_uuid, told_at__isnull=True).update(told_at=at)


def _mine(certificate_uuid: UUID, by: "User", at: datetime) -> Certificate:
    found = Certificate.objects.select_for_update().filter(uuid=certificate_uuid, side=Certificate.Side.ISSUER).first()
    if found is None or not covers(area_of(by, on=timezone.localdate(at)), found.region_code):
        raise ChangeRefused("not_your_area")
    return found


def _corrected(certificate: Certificate, changes: Mapping[str, str]) -> CertificateFacts:
    try:
        return corrected(latest_facts(certificate), changes)
    except BadCorrection as error:
        raise ChangeRefused(error.code) from None


def _log(kind: str, row: ChangeProposal, at: datetime, by: "User") -> None:
    append(
        kind=kind,
        actor_id=by.pk,
        happened_at=at,
        subject=str(row.uuid),
        payload={
            "number": row.certificate.number,
            "change": row.kind,
            "state": row.state,
            "reason": row.remark or row.reason,
        },
    )
