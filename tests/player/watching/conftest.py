"""A ready video of ten minutes, two learners, and a player that is fed by hand."""

import json
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from player.domain.chain import first_mac, next_mac
from player.domain.heartbeat import Beat
from player.domain.policy import Policy
from player.domain.spans import Span, Spans, merge, total_ms
from player.models import Coverage, Rendition, Video, WatchChunk, WatchSession
from player.videos import key_safe
from player.watching import consumers
from player.watching.actions import (
    BeatReport,
    Opener,
    OpenSession,
    Reply,
    Report,
    open_session,
    report_beats,
    set_policy,
)
from player.watching.batch import batcher
from player.watching.clock import to_ms

DURATION_MS = 600_000
STRETCH_MS = 24_000
NO_QUESTIONS = Policy(question_every_beats=0)


def open_with_keys(
    *, learner_id: int, video_id: int, subject_uuid: UUID, at: datetime, policy: Policy = NO_QUESTIONS
) -> OpenSession:
    """Open a session that was given every key, and (with this policy) is asked nothing: for tests of other things."""
    set_policy(code="tests", policy=policy, at=at)
    opened = open_session(
        learner_id=learner_id, video_id=video_id, subject_uuid=subject_uuid, at=at, opener=Opener(codes=["tests"])
    )
    WatchSession.objects.filter(uuid=opened.uuid).update(opened=(Span(0, opened.duration_ms),))
    return opened


