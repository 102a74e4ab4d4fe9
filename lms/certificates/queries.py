"""Certificates as they are shown: to their holder, to an officer of the area, and to whoever knows the number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from content.domain.posts import POSTS
from lms.certificates.domain.asking import Snapshot, VersionSent
from lms.certificates.domain.facts import CertificateFacts, facts_from_json
from lms.certificates.models import Certificate, CertificateRequest, CertificateVersion, ChangeProposal

QUEUE_BATCH = 200


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version as it was printed. file_name: key in private storage of the signed paper, "" = not made yet."""

    id: int
    version: int
    kind: str
    kind_label: str
    facts: CertificateFacts
    cycle: int | None
    request_uuid: UUID | None
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


def issued_view(number: str) -> CertificateView:
    """Return a certificate that this issuer gave. Three queries. Raises Certificate.DoesNotExist."""
    found = next(iter(_views(Certificate.objects.filter(side=Certificate.Side.ISSUER, number=number))), None)
    if found is None:
        raise Certificate.DoesNotExist(number)
    return found


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
        cycle=row.cycle,
        request_uuid=row.request_uuid,
        issued_at=row.issued_at,
        reason=row.reason,
        file_name=file.name if file else "",
        file_sha256=file.sha256 if file else "",
    )


def queued_requests() -> tuple[tuple[UUID, dict[str, object]], ...]:
    """Return what waits to be asked of the issuer, with the body of each, the longest waiting first. One query."""
    rows = CertificateRequest.objects.filter(state=CertificateRequest.State.QUEUED).order_by("id")
    return tuple(rows.values_list("uuid", "body")[:QUEUE_BATCH])


def untold_changes() -> tuple[tuple[UUID, str, CertificateView], ...]:
    """Return revocations and corrections whose platform was not told: proposal, platform, certificate. Four queries."""
    rows = ChangeProposal.objects.filter(state=ChangeProposal.State.DONE, told_at__isnull=True)
    waiting = list(
        rows.exclude(certificate__platform_code="").select_related("certificate").order_by("id")[:QUEUE_BATCH]
    )
    views = {
        view.id: view for view in _views(Certificate.objects.filter(pk__in={row.certificate_id for row in waiting}))
    }
    return tuple((row.uuid, row.certificate.platform_code, views[row.certificate_id]) for row in waiting)


def known_here(*, after: int, limit: int) -> tuple[tuple[int, str, str, bool], ...]:
    """Return id, number, hash of the newest facts and whether revoked, of what this platform keeps, by id. One query."""
    newest = (
        CertificateVersion.objects.filter(certificate=OuterRef("pk")).order_by("-version").values("facts_digest")[:1]
    )
    rows = Certificate.objects.filter(side=Certificate.Side.PLATFORM, pk__gt=after).order_by("pk")[:limit]
    found = rows.annotate(digest=Subquery(newest)).values_list("pk", "number", "digest", "revoked_at")
    return tuple((pk, number, digest or "", revoked is not None) for pk, number, digest, revoked in found)


def issued_snapshots(numbers: Iterable[str], *, platform_code: str) -> dict[str, Snapshot]:
    """Return what this issuer says of certificates that a platform has asked for, by number. Three queries."""
    rows = Certificate.objects.filter(
        side=Certificate.Side.ISSUER, number__in=set(numbers), platform_code=platform_code
    )
    return {view.number: snapshot_of(view) for view in _views(rows)}


def snapshot_of(view: CertificateView) -> Snapshot:
    """Return a certificate as it is sent. No query."""
    return Snapshot(
        number=view.number,
        post_code=view.latest.facts.post_code,
        region_code=view.region_code,
        revoked_at=view.revoked_at,
        revocation_reason=view.revocation_reason,
        versions=tuple(
            VersionSent(item.version, item.kind, item.facts, item.cycle, item.request_uuid, item.reason, item.issued_at)
            for item in view.versions
        ),
    )


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What was asked of the issuer for a person, and how it stands. refusal: the issuer's code, "" for none; remark: of an
    officer; doubted_at: since when its hours no longer support it."""

    uuid: UUID
    licence_id: int
    kind_label: str
    cycle: int
    state: str
    state_label: str
    refusal: str
    remark: str
    doubted_at: datetime | None
    started_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A revocation or correction that an officer proposed. changes: (name of the field, new text)."""

    uuid: UUID
    certificate_uuid: UUID
    number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    changes: tuple[tuple[str, str], ...]
    reason: str
    proposed_by_id: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    remark: str


def requests_of(holder_id: int) -> tuple[RequestFacts, ...]:
    """Return what was asked of the issuer for a person, the newest first. One query."""
    return tuple(
        RequestFacts(
            uuid=row.uuid,
            licence_id=row.licence_id,
            kind_label=row.get_kind_display(),
            cycle=row.cycle,
            state=row.state,
            state_label=row.get_state_display(),
            refusal=row.refusal,
            remark=row.remark,
            doubted_at=row.doubted_at,
            started_at=row.started_at,
            settled_at=row.settled_at,
        )
        for row in CertificateRequest.objects.filter(holder_id=holder_id).order_by("-id")
    )


def proposals_in(area: frozenset[str]) -> tuple[ProposalFacts, ...]:
    """Return what waits for a second officer in an area, the oldest first. One query."""
    where = Q(pk__in=[])
    for prefix in area:
        where |= Q(certificate__region_code__startswith=prefix)
    return _proposals(ChangeProposal.objects.filter(where, state=ChangeProposal.State.PROPOSED).order_by("id"))


def proposals_of(certificate_id: int) -> tuple[ProposalFacts, ...]:
    """Return everything that was proposed about one certificate, the newest first. One query."""
    return _proposals(ChangeProposal.objects.filter(certificate_id=certificate_id).order_by("-id"))


def proposal(proposal_uuid: UUID) -> ProposalFacts | None:
    """Return one proposal; None for none. One query."""
    return next(iter(_proposals(ChangeProposal.objects.filter(uuid=proposal_uuid))), None)


def _proposals(rows: QuerySet[ChangeProposal]) -> tuple[ProposalFacts, ...]:
    return tuple(
        ProposalFacts(
            uuid=row.uuid,
            certificate_uuid=row.certificate.uuid,
            number=row.certificate.number,
            kind=row.kind,
            kind_label=row.get_kind_display(),
            state=row.state,
            state_label=row.get_state_display(),
            changes=tuple((str(name), str(text)) for name, text in row.changes.items()),
            reason=row.reason,
            proposed_by_id=row.proposed_by_id,
            proposed_by=row.proposed_by.name,
            proposed_at=row.proposed_at,
            decided_by=row.decided_by.name if row.decided_by else "",
            remark=row.remark,
        )
        for row in rows.select_related("certificate", "proposed_by", "decided_by")
    )


def post_label(post_code: str) -> str:
    """Return the name of a post as it stands on certificates. No query."""
    return next((post.name for post in POSTS if post.code == post_code), post_code)
