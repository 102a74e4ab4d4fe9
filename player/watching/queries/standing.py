"""What is known of watching: what a learner has covered, where a session stands, who may have its streams."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from django.utils import timezone

from player.domain.chain import first_mac
from player.domain.chapters import Chapter
from player.domain.policy import Policy
from player.domain.spans import Span, Spans, furthest_ms, gaps, total_ms
from player.videos.captions import Track
from player.videos.queries import SpriteFacts, VideoFacts, stretch_starts_ms
from player.watching.beat_keys import beat_key
from player.watching.models import CloseReason, Coverage, WatchSession
from player.watching.policy import ZONE, policy_of

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
    learner_id: int
    video_id: int
    duration_ms: int
    last_seq: int
    last_mac: str
    pending_ms: int
    day_counted_ms: int
    ask_nonce: str
    ask_segment: int
    stretches_ms: tuple[int, ...]
    policy: Policy
    coverage: CoverageFacts


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question about the media that waits for its answer. nonce: 16 bytes."""

    nonce: bytes
    segment: int
    video_id: int


@dataclass(frozen=True, slots=True)
class PlayerConfig:
    """All that the template `player/_player.html` needs, as `player`. Nothing is opened yet: the page does that.

    learner_name: whose hours these are, shown on the page and faintly over the picture; never an ID number.
    why_url, lock_url: of the pages that say what did not count, and that lock a shared computer; empty for none.
    checks: where in the film a face was asked for, ms. tracks, chapters, sprite: captions, marks and
    thumbnails beside the film.
    """

    title: str
    learner_name: str
    duration_ms: int
    coverage: CoverageFacts
    video: VideoFacts
    open_url: str
    why_url: str
    lock_url: str
    tracks: tuple[Track, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    checks: tuple[int, ...] = ()
    sprite: SpriteFacts | None = None

    @property
    def watermark(self) -> str:
        """Return what stands over the picture beside the first letters of the session."""
        return self.learner_name

    @property
    def poster_url(self) -> str:
        return self.video.poster_url

    @property
    def data(self) -> dict[str, object]:
        """Return what player.js is told, for `json_script`."""
        return {
            "open_url": self.open_url,
            "why_url": self.why_url,
            "lock_url": self.lock_url,
            "learner_name": self.learner_name,
            "duration_ms": self.duration_ms,
            "resume_ms": self.coverage.resume_ms,
            "counted_ms": self.coverage.counted_ms,
            "furthest_ms": self.coverage.furthest_ms,
            "spans": [[span.start_ms, span.end_ms] for span in self.coverage.spans],
            "checks": list(self.checks),
            "tracks": [
                {"lang": track.language, "label": track.label, "url": track.url, "default": track.is_default}
                for track in self.tracks
            ],
            "chapters": [{"start_ms": chapter.start_ms, "title": chapter.title} for chapter in self.chapters],
            "sprite": asdict(self.sprite) if self.sprite else None,
        }


NOTHING_COVERED = CoverageFacts(spans=(), counted_ms=0, furthest_ms=0, resume_ms=0)


def coverage_of(learner_id: int, subject_uuids: Iterable[UUID]) -> dict[UUID, CoverageFacts]:
    """Return what the learner has covered, by subject; a subject never opened is absent. One query."""
    rows = Coverage.objects.filter(learner_id=learner_id, subject_uuid__in=set(subject_uuids))
    return {row.subject_uuid: _facts(row) for row in rows}


def greeting(session_uuid: UUID, learner_id: int | None) -> Greeting:
    """Return where an open session of this learner stands. Two queries, or three.

    Raises NoSuchSession, NotYourSession, SessionOver.
    """
    session = _own_open_session(session_uuid, learner_id)
    pending = json.loads(session.pending) if session.pending else ()
    waiting = [Span(start_ms, end_ms) for _, _, start_ms, end_ms in pending]
    coverage = _facts(session.coverage)
    return Greeting(
        session_uuid=session.uuid,
        learner_id=session.learner_id,
        video_id=session.video_id,
        duration_ms=session.duration_ms,
        last_seq=session.last_seq,
        last_mac=session.last_mac or first_mac(beat_key(session.uuid), session.uuid).hex(),
        pending_ms=total_ms(waiting),
        day_counted_ms=session.day_counted_ms if session.day == timezone.localdate(timezone=ZONE) else 0,
        ask_nonce=session.question_nonce,
        ask_segment=session.question_segment,
        stretches_ms=stretch_starts_ms(session.video_id),
        policy=policy_of(session.policy_id),
        coverage=replace(coverage, furthest_ms=furthest_ms([*coverage.spans, *waiting])),
    )


def open_question(session_uuid: UUID, learner_id: int) -> OpenQuestion | None:
    """Return the question that an open session of this learner has not answered, None for none. One query."""
    found = (
        WatchSession.objects.filter(uuid=session_uuid, learner_id=learner_id, closed_at__isnull=True)
        .exclude(question_nonce="")
        .values_list("question_nonce", "question_segment", "video_id")
        .first()
    )
    return OpenQuestion(bytes.fromhex(found[0]), found[1], found[2]) if found else None


def video_of(session_uuid: UUID, learner_id: int | None) -> int:
    """Return the id of the video whose streams this learner may have now, by this session.

    One query. Raises NoSuchSession, NotYourSession, SessionOver.
    """
    return _own_open_session(session_uuid, learner_id).video_id


def is_over(session_uuid: UUID) -> bool:
    """Say whether a session is closed, or never was. One query."""
    return not WatchSession.objects.filter(uuid=session_uuid, closed_at__isnull=True).exists()


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
