"""The platform's side: what the issuer answers is kept as it came. Taking it in twice, or late, changes nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from analytics.learning_log.actions import append
from lms.accounts.actions import number_licence
from lms.certificates.domain.asking import Snapshot, snapshot_from_json
from lms.certificates.models import Certificate, CertificateRequest, CertificateVersion
from lms.certificates.notice_kinds import ISSUED, RENEWED, REQUEST_REFUSED, REVOKED
from lms.notices.actions import send


@transaction.atomic
def take_answer(*, request_uuid: UUID, answer: Mapping[str, object], at: datetime) -> CertificateRequest:
    """Settle a request by what the issuer said: the certificate as it is now, or why not. Raises AskUnreadable.

    A request that is settled stays as it is; its certificate is still brought up to the answer.
    """
    asked = CertificateRequest.objects.select_for_update().select_related("licence").get(uuid=request_uuid)
    if answer.get("outcome") != "issued":
        if asked.state == CertificateRequest.State.QUEUED:
            _refused(asked, str(answer.get("code", ""))[:60], at)
        return asked
    body = answer.get("certificate")
    snapshot = snapshot_from_json(body if isinstance(body, dict) else {})
    certificate = _kept(snapshot, at, asked=asked)
    if asked.state == CertificateRequest.State.QUEUED:
        asked.state, asked.certificate, asked.settled_at = CertificateRequest.State.ANSWERED, certificate, at
        asked.save(update_fields=["state", "certificate", "settled_at"])
        first = snapshot.versions[-1].facts
        number_licence(
            licence_id=asked.licence_id,
            number=snapshot.number,
            issued_on=first.issued_on,
            at=at,
            exchanged=asked.kind == CertificateRequest.Kind.EXCHANGE,
        )
        _tell_issued(asked, snapshot, at)
    return asked


@transaction.atomic
def take_snapshot(snapshot: Snapshot, *, at: datetime) -> bool:
    """Bring a kept certificate up to what the issuer says of it; False if this platform keeps none of that number."""
    if not Certificate.objects.filter(side=Certificate.Side.PLATFORM, number=snapshot.number).exists():
        return False
    _kept(snapshot, at, asked=None)
    return True


def adopt_snapshot(snapshot: Snapshot, *, holder_id: int, licence_id: int, at: datetime) -> Certificate:
    """Keep a certificate that the issuer knew before this platform asked for anything. Inside the caller's transaction."""
    return _kept(snapshot, at, asked=None, holder=(holder_id, licence_id))


def _kept(
    snapshot: Snapshot, at: datetime, *, asked: CertificateRequest | None, holder: tuple[int, int] | None = None
) -> Certificate:
    """Return the platform's certificate with every version of the snapshot, in the transaction that is open."""
    whose = (asked.holder_id, asked.licence_id) if asked else holder
    certificate = (
        Certificate.objects.select_for_update().filter(side=Certificate.Side.PLATFORM, number=snapshot.number).first()
    )
    if certificate is None:
        if whose is None:
            raise Certificate.DoesNotExist(snapshot.number)
        certificate = Certificate.objects.create(
            side=Certificate.Side.PLATFORM,
            number=snapshot.number,
            holder_id=whose[0],
            licence_id=whose[1],
            post_code=snapshot.post_code,
            region_code=snapshot.region_code,
            created_at=at,
        )
    known = set(certificate.versions.values_list("version", flat=True))
    for sent in snapshot.versions:
        if sent.version not in known:
            row = CertificateVersion.objects.create(
                certificate=certificate,
                version=sent.version,
                kind=sent.kind,
                facts=sent.facts.as_json(),
                facts_digest=sent.facts.digest,
                cycle=sent.cycle,
                request_uuid=sent.request_uuid,
                reason=sent.reason[:300],
                issued_at=sent.issued_at,
            )
            told: dict[str, str | int] = {
                "version": row.version,
                "version_kind": str(row.kind),
                "facts_sha256": row.facts_digest,
            }
            _log(certificate, "certificates.version_kept", at, told)
    newest = certificate.versions.order_by("-version").values_list("facts", flat=True)[0]
    valid_to = newest["valid_to"]
    certificate.valid_to = date.fromisoformat(valid_to) if valid_to else None
    certificate.save(update_fields=["valid_to"])
    if snapshot.revoked_at is not None and certificate.revoked_at is None:
        _revoked(certificate, snapshot, at)
    return certificate


def _revoked(certificate: Certificate, snapshot: Snapshot, at: datetime) -> None:
    certificate.revoked_at, certificate.revocation_reason = snapshot.revoked_at, snapshot.revocation_reason[:300]
    certificate.save(update_fields=["revoked_at", "revocation_reason"])
    _log(certificate, "certificates.revocation_kept", at, {})
    if certificate.holder_id is not None:
        send(
            person_id=certificate.holder_id,
            kind=REVOKED,
            params={"number": certificate.number, "reason": snapshot.revocation_reason},
            key=f"certificates:revoked:{certificate.uuid}",
            at=at,
            path=reverse("certificates:mine"),
        )


def _refused(asked: CertificateRequest, code: str, at: datetime) -> None:
    asked.state, asked.refusal, asked.settled_at = CertificateRequest.State.REFUSED, code, at
    asked.save(update_fields=["state", "refusal", "settled_at"])
    append(
        kind="certificates.request_refused",
        actor_id=None,
        learner_id=asked.holder_id,
        happened_at=at,
        subject=str(asked.uuid),
        payload={"deed": asked.kind, "cycle": asked.cycle, "code": code},
    )
    send(
        person_id=asked.holder_id,
        kind=REQUEST_REFUSED,
        params={"number": asked.licence.number},
        key=f"certificates:refused:{asked.uuid}",
        at=at,
        path=reverse("certificates:mine"),
    )


def _tell_issued(asked: CertificateRequest, snapshot: Snapshot, at: datetime) -> None:
    facts = snapshot.versions[-1].facts
    renewed = asked.kind == CertificateRequest.Kind.RENEWAL
    until = facts.valid_to.isoformat() if facts.valid_to else "—"
    send(
        person_id=asked.holder_id,
        kind=RENEWED if renewed else ISSUED,
        params={"number": snapshot.number, "post": facts.post_name, "until": until},
        key=f"certificates:answered:{asked.uuid}",
        at=at,
        path=reverse("certificates:mine"),
    )


def _log(certificate: Certificate, kind: str, at: datetime, payload: Mapping[str, str | int]) -> None:
    append(
        kind=kind,
        actor_id=None,
        learner_id=certificate.holder_id,
        happened_at=at,
        subject=str(certificate.uuid),
        payload={"number": certificate.number, **payload},
    )
