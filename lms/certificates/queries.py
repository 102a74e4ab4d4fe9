"""Certificates as they are shown: to their holder, to an officer of the area, and to whoever knows the number."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lms.certificates.domain.facts import CertificateFacts, facts_from_json
from lms.certificates.models import Certificate, CertificateVersion


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version as it was printed. file_name: key in private storage of the signed paper, "" = not made yet."""

    id: int
    version: int
    kind: str
    kind_label: str
    facts: CertificateFacts
    issued_at: datetime
    reason: str
    file_name: str
    file_sha256: str


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate with all its versions, the newest last. holder_id: None on an issuer's side."""

    id: int
    uuid: UUID
    side: str
    number: str
    holder_id: int | None
    licence_id: int | None
    region_code: str
    valid_to: date | None
    revoked_at: datetime | None
    revocation_reason: str
    versions: tuple[VersionFacts, ...]

    @property
    def latest(self) -> VersionFacts:
        return self.versions[-1]

    def state_on(self, day: date) -> str:
        """Return revoked, expired or valid."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.valid_to is not None and self.valid_to < day else "valid"


def find_by_number(number: str) -> CertificateView | None:
    """Return the certificate of this number, revoked or not; the issuer's own word before a platform's copy. Three queries."""
    rows = Certificate.objects.filter(number=number).order_by("side")
    return next(iter(_views(rows[:1])), None)


def find_by_uuid(certificate_uuid: UUID) -> CertificateView | None:
    """Return one certificate; None for none. Three queries."""
    return next(iter(_views(Certificate.objects.filter(uuid=certificate_uuid))), None)


def certificates_of(holder_id: int) -> tuple[CertificateView, ...]:
    """Return the certificates that this platform keeps for a person, the newest first. Three queries."""
    return _views(Certificate.objects.filter(side=Certificate.Side.PLATFORM, holder_id=holder_id).order_by("-id"))


def issued_in(area: frozenset[str], *, text: str = "", limit: int = 100) -> tuple[CertificateView, ...]:
    """Return certificates that this issuer gave in an area (beginnings of region codes), by number or name. Three queries."""
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(region_code__startswith=prefix)
    rows = Certificate.objects.filter(where, side=Certificate.Side.ISSUER)
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(versions__facts__holder_name__icontains=text)).distinct()
    return _views(rows.order_by("-id")[:limit])


def _views(rows: QuerySet[Certificate]) -> tuple[CertificateView, ...]:
    found = list(rows.prefetch_related("versions__file"))
    return tuple(
        CertificateView(
            id=row.pk,
            uuid=row.uuid,
            side=row.side,
            number=row.number,
            holder_id=row.holder_id,
            licence_id=row.licence_id,
            region_code=row.region_code,
            valid_to=row.valid_to,
            revoked_at=row.revoked_at,
            revocation_reason=row.revocation_reason,
            versions=tuple(_version(item) for item in row.versions.all()),
        )
        for row in found
    )


def _version(row: CertificateVersion) -> VersionFacts:
    file = getattr(row, "file", None)
    return VersionFacts(
        id=row.pk,
        version=row.version,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        facts=facts_from_json(row.facts),
        issued_at=row.issued_at,
        reason=row.reason,
        file_name=file.name if file else "",
        file_sha256=file.sha256 if file else "",
    )
