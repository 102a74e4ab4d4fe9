"""One learner's day as a picture: when he was signed in, what counted, what was refused, and everything else that was filed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from analytics.audit import queries
from analytics.audit.log_kinds import LOOKS
from analytics.audit.queries import Row
from analytics.audit.sight import MASKED, PERSON, Sight
from analytics.learning_log import queries as log
from analytics.learning_log.queries import RecordFilter

MOST_RECORDS = 1_000
NARROWEST = 0.25  # percent of a day: about four minutes, the least that is seen
WATCHED, REFUSED, OPENED, CLOSED = (
    "player.span_watched",
    "player.watching_refused",
    "player.session_opened",
    "player.session_closed",
)
PRESENCE = "proctoring."
DAY_SECONDS = 86_400
HOURS = (0, 6, 12, 18, 24)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the day's line, in percent; it leads to its record."""

    x: str
    width: str
    row: Row


@dataclass(frozen=True, slots=True)
class LearnerDay:
    """A day. lanes by name: sittings, watched, refused, checks, other. capped: only the first MOST_RECORDS are shown."""

    learner_id: int
    learner_name: str
    day: date
    rows: tuple[Row, ...]
    sittings: tuple[Piece, ...]
    watched: tuple[Piece, ...]
    refused: tuple[Piece, ...]
    checks: tuple[Piece, ...]
    other: tuple[Piece, ...]
    counted_ms: int
    refused_ms: int
    capped: bool

    @property
    def before(self) -> date:
        """The day before."""
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        """The day after."""
        return self.day + timedelta(days=1)

    @property
    def ticks(self) -> tuple[tuple[int, str, str], ...]:
        """The hours below the line: hour, place in percent, and how the text is anchored."""
        anchors = {0: "start", 24: "end"}
        return tuple((hour, f"{hour * 100 / 24:g}", anchors.get(hour, "middle")) for hour in HOURS)


def learner_day(learner_id: int, day: date, sight: Sight = MASKED) -> LearnerDay:
    """Return what the log knows of one learner's day in the regulator's time zone. Four queries, looks of auditors left out."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    asked = RecordFilter(
        learner_ids=(learner_id,),
        without_kinds=LOOKS,
        recorded_from=start,
        recorded_until=start + timedelta(days=1),
    )
    found = log.records(asked, limit=MOST_RECORDS + 1, after_id=0)
    rows = queries.rows_of(reversed(found[-MOST_RECORDS:]), sight)
    names = log.labels(PERSON, [str(learner_id)])
    line = _Line(start)
    return LearnerDay(
        learner_id=learner_id,
        learner_name=sight.name(learner_id, names.get(str(learner_id), "")),
        day=day,
        rows=rows,
        sittings=tuple(_sittings(rows, line)),
        watched=tuple(line.piece(row, "wall_from", "wall_until") for row in rows if row.kind == WATCHED),
        refused=tuple(line.piece(row, "first_at", "last_at") for row in rows if row.kind == REFUSED),
        checks=tuple(line.piece(row, "from_at", "until_at") for row in rows if row.kind.startswith(PRESENCE)),
        other=tuple(
            line.piece(row, "", "")
            for row in rows
            if row.kind not in {WATCHED, REFUSED, OPENED, CLOSED} and not row.kind.startswith(PRESENCE)
        ),
        counted_ms=_sum(rows, WATCHED, "counted_ms"),
        refused_ms=_sum(rows, REFUSED, "refused_ms"),
        capped=len(found) > MOST_RECORDS,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    start: datetime

    def piece(self, row: Row, began: str, ended: str) -> Piece:
        """A stretch between two times of the payload; where they are missing, the moment at which it happened."""
        first = _time(row.payload.get(began)) or row.happened_at
        if not self.start <= first < self.start + timedelta(days=1):
            first = row.recorded_at  # it tells of another day, and was filed on this one
        return self.between(row, first, _time(row.payload.get(ended)) or first)

    def between(self, row: Row, began: datetime, ended: datetime) -> Piece:
        x, until = (
            min(max((at - self.start).total_seconds() / DAY_SECONDS * 100, 0.0), 100.0) for at in (began, ended)
        )
        width = max(until - x, NARROWEST)
        return Piece(f"{min(x, 100 - width):.3f}", f"{width:.3f}", row)


def _sittings(rows: Iterable[Row], line: _Line) -> Iterator[Piece]:
    opened: dict[str, Row] = {}
    for row in rows:
        session = str(row.payload.get("session_uuid", ""))
        if row.kind == OPENED:
            opened[session] = row
        elif row.kind == CLOSED:
            first = opened.pop(session, row)
            yield line.between(first, first.happened_at if first is not row else line.start, row.happened_at)
    yield from (line.between(row, row.happened_at, row.happened_at) for row in opened.values())


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _sum(rows: Iterable[Row], kind: str, name: str) -> int:
    values = (row.payload.get(name, 0) for row in rows if row.kind == kind)
    return sum(value for value in values if isinstance(value, int))
