"""What is added up, and from which records: one line each. SQL makes the sums, once for each batch of places."""

from dataclasses import dataclass

ACTIVE = "active_learners"
DAY = "(happened_at AT TIME ZONE 'Asia/Shanghai')::date"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: records of `kind`, each adding `amount` (SQL) to its `group` (SQL) on its day."""

    name: str
    kind: str
    amount: str
    group: str = "''"
    day: str = DAY


MEASURES = (
    Measure("watched_ms", "player.span_watched", "(payload ->> 'counted_ms')::bigint"),
    Measure(
        "refused_ms",
        "player.watching_refused",
        "(payload ->> 'refused_ms')::bigint",
        "coalesce(payload ->> 'reason', '')",
    ),
    Measure(
        "awarded_seconds",
        "credit.hours_awarded",
        "(payload ->> 'seconds')::bigint",
        "coalesce(payload ->> 'category', '')",
        "(payload ->> 'activity_day')::date",
    ),
    Measure("checks", "proctoring.check_ended", "1", "coalesce(payload ->> 'state', '')"),
    Measure("enrolled", "enrolment.learner_enrolled", "1"),
    Measure("sign_ins", "accounts.signed_in", "1"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