@dataclass
class Seals:
    """The chain of one session, on the side of the page."""

    session: OpenSession
    last: bytes = b""

    def seal(self, beat: Beat, *, off: int = 0, forged: bool = False) -> Beat:
        """Return the beat with its stretch and its place in the chain, which goes on from it.

        off: how many stretches beside the truth it claims to be; forged: under a key that is not the session's.
        """
        last_stretch = (self.session.duration_ms - 1) // STRETCH_MS
        placed = replace(beat, stretch=off + min(beat.position_ms // STRETCH_MS, last_stretch))
        before = self.last or first_mac(self.session.beat_key, self.session.uuid)
        self.last = next_mac(bytes(32) if forged else self.session.beat_key, before, placed)
        return replace(placed, mac=self.last)

    def frame(self, seq: int, position_ms: int, **declared: bool) -> dict[str, object]:
        """Return a beat frame as the protocol page has it."""
        beat = Beat(
            seq=seq,
            position_ms=position_ms,
            playing=declared.get("playing", True),
            leaving=declared.get("leaving", False),
        )
        sealed = self.seal(beat)
        return {"type": "beat", **asdict(sealed), "mac": sealed.mac.hex()}

    def text(self, seq: int, position_ms: int, **more: object) -> str:
        """Return the frame as it is sent, with whatever else is put into it."""
        return json.dumps({**self.frame(seq, position_ms), **more})


def make_video(at: datetime, duration_ms: int = DURATION_MS) -> Video:
    """A published video; its segments do not exist."""
    video = Video.objects.create(title="高支模的搭设与验收", uploaded_at=at)
    Video.objects.filter(pk=video.pk).update(
        state="ready",
        folder=f"test-{video.pk}",
        master_key_encrypted=key_safe.seal(bytes(range(32)), video_uuid=video.uuid),
        duration_ms=duration_ms,
        width=1280,
        height=720,
        published_at=at,
    )
    whole, rest = divmod(duration_ms, 4_000)
    segment_ms = [4_000] * whole + [rest] * bool(rest)
    Rendition.objects.create(
        video=video,
        code="360",
        width=640,
        height=360,
        bandwidth=500_000,
        codecs="avc1.64001F,mp4a.40.2",
        segment_ms=segment_ms,
    )
    video.refresh_from_db()
    return video


@pytest.fixture
def video(db: None, now: datetime) -> Video:
    return make_video(now)


@pytest.fixture
def learner(db: None) -> User:
    return User.objects.create_user(username="holder", name="砖小明", password="only-for-tests")


@pytest.fixture
def outsider(db: None) -> User:
    return User.objects.create_user(username="outsider", name="路人", password="only-for-tests")


@pytest.fixture
def subject() -> UUID:
    return uuid4()


@dataclass
class Player:
    """A session and its clock: `beat(5, 5)` sends position 5 s, five seconds after the session was opened."""

    session: OpenSession
    seq: int = 0

    def __post_init__(self) -> None:
        self.seals = Seals(self.session)

    def report(self, after: float, position: float, **declared: bool) -> BeatReport:
        self.seq += 1
        beat = Beat(
            seq=self.seq,
            position_ms=round(position * 1000),
            playing=declared.get("playing", True),
            visible=declared.get("visible", True),
            leaving=declared.get("leaving", False),
        )
        at_ms = to_ms(self.session.opened_at) + round(after * 1000)
        return BeatReport(self.session.uuid, self.session.learner_id, self.seals.seal(beat), at_ms)

    def beat(self, after: float, position: float, **declared: bool) -> Reply:
        return report_beats([self.report(after, position, **declared)])[0]

    def watch(self, seconds: int, *, after: float = 2, position: float = 0) -> Reply:
        """Play that many seconds without a fault; the last beat is a pause."""
        self.beat(after, position)
        for passed in range(5, seconds, 5):
            self.beat(after + passed, position + passed)
        return self.beat(after + seconds, position + seconds, playing=False)


@pytest.fixture
def open_player(learner: User, video: Video, subject: UUID, now: datetime) -> Callable[..., Player]:
    """Open a session for the learner (or another), on the subject (or another), now (or later)."""

    def open_one(*, by: User = learner, about: UUID = subject, at: datetime = now) -> Player:
        return Player(open_with_keys(learner_id=by.pk, video_id=video.pk, subject_uuid=about, at=at))

    return open_one


class WriteAtOnce:
    """In the place of the batcher: writes in the thread of the test, whose transaction is rolled back."""

    async def store(self, report: Report) -> Reply:
        replies: list[Reply] = await sync_to_async(report_beats)([report])
        return replies[0]


@pytest.fixture
def write_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "batcher", WriteAtOnce())
    # Channels closes the connection after each use, and with it the transaction of the test.
    monkeypatch.setattr("channels.db.close_old_connections", lambda **_: None)


def in_test_thread(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test so that its database work happens in the thread, and the transaction, of the fixtures."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        async_to_sync(test)(*args, **kwargs)

    return run


@pytest.fixture
def stop_batcher() -> Iterator[None]:
    """The writing thread holds a connection to the test database, which could not be dropped after it."""
    yield
    batcher.stop()


def covered(learner: User, subject: UUID) -> Coverage:
    return Coverage.objects.get(learner=learner, subject_uuid=subject)


def logged_spans(learner: User, subject: UUID) -> list[list[int]]:
    """All spans that the log holds for this learner and subject, in the order of the records."""
    records = LogRecord.objects.filter(
        kind="player.span_watched", learner_id=learner.pk, subject=str(subject)
    ).order_by("pk")
    return [span for record in records for span in record.payload["spans"]]


def assert_all_agree(learner: User, subject: UUID) -> Spans:
    """Coverage, sealed chunks and log tell the same (call it when every session is closed); return the spans."""
    coverage = covered(learner, subject)
    chunks = list(WatchChunk.objects.filter(learner=learner, subject_uuid=subject))
    assert merge(span for chunk in chunks for span in chunk.counted) == tuple(coverage.spans)
    assert merge(span for chunk in chunks for span in chunk.watched) == tuple(coverage.spans)
    assert sum(chunk.counted_ms for chunk in chunks) == coverage.counted_ms == total_ms(coverage.spans)
    assert sum(end - start for start, end in logged_spans(learner, subject)) == coverage.counted_ms
    return tuple(coverage.spans)
