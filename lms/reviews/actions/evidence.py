"""Taking in evidence: judged by its content, kept under a name of ours, outside everything that is served."""

from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction

from analytics.learning_log.actions import append
from lms.reviews.actions.claims import own_claim
from lms.reviews.domain.claim import ClaimRefused, State
from lms.reviews.domain.evidence import MOST_BYTES, MOST_FILES, BadFile
from lms.reviews.evidence_gateway import read_file
from lms.reviews.models import Evidence

if TYPE_CHECKING:
    from lms.accounts.models import User


@transaction.atomic
def add_evidence(*, claim_uuid: UUID, upload: "File[bytes]", at: datetime, by: "User") -> Evidence:
    """Add a file to one's own claim while it may be edited. Raises ClaimRefused (not_yours, not_now), BadFile."""
    claim = own_claim(claim_uuid, by)
    if not State(claim.state).is_editable:
        raise ClaimRefused("not_now")
    return keep_evidence(kind=Evidence.Subject.CLAIM, subject=claim.uuid, upload=upload, at=at, by=by)


@transaction.atomic
def keep_evidence(*, kind: str, subject: UUID, upload: "File[bytes]", at: datetime, by: "User") -> Evidence:
    """Keep a file of a subject. Whether `by` may add to it is the caller's question. The caller holds the subject's lock.

    The same file elsewhere is no error: a sign-in sheet proves something for everybody on it. It is found by
    queries.uses_of, and a person decides. Raises BadFile.
    """
    standing = Evidence.objects.filter(subject=subject, removed_at__isnull=True)
    if standing.count() >= MOST_FILES:
        raise BadFile("too_many_files")
    if upload.size is None or upload.size > MOST_BYTES:
        raise BadFile("too_large")
    content = upload.read()
    facts = read_file(content)
    uuid = uuid4()
    try:
        with transaction.atomic():
            row = Evidence.objects.create(
                uuid=uuid,
                subject_kind=Evidence.Subject(kind),
                subject=subject,
                name=_shown_name(upload.name or ""),
                content_type=facts.content_type,
                size_bytes=facts.size_bytes,
                pages=facts.pages,
                sha256=facts.sha256,
                likeness=facts.likeness,
                file=ContentFile(content, name=uuid.hex),
                added_at=at,
                by=by,
            )
    except IntegrityError:
        raise BadFile("same_file") from None
    append(
        kind="reviews.evidence_added",
        actor_id=by.pk,
        happened_at=at,
        subject=str(subject),
        payload={
            "evidence_uuid": str(uuid),
            "sha256": facts.sha256.hex(),
            "content_type": facts.content_type,
            "size_bytes": facts.size_bytes,
        },
    )
    return row


@transaction.atomic
def remove_evidence(*, claim_uuid: UUID, evidence_uuid: UUID, at: datetime, by: "User") -> None:
    """Take a file out of one's own claim while it may be edited; its bytes are kept. Raises ClaimRefused."""
    claim = own_claim(claim_uuid, by)
    if not State(claim.state).is_editable:
        raise ClaimRefused("not_now")
    take_back_evidence(subject=claim.uuid, evidence_uuid=evidence_uuid, at=at, by=by)


@transaction.atomic
def take_back_evidence(*, subject: UUID, evidence_uuid: UUID, at: datetime, by: "User") -> None:
    """Take a file out of a subject; whether `by` may is the caller's question. Nothing to take back is no error."""
    rows = Evidence.objects.filter(uuid=evidence_uuid, subject=subject, removed_at__isnull=True)
    if rows.update(removed_at=at):
        append(
            kind="reviews.evidence_removed",
            actor_id=by.pk,
            happened_at=at,
            subject=str(subject),
            payload={"evidence_uuid": str(evidence_uuid)},
        )


def _shown_name(given: str) -> str:
    """The last part of the name, without what could end a header or a line: shown to people, and used for nothing else."""
    bare = PurePath(given.replace("\\", "/")).name
    return "".join(sign for sign in bare if sign.isprintable() and sign not in '"<>|:*?/')[-100:] or "file"
