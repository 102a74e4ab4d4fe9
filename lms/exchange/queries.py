"""What waits to be sent, and what came: for operators and for the page that shows the state of a renewal."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from lms.exchange.models import InboxMessage, OutboxMessage


@dataclass(frozen=True, slots=True)
class Carriage:
    """How the messages to one peer stand. last_answer: when one was last answered."""

    peer: str
    waiting: int
    last_answer: datetime | None


def outbox() -> QuerySet[OutboxMessage]:
    """Return what was and is to be sent, the newest first, to be cut into pages."""
    return OutboxMessage.objects.select_related("peer").order_by("-id")


def inbox() -> QuerySet[InboxMessage]:
    """Return what came, the newest first, to be cut into pages."""
    return InboxMessage.objects.select_related("peer").order_by("-id")


def carriages() -> tuple[Carriage, ...]:
    """Return how the messages to each peer stand. Two queries."""
    waiting = dict(
        OutboxMessage.objects.exclude(state=OutboxMessage.State.ANSWERED)
        .order_by()
        .values_list("peer__code")
        .annotate(n=Count("id"))
    )
    last = dict(OutboxMessage.objects.order_by().values_list("peer__code").annotate(last=Max("answered_at")))
    return tuple(Carriage(code, waiting.get(code, 0), last[code]) for code in sorted(last))
