"""How long people wait for a decision, and what is decided."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from django.utils import timezone

from lms.reviews.domain.claim import State
from lms.reviews.models import Claim
from lms.reviews.queries.scope import scope_of

if TYPE_CHECKING:
    from lms.accounts.models import User

PERIOD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class KindFigures:
    """The decided claims of one kind within the period. median_hours: from the submission to the decision."""

    name: str
    decided: int
    accepted: int
    median_hours: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was decided in the last 90 days in a reviewer's scope. median_hours None: nothing yet."""

    decided: int
    accepted: int
    median_hours: int | None
    longest_waiting_days: int | None
    by_kind: tuple[KindFigures, ...]


def figures_of(reviewer: "User", *, at: datetime) -> Figures:
    """Return the figures of a reviewer's desk. Four queries."""
    mine = Claim.objects.filter(scope_of(reviewer, on=timezone.localdate(at)).condition())
    rows = mine.filter(decided_at__gt=at - PERIOD, submitted_at__isnull=False).values_list(
        "kind__name", "state", "submitted_at", "decided_at"
    )
    by_kind: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for name, state, submitted, decided in rows:
        if submitted and decided:
            by_kind[name].append((state == State.ACCEPTED.value, (decided - submitted).total_seconds() / 3600))
    every = [item for items in by_kind.values() for item in items]
    oldest = (
        mine.filter(state__in=[state.value for state in State if state.waits_for_reviewer])
        .order_by("submitted_at")
        .values_list("submitted_at", flat=True)
        .first()
    )
    return Figures(
        decided=len(every),
        accepted=sum(accepted for accepted, _ in every),
        median_hours=_median(every) if every else None,
        longest_waiting_days=(at - oldest).days if oldest else None,
        by_kind=tuple(
            KindFigures(name, len(items), sum(accepted for accepted, _ in items), _median(items))
            for name, items in sorted(by_kind.items(), key=lambda pair: -len(pair[1]))
        ),
    )


def _median(items: list[tuple[bool, float]]) -> int:
    return round(median(hours for _, hours in items))
