"""What was earned and does not count yet: a check, a test or a person's decision is still open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from lms.credit.domain.cycle import Window
from lms.credit.domain.terms import EvidenceState
from lms.credit.models import CreditEntry

WAITING = tuple(state.value for state in EvidenceState if state.is_waiting)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One activity that waits, corrections included. source_uuid: of a claim or another source, without its round."""

    title: str
    activity_day: date
    category_label: str
    state: EvidenceState
    state_label: str
    hours: Fraction
    source_kind: str
    source_uuid: str


def waiting_of(
    user_id: int, *, post_code: str, window: Window | None, seconds_per_hour: int
) -> tuple[WaitingLine, ...]:
    """Return what waits within a cycle, the newest first, at most SHOWN lines. One query."""
    rows = CreditEntry.objects.filter(Q(post_code="") | Q(post_code=post_code), learner_id=user_id, state__in=WAITING)
    if window is not None:
        rows = rows.filter(activity_day__gte=window.start, activity_day__lt=window.end)
    return tuple(_lines(rows.order_by("-activity_day", "-id"), seconds_per_hour))[:SHOWN]


def _lines(rows: Iterable[CreditEntry], seconds_per_hour: int) -> Iterable[WaitingLine]:
    sums: dict[tuple[str, str, date, str], tuple[CreditEntry, int]] = {}
    for row in rows:
        key = (row.source_kind, row.source_ref or f"entry {row.reverses_id or row.pk}", row.activity_day, row.state)
        first, before = sums.get(key, (row, 0))
        sums[key] = (first, before + row.seconds)
    for row, seconds in sums.values():
        if seconds > 0:
            yield WaitingLine(
                title=row.title,
                activity_day=row.activity_day,
                category_label=str(row.get_category_display()),
                state=EvidenceState(row.state),
                state_label=str(row.get_state_display()),
                hours=Fraction(seconds, seconds_per_hour),
                source_kind=row.source_kind,
                source_uuid=row.source_ref.split("/", maxsplit=1)[0],
            )
