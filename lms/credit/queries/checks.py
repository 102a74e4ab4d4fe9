"""The checks of presence beside what was watched, as the log tells them: part of the evidence of an entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from analytics.learning_log.queries import RecordFilter, records

CHECK_ENDED = "proctoring.check_ended"
MOST = 500  # of one page of a ledger


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """How one check ended. state: passed, failed, missed, proved or withdrawn. record_id: in the learning log."""

    at: datetime
    state: str
    record_id: int


def checks_beside(
    user_id: int, watched: Iterable[tuple[str, date]]
) -> Mapping[tuple[str, date], tuple[CheckFacts, ...]]:
    """Return the checks of a person by lesson and day, the earliest first; a pair without any is left out. One query at most."""
    wanted = set(watched)
    if not wanted:
        return {}
    asked = RecordFilter(
        learner_ids=(user_id,), kinds=(CHECK_ENDED,), subjects=tuple(sorted({lesson for lesson, _ in wanted}))
    )
    found: dict[tuple[str, date], list[CheckFacts]] = {}
    for row in reversed(records(asked, limit=MOST)):
        key = (row.record.subject, timezone.localdate(row.record.happened_at))
        if key in wanted:
            found.setdefault(key, []).append(
                CheckFacts(row.record.happened_at, str(row.record.payload.get("state", "")), row.id)
            )
    return {key: tuple(items) for key, items in found.items()}
