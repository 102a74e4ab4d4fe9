"""What a person was told, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import QuerySet

from lms.notices.kinds import kind_of
from lms.notices.models import Delivery, Notice

COUNT_KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One notice in the language that is active. path: within the site, "" = leads nowhere."""

    uuid: UUID
    title: str
    text: str
    path: str
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """One message that went out, or did not. text: "" for a secret that has been forgotten."""

    channel_label: str
    state: str
    state_label: str
    person_name: str
    address_masked: str
    text: str
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    trouble: str


def count_key(person_id: int) -> str:
    """Return the name under which the number of unread notices is kept."""
    return f"notices:unread:{person_id}"


def unread_count(person_id: int) -> int:
    """Return how many notices a person has not read, from the cache where it stands there. At most one query."""
    kept = cache.get(count_key(person_id))
    if isinstance(kept, int):
        return kept
    counted = Notice.objects.filter(person_id=person_id, in_centre=True, read_at__isnull=True).count()
    cache.set(count_key(person_id), counted, COUNT_KEPT_SECONDS)
    return counted


def notices_of(person_id: int) -> QuerySet[Notice]:
    """Return the rows of a person's message centre, the newest first, to be cut into pages."""
    return Notice.objects.filter(person_id=person_id, in_centre=True).order_by("-id")


def shown(row: Notice) -> NoticeFacts:
    """Return a row as it reads."""
    kind = kind_of(row.kind)
    return NoticeFacts(
        row.uuid,
        kind.title_for(row.params),
        kind.text_for(row.params),
        row.path,
        row.created_at,
        row.read_at is not None,
    )


def deliveries(*, person_id: int | None = None) -> QuerySet[Delivery]:
    """Return what went out, the newest first: of everybody, or of one person. To be cut into pages."""
    rows = Delivery.objects.select_related("notice__person").order_by("-id")
    return rows if person_id is None else rows.filter(notice__person_id=person_id)


def delivered(row: Delivery, params: "dict[str, str | int]") -> DeliveryFacts:
    """Return a delivery as it reads; params {} = what it said is secret, or forgotten."""
    kind = kind_of(row.notice.kind)
    return DeliveryFacts(
        channel_label=row.get_channel_display(),
        state=row.state,
        state_label=row.get_state_display(),
        person_name=row.notice.person.name,
        address_masked=row.address_masked,
        text=kind.text_for(params) if params else "",
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        trouble=row.trouble,
    )
