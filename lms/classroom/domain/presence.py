"""Watched media ∩ time in which the learner was there. The player and the face checks know nothing of each other; here they meet.

A chunk of watching tells its media and its wall time, not which media played when: media are taken to have played evenly
over the chunk's wall time, in their order. That is exact where the picture ran on, and never gives more than was watched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from player.domain.spans import Span, Spans, merge, subtract

OPENED = "proctoring.session_opened"
CONFIRMED = "proctoring.time_confirmed"
HELD = "proctoring.time_held"
RELEASED = "proctoring.time_released"
REFUSED = "proctoring.time_refused"
KINDS = (OPENED, CONFIRMED, HELD, RELEASED, REFUSED)
_MS = timedelta(milliseconds=1)


class State(StrEnum):
    """What of watched time counts: confirmed and released do; provisional and held wait; refused does not."""

    CONFIRMED = "confirmed"
    RELEASED = "released"
    PROVISIONAL = "provisional"
    HELD = "held"
    REFUSED = "refused"


COUNTING = frozenset({State.CONFIRMED, State.RELEASED})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Wall time, half-open."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Chunk:
    """A sealed stretch of watching: of which session, when by the wall, which media."""

    session: str
    wall: Stretch
    spans: Spans


@dataclass(slots=True)
class Presence:
    """What the log says of presence beside the watching of one subject, by watch session.

    newest: the number of the youngest record that says it; 0 for none.
    """

    sessions: dict[str, dict[State, list[Stretch]]] = field(default_factory=dict)
    newest: int = 0


def presence_of(records: Iterable[tuple[int, str, Mapping[str, object]]]) -> Presence:
    """Return what these records (number, kind, payload; the oldest first) say. A released or refused hold is held no more."""
    found = Presence()
    holds: dict[str, tuple[str, State, Stretch]] = {}
    for number, kind, payload in records:
        if kind not in KINDS:
            continue
        found.newest = max(found.newest, number)
        session = str(payload["counterpart_uuid"])
        if not session:
            continue
        states = found.sessions.setdefault(session, {})
        if kind == OPENED:
            continue
        stretch = Stretch(_moment(payload["from_at"]), _moment(payload["until_at"]))
        if kind == CONFIRMED:
            states.setdefault(State.CONFIRMED, []).append(stretch)
        else:
            state = {HELD: State.HELD, RELEASED: State.RELEASED, REFUSED: State.REFUSED}[kind]
            holds[str(payload["hold_uuid"])] = session, state, stretch
    for session, state, stretch in holds.values():
        found.sessions[session].setdefault(state, []).append(stretch)
    return found


def split(chunk: Chunk, presence: Presence) -> dict[State, Spans]:
    """Return the media of a chunk by what became of them; watching beside which nobody asked for presence is confirmed.

    What nothing was decided about is provisional. Where two decisions overlap, the one that counts has it.
    """
    states = presence.sessions.get(chunk.session)
    if states is None:
        return {State.CONFIRMED: chunk.spans} if chunk.spans else {}
    left, parts = chunk.spans, {}
    for state in (State.RELEASED, State.CONFIRMED, State.REFUSED, State.HELD):
        media = merge(span for stretch in states.get(state, ()) for span in played(chunk, stretch))
        taken = subtract(left, subtract(left, media))
        if taken:
            parts[state] = taken
            left = subtract(left, taken)
    if left:
        parts[State.PROVISIONAL] = left
    return parts


def counting(chunk: Chunk, presence: Presence) -> Spans:
    """Return the media of a chunk that count."""
    parts = split(chunk, presence)
    return merge(span for state in COUNTING for span in parts.get(state, ()))


def played(chunk: Chunk, stretch: Stretch) -> Spans:
    """Return the media of a chunk that played in a stretch of wall time."""
    begin, end = max(chunk.wall.from_at, stretch.from_at), min(chunk.wall.until_at, stretch.until_at)
    whole_ms = (chunk.wall.until_at - chunk.wall.from_at) // _MS
    if begin >= end or whole_ms <= 0:
        return ()
    length_ms = sum(span.length_ms for span in chunk.spans)
    first = (begin - chunk.wall.from_at) // _MS * length_ms // whole_ms
    last = (end - chunk.wall.from_at) // _MS * length_ms // whole_ms
    cut, passed = [], 0
    for span in chunk.spans:
        start, stop = max(first - passed, 0), min(last - passed, span.length_ms)
        if start < stop:
            cut.append(Span(span.start_ms + start, span.start_ms + stop))
        passed += span.length_ms
    return tuple(cut)


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value))
