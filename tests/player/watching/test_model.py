"""Learners, lessons, devices, clocks, lost answers and replays, driven at random against a set of milliseconds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.accounts.models import User
from player.domain.heartbeat import Beat
from player.domain.spans import Spans
from player.models import Coverage, Video, WatchChunk, WatchSession
from player.watching.actions import BeatReport, OpenSession, Reply, report_beats, seal_stale
from player.watching.clock import from_ms, to_ms
from tests.player.watching.conftest import Seals, logged_spans, make_video, open_with_keys

LENGTH_MS = 40_000
START_MS = to_ms(datetime(2026, 5, 9, 15, 59, 30, tzinfo=UTC))  # half a minute before midnight in Shanghai


class Oracle:
    """What the answers of the server add up to, kept as plainly as can be."""

    def __init__(self) -> None:
        self.covered: dict[tuple[int, UUID], set[int]] = {}
        self.earned_ms: dict[int, int] = {}
        self.opened_ms: dict[int, int] = {}

    def hear(self, session: OpenSession, reply: Reply) -> None:
        """Take in the first answer to a beat."""
        mine = self.covered.setdefault((session.learner_id, session.subject_uuid), set())
        new = {ms for start, end in reply.spans for ms in range(start, end)}
        assert len(new) == reply.credited_ms
        assert not new & mine, "a millisecond was counted twice"
        mine |= new
        assert reply.counted_ms == len(mine)
        self.earned_ms[session.learner_id] = self.earned_ms.get(session.learner_id, 0) + len(new)


class Watching(RuleBasedStateMachine):
    """Two learners, two lessons, up to one open session each; time passes between the steps."""

    video: Video
    learners: list[User]

    @initialize()
    def begin(self) -> None:
        self.now_ms = START_MS
        self.subjects = [uuid4(), uuid4()]
        self.oracle = Oracle()
        self.sessions: list[OpenSession] = []
        self.seqs: dict[UUID, int] = {}
        self.sent: list[tuple[BeatReport, Reply]] = []

    @rule(seconds=st.sampled_from([1, 4, 5, 5, 5, 9, 40]), ms=st.integers(0, 999))
    def time_passes(self, seconds: int, ms: int) -> None:
        self.now_ms += seconds * 1000 + ms

    @rule(who=st.integers(0, 1), what=st.integers(0, 1), skew_ms=st.sampled_from([0, 0, 0, -3_000, 3_000]))
    def a_lesson_is_opened(self, who: int, what: int, skew_ms: int) -> None:
        learner = self.learners[who]
        self.oracle.opened_ms.setdefault(learner.pk, self.now_ms + min(skew_ms, 0))
        self.sessions.append(
            open_with_keys(
                learner_id=learner.pk,
                video_id=self.video.pk,
                subject_uuid=self.subjects[what],
                at=from_ms(self.now_ms + skew_ms),
            )
        )

    @precondition(lambda self: self.sessions)
    @rule(
        data=st.data(),
        moves=st.lists(
            st.sampled_from([0, 1_000, 4_500, 5_000, 5_400, 12_000, -7_000, 30_000]), min_size=1, max_size=4
        ),
        playing=st.sampled_from([True, True, True, False]),
        leaving=st.sampled_from([False, False, False, True]),
    )
    def beats_arrive(self, data: st.DataObject, moves: list[int], playing: bool, leaving: bool) -> None:
        """Of the newest session or an older one, several at once when answers were late."""
        session = self.sessions[data.draw(st.integers(max(0, len(self.sessions) - 3), len(self.sessions) - 1))]
        position = data.draw(st.integers(0, LENGTH_MS // 1000)) * 1000 if data.draw(st.booleans()) else None
        stored = WatchSession.objects.get(uuid=session.uuid)
        at_ms = stored.anchor_ms or 0 if position is None else position
        reports = []
        seals = Seals(session, bytes.fromhex(stored.last_mac))
        for number, move in enumerate(moves, start=1):
            at_ms = max(0, at_ms + move)
            beat = Beat(seq=stored.last_seq + number, position_ms=at_ms, playing=playing, leaving=leaving)
            reports.append(BeatReport(session.uuid, session.learner_id, seals.seal(beat), self.now_ms))
        for report, reply in zip(reports, report_beats(reports), strict=True):
            self.oracle.hear(session, reply)
            if reply.reason not in {"lease_lost", "session_closed", "wrong_seq"}:
                self.sent.append((report, reply))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_old_beat_comes_again(self, data: st.DataObject) -> None:
        report, reply = data.draw(st.sampled_from(self.sent))
        again = report_beats([report])[0]
        if again.reason not in {"lease_lost", "session_closed", "wrong_seq"}:
            assert again == reply

    @rule()
    def the_sweep_runs(self) -> None:
        seal_stale(from_ms(self.now_ms))

    @invariant()
    def coverage_is_what_was_answered(self) -> None:
        for row in Coverage.objects.filter(learner__in=self.learners, subject_uuid__in=self.subjects):
            expected = self.oracle.covered.get((row.learner_id, row.subject_uuid), set())
            assert milliseconds(row.spans) == expected
            assert row.counted_ms == len(expected) <= LENGTH_MS

    @invariant()
    def nobody_earned_more_than_the_time_since_the_first_opening(self) -> None:
        for learner_id, earned_ms in self.oracle.earned_ms.items():
            assert earned_ms <= max(0, self.now_ms - self.oracle.opened_ms[learner_id])

    def teardown(self) -> None:
        seal_stale(from_ms(self.now_ms) + timedelta(hours=1))
        for (learner_id, subject), expected in self.oracle.covered.items():
            chunks = WatchChunk.objects.filter(learner_id=learner_id, subject_uuid=subject)
            assert {ms for chunk in chunks for ms in milliseconds(chunk.counted)} == expected
            assert sum(chunk.counted_ms for chunk in chunks) == len(expected)
            logged = logged_spans(User(pk=learner_id), subject)
            assert sum(end - start for start, end in logged) == len(expected)
            assert {ms for start, end in logged for ms in range(start, end)} == expected
        # A closed session earns nothing, so the learners can serve in the next run.
        assert not WatchSession.objects.filter(closed_at__isnull=True).exists()


def milliseconds(spans: Spans) -> set[int]:
    return {ms for span in spans for ms in range(span.start_ms, span.end_ms)}


def test_the_tables_agree_with_the_model(db: Any, now: datetime, request: pytest.FixtureRequest) -> None:
    Watching.video = make_video(now, duration_ms=LENGTH_MS)

    class Run(Watching):
        def __init__(self) -> None:
            super().__init__()
            # New people for each run: the server time of the old ones is used up.
            self.learners = [User.objects.create(username=f"{uuid4()}", name="学员") for _ in range(2)]

    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Run, settings=settings(max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=checks)
    )
