"""What is added up, and from which records: one line each. SQL takes day, group and amount from the payload."""

import re
from dataclasses import dataclass
from datetime import date

ACTIVE = "active_learners"
DAY = "(happened_at AT TIME ZONE 'Asia/Shanghai')::date"
LONGEST_GROUP = 80


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: records of `kinds`, each adding `amount` (SQL) to its `group` (SQL) on its day.

    field: the payload's field behind the group, whose words say it.
    """

    name: str
    kinds: tuple[str, ...]
    amount: str
    field: str = ""
    day: str = DAY

    @property
    def group(self) -> str:
        """The group as SQL."""
        return f"left(coalesce(payload ->> '{self.field}', ''), {LONGEST_GROUP})" if self.field else "''"


MEASURES = (
    Measure("watched_ms", ("player.span_watched",), "(payload ->> 'counted_ms')::bigint"),
    Measure("refused_ms", ("player.watching_refused",), "(payload ->> 'refused_ms')::bigint", "reason"),
    Measure(
        "awarded_seconds",
        ("credit.hours_awarded", "credit.hours_reversed"),  # seconds are signed: what is taken back is taken off
        "(payload ->> 'seconds')::bigint",
        "category",
        "(payload ->> 'activity_day')::date",
    ),
    Measure("checks", ("proctoring.check_ended",), "1", "state"),
    Measure("enrolled", ("enrolment.learner_enrolled",), "1"),
    Measure("sign_ins", ("accounts.signed_in",), "1"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
# The steps of a learner's way through a course, by the day of enrolment; each is reached by one record.
STEPS = ("step_enrolled", "step_started", "step_half", "step_complete", "step_renewed")
NAMES = frozenset({*BY_NAME, *STEPS})
EVERY_GROUP = "*"
_GROUP = re.compile(r"\*|[a-z0-9_]{0,80}")  # groups are codes; anything else might be a name


@dataclass(frozen=True, slots=True)
class Sought:
    """A figure of one day or of several, both included; group "*" = of all groups. Written measure|day..day|group."""

    measure: str
    since: date
    until: date
    group: str = EVERY_GROUP

    def __str__(self) -> str:
        return f"{self.measure}|{self.since.isoformat()}..{self.until.isoformat()}|{self.group}"

    @classmethod
    def read(cls, text: str) -> "Sought":
        """Return what was written. Raises ValueError for anything else.

        >>> str(Sought.read("checks|2026-05-01..2026-05-09|passed"))
        'checks|2026-05-01..2026-05-09|passed'
        """
        measure, days, group = text.split("|", 2)
        first, last = days.split("..")
        read = cls(measure, date.fromisoformat(first), date.fromisoformat(last), group)
        if measure not in NAMES or read.until < read.since or not _GROUP.fullmatch(group):
            raise ValueError(text)
        return read
