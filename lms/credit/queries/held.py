"""Watched time that does not count yet, or not at all, for want of a check of presence: as the log tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.learning_log.queries import RecordFilter, SealedRecord, records
from lms.classroom.domain.presence import COUNTING, KINDS, Chunk, State, Stretch, presence_of, split
from player.domain.spans import Span, Spans, merge, subtract, total_ms

WATCHED = "player.span_watched"
MOST = 10_000


@dataclass(frozen=True, slots=True)
class HeldTime:
    """Of one lesson, in whole seconds of media that nothing else has made count.

    provisional: the next check decides; held: a check failed or was missed, the learner or a person can release it;
    refused: a person decided that it does not count.
    """

    lesson_uuid: UUID
    title: str
    provisional_seconds: int
    held_seconds: int
    refused_seconds: int

    @property
    def waiting_seconds(self) -> int:
        return self.provisional_seconds + self.held_seconds


def held_of(user_id: int, lessons: Mapping[UUID, str]) -> tuple[HeldTime, ...]:
    """Return what waits or was refused of these lessons (titles by uuid); others are left out. Two queries at most."""
    subjects = tuple(sorted(map(str, lessons)))
    if not subjects:
        return ()
    asked = RecordFilter(learner_ids=(user_id,), kinds=KINDS, subjects=subjects)
    about = _by_lesson(records(asked, limit=MOST))
    if not about:
        return ()
    watched = _by_lesson(
        records(RecordFilter(learner_ids=(user_id,), kinds=(WATCHED,), subjects=tuple(sorted(about))), limit=MOST)
    )
    found = []
    for subject, told in about.items():
        presence = presence_of(told)
        parts: dict[State, Spans] = {}
        for _number, _kind, payload in watched.get(subject, ()):
            for state, spans in split(_chunk(payload), presence).items():
                parts[state] = merge([*parts.get(state, ()), *spans])
        line = _line(UUID(subject), lessons, parts)
        if line.waiting_seconds or line.refused_seconds:
            found.append(line)
    return tuple(found)


Told = tuple[int, str, Mapping[str, object]]


def _by_lesson(rows: Iterable[SealedRecord]) -> dict[str, list[Told]]:
    """Records by what they are about, the oldest first."""
    found: dict[str, list[Told]] = {}
    for row in reversed(list(rows)):
        found.setdefault(row.record.subject, []).append((row.id, row.record.kind, row.record.payload))
    return found


def _chunk(payload: Mapping[str, object]) -> Chunk:
    began, ended = (datetime.fromisoformat(str(payload[name])) for name in ("wall_from", "wall_until"))
    pairs = payload["spans"]
    spans = tuple(Span(int(start), int(end)) for start, end in pairs) if isinstance(pairs, list) else ()
    return Chunk(str(payload["session_uuid"]), Stretch(began, ended), spans)


def _line(uuid: UUID, lessons: Mapping[UUID, str], parts: Mapping[State, Spans]) -> HeldTime:
    """What counts once counts, whatever became of the same media at another time; refused is what nothing else keeps open."""
    counts = merge(span for state in COUNTING for span in parts.get(state, ()))
    provisional = subtract(parts.get(State.PROVISIONAL, ()), counts)
    held = subtract(subtract(parts.get(State.HELD, ()), counts), provisional)
    waiting = merge([*provisional, *held])
    refused = subtract(subtract(parts.get(State.REFUSED, ()), counts), waiting)
    seconds = [total_ms(spans) // 1000 for spans in (provisional, held, refused)]
    return HeldTime(uuid, lessons[uuid], *seconds)
