"""The part of the page "why did this not count" that tells of presence: confirmed, provisional, held, released, refused."""

from dataclasses import dataclass
from uuid import UUID

from analytics.learning_log.queries import RecordFilter, records
from lms.classroom import why_picture as picture
from lms.classroom.domain.presence import KINDS, State, presence_of, split
from lms.classroom.presence import MOST_RECORDS, make_ups, watched_chunks
from player.domain.spans import Span, Spans, merge, subtract, total_ms
from proctoring.queries import HoldFacts, holds_of
from proctoring.sentences import HOLD_REASONS, WAYS, Text


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Held time in words. way: how it was released; can_replay: whether there is something to make it up with."""

    facts: HoldFacts
    reason: Text
    way: Text
    can_replay: bool


@dataclass(frozen=True, slots=True)
class PresencePart:
    """What became of sealed watching beside which presence was asked for. Spans of different states are disjoint."""

    duration_ms: int
    spans: dict[State, Spans]
    holds: tuple[HoldLine, ...]

    @property
    def states(self) -> tuple[tuple[str, int, tuple[picture.Piece, ...]], ...]:
        """Return (state, length, pieces of the picture), in the order of what counts."""
        return tuple(
            (state.value, total_ms(self.spans[state]), picture.pieces(self.spans[state], self.duration_ms))
            for state in State
            if self.spans.get(state)
        )

    @property
    def waits(self) -> bool:
        """Is there held time that the learner may still release?"""
        return any(line.facts.self_open for line in self.holds)


def presence_part_of(learner_id: int, lesson_uuid: UUID, duration_ms: int) -> PresencePart | None:
    """Return the part of the page, None where nobody was ever asked for presence. Three queries, however much is held."""
    asked = RecordFilter(kinds=KINDS, learner_ids=(learner_id,), subjects=(str(lesson_uuid),))
    told = records(asked, limit=MOST_RECORDS)[::-1]
    if not told:
        return None
    presence = presence_of((row.id, row.record.kind, row.record.payload) for row in told)
    found: dict[State, list[Span]] = {}
    chunks = watched_chunks(learner_id, lesson_uuid)
    for chunk in chunks:
        for state, spans in split(chunk, presence).items():
            found.setdefault(state, []).extend(spans)
    kept: dict[State, Spans] = {}
    before: Spans = ()
    for state in State:  # media that counted once are not shown as waiting a second time
        kept[state] = subtract(merge(found.get(state, ())), before)
        before = merge((*before, *kept[state]))
    holds = holds_of(learner_id, lesson_uuid)
    again = make_ups(holds, chunks)
    lines = tuple(
        HoldLine(held, HOLD_REASONS[held.reason], WAYS.get(held.way, ""), can_replay=held.uuid in again)
        for held in holds
    )
    return PresencePart(duration_ms, kept, lines)
