"""What is known of watching: what a learner has covered, where a session stands, who may have its streams."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from player.domain.spans import Spans, furthest_ms, gaps
from player.videos.queries import video_facts
from player.watching.models import CloseReason, Coverage, WatchSession

if TYPE_CHECKING:
    from player.watching.actions import OpenSession

# Whoever stopped this near the end has seen it: the next time begins at the first gap, or anew.
END_MS = 1_000


class NoSuchSession(LookupError):
    """There is no watch session of this id."""


class NotYourSession(PermissionError):
    """The session belongs to another person, or to nobody who is signed in."""


class SessionOver(PermissionError):
    """The session is closed; `reason` is a value of `models.CloseReason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def taken_over(self) -> bool:
        return self.reason == CloseReason.TAKEN_OVER


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """What one learner has covered of one subject. spans: sorted, disjoint; resume_ms: where playing goes on."""

    spans: Spans
    counted_ms: int
    furthest_ms: int
    resume_ms: int


@dataclass(frozen=True, slots=True)
class Greeting:
    """Where a session stands, for its player."""

    session_uuid: UUID
    duration_ms: int
    last_seq: int
    coverage: CoverageFacts


@dataclass(frozen=True, slots=True)
class PlayerConfig:
    """All that the template `player/_player.html` needs, as `player`."""

    session_uuid: UUID
    title: str
    watermark: str
    duration_ms: int
    coverage: CoverageFacts
    poster_url: str
    master_url: str
    beat_url: str
    socket_path: str

    @property
    def mark(self) -> str:
        """Return four letters of the session, for the watermark: enough to find it by, too little to open it with."""
        return self.session_uuid.hex[:4].upper()

    @property
    def data(self) -> dict[str, object]:
        """Return what player.js is told, for `json_script`."""
        return {
            "session_uuid": str(self.session_uuid),
            "duration_ms": self.duration_ms,
            "resume_ms": self.coverage.resume_ms,
            "counted_ms": self.coverage.counted_ms,
            "furthest_ms": self.coverage.furthest_ms,
            "spans": [[span.start_ms, span.end_ms] for span in self.coverage.spans],
            "master_url": self.master_url,
            "beat_url": self.beat_url,
            "socket_path": self.socket_path,
        }


NOTHING_COVERED = CoverageFacts(spans=(), counted_ms=0, furthest_ms=0, resume_ms=0)


def coverage_of(learner_id: int, subject_uuids: Iterable[UUID]) -> dict[UUID, CoverageFacts]:
    """Return what the learner has covered, by subject; a subject never opened is absent. One query."""
    rows = Coverage.objects.filter(learner_id=learner_id, subject_uuid__in=set(subject_uuids))
    return {row.subject_uuid: _facts(row) for row in rows}


def greeting(session_uuid: UUID, learner_id: int | None) -> Greeting:
    """Return where an open session of this learner stands. One query. Raises NoSuchSession, NotYourSession, SessionOver."""
    session = _own_open_session(session_uuid, learner_id)
    return Greeting(session.uuid, session.duration_ms, session.last_seq, _facts(session.coverage))


def video_of(session_uuid: UUID, learner_id: int | None) -> int:
    """Return the id of the video whose streams and keys this learner may have now, by this session.

    One query. Raises NoSuchSession, NotYourSession, SessionOver.
    """
    return _own_open_session(session_uuid, learner_id).video_id


def player_config(session: "OpenSession", *, title: str, watermark: str = "") -> PlayerConfig:
    """Return what the player's template needs for a session that was just opened. Two queries.

    watermark: shown faintly over the picture, with the first letters of the session; never an ID number.
    """
    coverage = coverage_of(session.learner_id, [session.subject_uuid])
    video = video_facts(session.video_id)
    uuid = session.uuid
    return PlayerConfig(
        session_uuid=uuid,
        title=title,
        watermark=watermark,
        duration_ms=session.duration_ms,
        coverage=coverage.get(session.subject_uuid, NOTHING_COVERED),
        poster_url=video.poster_url if video else "",
        master_url=reverse("player:multivariant_playlist", args=[uuid]),
        beat_url=reverse("player:beat", args=[uuid]),
        socket_path=f"/ws/watch/{uuid}/",
    )


def _own_open_session(session_uuid: UUID, learner_id: int | None) -> WatchSession:
    session = WatchSession.objects.select_related("coverage").filter(uuid=session_uuid).first()
    if session is None:
        raise NoSuchSession(session_uuid)
    if learner_id is None or session.learner_id != learner_id:
        raise NotYourSession(session_uuid)
    if session.closed_at is not None:
        raise SessionOver(session.close_reason)
    return session


def _facts(row: Coverage) -> CoverageFacts:
    spans = tuple(row.spans)
    resume_ms = row.position_ms
    if resume_ms > row.duration_ms - END_MS:
        left = gaps(spans, row.duration_ms)
        resume_ms = left[0].start_ms if left else 0
    return CoverageFacts(spans, row.counted_ms, furthest_ms(spans), resume_ms)
