"""What the house has written down, read by plain SQL after a seal: never by its own code, never from an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import psycopg

from tests.adversary.oracle import Interval, common, length, union

LOGGED = """
SELECT learner_id, payload->>'subject_uuid', payload->'spans', payload->>'session_uuid',
    extract(epoch FROM (payload->>'wall_from')::timestamptz)::float8 * 1000,
    extract(epoch FROM (payload->>'wall_until')::timestamptz)::float8 * 1000
FROM analytics_logrecord WHERE kind = 'player.span_watched' AND learner_id = ANY(%s)
"""
PRESENCE = """
SELECT kind, payload->>'counterpart_uuid',
    extract(epoch FROM (payload->>'from_at')::timestamptz)::float8 * 1000,
    extract(epoch FROM (payload->>'until_at')::timestamptz)::float8 * 1000
FROM analytics_logrecord
WHERE kind IN ('proctoring.session_opened', 'proctoring.time_confirmed', 'proctoring.time_released')
    AND learner_id = ANY(%s)
"""
SEALED = """
SELECT learner_id, subject_uuid::text, lower(part), upper(part), lower(wall), upper(wall)
FROM player_watchchunk LEFT JOIN LATERAL unnest(counted) AS part ON true WHERE learner_id = ANY(%s)
"""
OPENED = """
SELECT learner_id, count(*), count(*) FILTER (WHERE payload ? 'hints') FROM analytics_logrecord
WHERE kind = 'player.session_opened' AND learner_id = ANY(%s) GROUP BY learner_id
"""
COVERED = "SELECT learner_id, subject_uuid::text, counted_ms FROM player_coverage WHERE learner_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Account:
    """What one learner was given. credited_ms: as the log has it. faults: where the house's own books disagree.

    What was watched where presence was asked for is credited as far as that time was confirmed or released.
    opened: sittings; flagged: those of which the log says that a script may drive the browser.
    """

    credited_ms: int
    by_lesson: dict[str, int]
    faults: tuple[str, ...]
    opened: int = 0
    flagged: int = 0


def read(database_url: str, learner_ids: Iterable[int]) -> dict[int, Account]:
    """Return the account of each of these learners."""
    wanted = list(learner_ids)
    with psycopg.connect(database_url) as connection:
        logged = connection.execute(LOGGED, [wanted]).fetchall()
        presence = Presence(connection.execute(PRESENCE, [wanted]).fetchall())
        sealed = connection.execute(SEALED, [wanted]).fetchall()
        covered = connection.execute(COVERED, [wanted]).fetchall()
        sittings = {owner: counts for owner, *counts in connection.execute(OPENED, [wanted])}
    accounts = {}
    for learner_id in wanted:
        in_log: dict[str, list[Interval]] = {}
        granted: dict[str, float] = {}
        for owner, lesson, spans, session, *wall in logged:
            if owner == learner_id:
                media = [(float(start), float(end)) for start, end in spans]
                in_log.setdefault(lesson, []).extend(media)
                granted[lesson] = granted.get(lesson, 0.0) + length(media) * presence.share(session, *wall)
        in_chunks: dict[str, list[Interval]] = {}
        for owner, lesson, start, end, _, _ in sealed:
            if owner == learner_id and start is not None:
                in_chunks.setdefault(lesson, []).append((start, end))
        walls = sorted({(begun, ended) for owner, _, _, _, begun, ended in sealed if owner == learner_id})
        totals = {lesson: counted for owner, lesson, counted in covered if owner == learner_id and counted}
        accounts[learner_id] = Account(
            credited_ms=round(sum(granted.values())),
            by_lesson={lesson: round(media_ms) for lesson, media_ms in granted.items()},
            faults=tuple(_faults(in_log, in_chunks, totals, walls)),
            opened=sittings.get(learner_id, [0, 0])[0],
            flagged=sittings.get(learner_id, [0, 0])[1],
        )
    return accounts


class Presence:
    """What the log says of presence beside watch sessions: which were asked about, and which time was granted."""

    def __init__(self, rows: Iterable[tuple[str, str, float | None, float | None]]) -> None:
        self.granted: dict[str, list[Interval]] = {}
        for _kind, session, from_ms, until_ms in rows:
            times = self.granted.setdefault(session, [])
            if from_ms is not None and until_ms is not None:
                times.append((from_ms, until_ms))

    def share(self, session: str, from_ms: float, until_ms: float) -> float:
        """Return which part of a chunk's wall time counts: the media of a chunk are taken to have played evenly over it."""
        if session not in self.granted:
            return 1.0
        both = common([(from_ms, until_ms)], union(self.granted[session]))
        return length(both) / (until_ms - from_ms) if until_ms > from_ms else 0.0


def _faults(
    in_log: dict[str, list[Interval]],
    in_chunks: dict[str, list[Interval]],
    totals: dict[str, int],
    walls: list[tuple[object, object]],
) -> Iterable[str]:
    for lesson in in_log.keys() | in_chunks.keys() | totals.keys():
        spans = in_log.get(lesson, [])
        if length(union(spans)) != length(spans):
            yield f"{lesson}: counted twice in the log"
        if union(spans) != union(in_chunks.get(lesson, [])):
            yield f"{lesson}: log and chunks disagree"
        if round(length(spans)) != totals.get(lesson, 0):
            yield f"{lesson}: the total says {totals.get(lesson, 0)}, the log {round(length(spans))}"
    for (_, ended), (begun, _) in pairwise(walls):
        if begun < ended:  # type: ignore[operator]  # both are datetimes
            yield "the same server time paid twice"
