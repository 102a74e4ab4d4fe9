"""Reading documents."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.xapi.models import XapiDocument


@dataclass(frozen=True, slots=True)
class Found:
    """A document as it is stored."""

    content: bytes
    content_type: str
    etag: str
    updated_at: datetime


def document(key: UUID) -> Found | None:
    """Return one document, or None. One query."""
    row = XapiDocument.objects.filter(key=key).first()
    return Found(bytes(row.content), row.content_type, row.etag, row.updated_at) if row else None


def names_on_shelf(shelf: UUID, *, registration: UUID | None, since: datetime | None) -> list[str]:
    """Return the ids of the documents of a list, in order; those written after `since`. One query."""
    rows = XapiDocument.objects.filter(shelf=shelf)
    if registration is not None:
        rows = rows.filter(registration=registration)
    if since is not None:
        rows = rows.filter(updated_at__gt=since)
    return sorted(set(rows.values_list("name", flat=True)))
