"""What became of the time of one learner before one lesson: counted, waiting for a proof, refused, never seen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from player.domain.reasons import Reason
from player.domain.spans import Span, Spans, gaps, intersect, merge, subtract, total_ms
from player.watching.clock import from_ms
from player.watching.models import Coverage, WatchChunk, WatchRefusal, WatchSession
from player.watching.policy import ZONE


@dataclass(frozen=True, slots=True)
class RefusedTime:
    """What one sitting was refused for one reason. Empty spans: it claimed no media, only a place or a number.

    spans: the media claimed then; left: of it what is neither counted nor waiting to this day; beats: how often;
    day: local day of the first one.
    """

    reason: Reason
    spans: Spans
    left: Spans
    beats: int
    first_at: datetime
    last_at: datetime
    day: date
    session_uuid: UUID


@dataclass(frozen=True, slots=True)
class SittingFacts:
    """One watch session: when, in which browser, what it brought. device: see `devices.device_of`.

    heard_at: the last beat; ended: a value of CloseReason, empty while it is open. counted: media that it was the first
    to bring; again_ms: media that it played and that counted before.
    """

    session_uuid: UUID
    opened_at: datetime
    heard_at: datetime
    ended: str
    device: str
    day: date
    counted: Spans
    again_ms: int

    @property
    def counted_ms(self) -> int:
        return total_ms(self.counted)


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What was newly counted of the lesson on one day of Asia/Shanghai."""

    day: date
    counted: Spans

    @property
    def counted_ms(self) -> int:
        return total_ms(self.counted)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A lesson of duration_ms and what became of each part of it. All spans sorted, disjoint, within the lesson.

    pending: earned, waiting for a proof, not counted before; missing: all that is not counted. refused: by session, the
    earliest first; sittings: the latest first; days: the earliest first.
    """

    duration_ms: int
    counted: Spans
    pending: Spans
    missing: Spans
    refused: tuple[RefusedTime, ...]
    sittings: tuple[SittingFacts, ...]
    days: tuple[DayFacts, ...]

    @property
    def counted_ms(self) -> int:
        return total_ms(self.counted)

    @property
    def to_watch(self) -> Spans:
        """Return what is missing and does not count by itself as soon as a proof comes."""
        return subtract(self.missing, self.pending)


@dataclass(slots=True)
class _Brought:
    """Media of one session or day, gathered from its chunks."""

    counted: list[Span]
    again_ms: int = 0


def timeline_of(learner_id: int, subject_uuid: UUID, duration_ms: int) -> Timeline:
    """Return what became of this learner's time before a subject. Four queries, however often it was opened.

    learner_id: who asks; nobody is shown another person's. A subject never opened is all missing.
    """
    mine = {"learner_id": learner_id, "subject_uuid": subject_uuid}
    lesson = (Span(0, duration_ms),) if duration_ms > 0 else ()
    coverage = Coverage.objects.filter(**mine).only("spans").first()
    # Before the sessions, so that each of them is among those even if one is opened in between.
    refusals = list(WatchRefusal.objects.filter(**mine).order_by("first_at", "pk"))
    sessions = list(WatchSession.objects.filter(**mine).order_by("-opened_at", "-token"))
    uuids = {session.pk: session.uuid for session in sessions}
    counted = intersect(coverage.spans if coverage else (), lesson)
    pending = subtract(intersect(_pending(sessions), lesson), counted)
    missing = gaps(counted, duration_ms) if lesson else ()
    by_session, by_day = _brought(sessions, WatchChunk.objects.filter(**mine))
    to_watch = subtract(missing, pending)
    return Timeline(
        duration_ms=duration_ms,
        counted=counted,
        pending=pending,
        missing=missing,
        refused=tuple(_refused(row, uuids[row.session_id], lesson, to_watch) for row in refusals),
        sittings=tuple(_sitting(session, by_session.get(session.pk), lesson) for session in sessions),
        days=tuple(
            DayFacts(day, spans)
            for day, brought in sorted(by_day.items())
            if (spans := intersect(brought.counted, lesson))
        ),
    )


def _pending(sessions: Iterable[WatchSession]) -> Spans:
    rows = [row for session in sessions if session.pending for row in json.loads(session.pending)]
    return merge(Span(start_ms, end_ms) for _from_ms, _until_ms, start_ms, end_ms in rows)


def _brought(
    sessions: Iterable[WatchSession], chunks: Iterable[WatchChunk]
) -> tuple[dict[int, _Brought], dict[date, _Brought]]:
    """Return what each session, and each day, brought: sealed chunks, and those that still run."""
    by_session: dict[int, _Brought] = {}
    by_day: dict[date, _Brought] = {}
    pieces = [(chunk.session_id, chunk.wall.lower, chunk.watched, chunk.counted) for chunk in chunks]
    pieces += [
        (session.pk, from_ms(session.chunk_from_ms), session.chunk_watched, session.chunk_counted)
        for session in sessions
        if session.chunk_from_ms is not None
    ]
    for session_id, began, watched, counted in pieces:
        for brought in (
            by_session.setdefault(session_id, _Brought([])),
            by_day.setdefault(_day(began), _Brought([])),
        ):
            brought.counted.extend(counted)
            brought.again_ms += total_ms(watched) - total_ms(counted)
    return by_session, by_day


def _sitting(session: WatchSession, brought: _Brought | None, lesson: Spans) -> SittingFacts:
    return SittingFacts(
        session_uuid=session.uuid,
        opened_at=session.opened_at,
        heard_at=from_ms(session.heard_at_ms),
        ended=session.close_reason,
        device=session.device,
        day=_day(session.opened_at),
        counted=intersect(brought.counted, lesson) if brought else (),
        again_ms=brought.again_ms if brought else 0,
    )


def _refused(row: WatchRefusal, session_uuid: UUID, lesson: Spans, to_watch: Spans) -> RefusedTime:
    spans = intersect(row.spans, lesson)
    return RefusedTime(
        reason=Reason(row.reason),
        spans=spans,
        left=intersect(spans, to_watch),
        beats=row.beats,
        first_at=row.first_at,
        last_at=row.last_at,
        day=_day(row.first_at),
        session_uuid=session_uuid,
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at, ZONE)
