"""Evidence files and where else they were used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import connection

from lms.reviews.domain.evidence import ALIKE_BITS, distance
from lms.reviews.models import Evidence

# The same bytes, or a picture that looks the same; never within one subject, and not what was taken back.
_USES = """
    SELECT one.id, other.id FROM reviews_evidence one
    JOIN reviews_evidence other ON other.subject <> one.subject AND other.removed_at IS NULL
     AND (other.sha256 = one.sha256 OR bit_count((other.likeness # one.likeness)::bit(64)) <= %s)
    WHERE one.subject = ANY(%s) AND one.removed_at IS NULL
    ORDER BY one.id, other.id
"""


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """One file. is_picture: it can be shown in a page; a PDF is only handed out."""

    uuid: UUID
    subject_kind: str
    subject: UUID
    name: str
    content_type: str
    size_bytes: int
    pages: int
    fingerprint: str
    added_at: datetime
    by_id: int

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Match:
    """A file that was used elsewhere as well. exact: the same bytes; else so many of 64 bits of its looks differ."""

    mine: EvidenceFacts
    other: EvidenceFacts
    exact: bool
    different_bits: int


def evidence_of(subject: UUID) -> tuple[EvidenceFacts, ...]:
    """Return the files of a claim or training in the order in which they came, without those taken back. One query."""
    return tuple(_facts(row) for row in Evidence.objects.filter(subject=subject, removed_at__isnull=True))


def uses_of(subjects: Iterable[UUID]) -> tuple[Match, ...]:
    """Return where else the files of these subjects were used, by anybody. Two queries.

    Equal bytes are found by an index; alike pictures by reading all likenesses (a million take about a second).
    """
    with connection.cursor() as cursor:
        cursor.execute(_USES, [ALIKE_BITS, list(subjects)])
        pairs = cursor.fetchall()
    if not pairs:
        return ()
    rows = Evidence.objects.in_bulk({number for pair in pairs for number in pair})
    return tuple(_match(rows[one], rows[other]) for one, other in pairs)


def open_evidence(uuid: UUID) -> tuple[EvidenceFacts, IO[bytes]] | None:
    """Return a file with its bytes, for a view that has asked who is asking; None for none. One query."""
    row = Evidence.objects.filter(uuid=uuid).first()
    return (_facts(row), row.file.open("rb")) if row else None


def _match(mine: Evidence, other: Evidence) -> Match:
    exact = bytes(mine.sha256) == bytes(other.sha256)
    bits = 0 if exact or mine.likeness is None or other.likeness is None else _apart(mine.likeness, other.likeness)
    return Match(_facts(mine), _facts(other), exact, bits)


def _apart(one: int, other: int) -> int:
    return distance(one % 2**64, other % 2**64)


def _facts(row: Evidence) -> EvidenceFacts:
    return EvidenceFacts(
        uuid=row.uuid,
        subject_kind=row.subject_kind,
        subject=row.subject,
        name=row.name,
        content_type=row.content_type,
        size_bytes=row.size_bytes,
        pages=row.pages,
        fingerprint=bytes(row.sha256).hex(),
        added_at=row.added_at,
        by_id=row.by_id,
    )
