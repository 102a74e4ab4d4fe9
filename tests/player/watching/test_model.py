"""Learners, lessons, devices, clocks, keys, proofs, lost answers and replays, driven at random against a plain model.

The model holds sets of milliseconds and says what may count: media of stretches whose keys the session was given, proved,
within the server time since the session before it. Whatever the tables hold must be what was answered, and nothing else.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
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
from player.domain.policy import Policy
from player.domain.spans import Spans
from player.models import Coverage, KeyRelease, Video, WatchChunk, WatchSession
from player.watching.actions import (
    BeatReport,
    Memory,
    Opener,
    OpenSession,
    ProofReport,
    Reply,
    TooEarly,
    open_session,
    release_key,
    report_beats,
    seal_stale,
    set_policy,
)
from player.watching.clock import from_ms, to_ms
from player.watching.queries import SessionOver
from tests.player.watching.conftest import STRETCH_MS, Seals, logged_spans, make_video

LENGTH_MS = 100_000
START_MS = to_ms(datetime(2026, 5, 9, 15, 59, 30, tzinfo=UTC))  # half a minute before midnight in Shanghai
POLICY = Policy(question_every_beats=4)
FREE = {"lease_lost", "session_closed", "wrong_seq", "wrong_mac", "forked"}


@dataclass
class Seen:
    """One session as the model knows it: keys it has, the question that is open, whether it may earn."""

    session: OpenSession
    keys: set[int] = field(default_factory=set)
    asked: str = ""
    proved: bool = False
    stopped: bool = False

    def may_count(self, ms: int) -> bool:
        return min(ms // STRETCH_MS, (LENGTH_MS - 1) // STRETCH_MS) in self.keys


class Oracle:
    """What the answers of the server add up to, kept as plainly as can be."""

    def __init__(self) -> None:
        self.covered: dict[tuple[int, UUID], set[int]] = {}
        self.earned_ms: dict[int, int] = {}
        self.opened_ms: dict[int, int] = {}

    def mine(self, seen: Seen) -> set[int]:
        return self.covered.setdefault((seen.session.learner_id, seen.session.subject_uuid), set())

    def hear(self, seen: Seen, reply: Reply) -> None:
        """Take in the first answer to a beat or a proof."""
        mine, learner_id = self.mine(seen), seen.session.learner_id
        new = {ms for start, end in reply.spans for ms in range(start, end)}
        assert len(new) == reply.credited_ms
        assert not new & mine, "a millisecond was counted twice"
        assert all(seen.may_count(ms) for ms in new), "media counted whose key was never given"
        assert not new or (seen.proved and not seen.stopped), "counted without a proof"
        mine |= new
        assert reply.counted_ms == len(mine) or reply.answered == "stale"
        self.earned_ms[learner_id] = self.earned_ms.get(learner_id, 0) + len(new)
        seen.asked = reply.ask_nonce or seen.asked
        seen.stopped = seen.stopped or reply.reason == "no_media_proof"


class Watching(RuleBasedStateMachine):
    """Two learners, two lessons, up to one open session each; time passes between the steps."""

    video: Video
    learners: list[User]

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        # The server's chance must be ours, or no run could be played again.
        self.draw = Random(seed).random  # noqa: S311 — not a secret
        # Two processes that remember, and one that does not, write in turn as it happens.
        self.which = Random(seed + 1)  # noqa: S311 — not a secret
        self.memories: list[Memory | None] = [Memory(), Memory(most=2), None]
        self.now_ms = START_MS
        self.subjects = [uuid4(), uuid4()]
        self.oracle = Oracle()
        self.sessions: list[Seen] = []
        self.sent: list[tuple[BeatReport, Reply]] = []

    def process(self) -> Memory | None:
        return self.which.choice(self.memories)

    @rule(seconds=st.sampled_from([1, 4, 5, 5, 5, 9, 40, 120]), ms=st.integers(0, 999))
    def time_passes(self, seconds: int, ms: int) -> None:
        self.now_ms += seconds * 1000 + ms

    @rule(who=st.integers(0, 1), what=st.integers(0, 1), skew_ms=st.sampled_from([0, 0, 0, -3_000, 3_000]))
    def a_lesson_is_opened(self, who: int, what: int, skew_ms: int) -> None:
        learner = self.learners[who]
        self.oracle.opened_ms.setdefault(learner.pk, self.now_ms + min(skew_ms, 0))
        before = set(self.coverage(learner.pk, self.subjects[0])), set(self.coverage(learner.pk, self.subjects[1]))
        opened = open_session(
            learner_id=learner.pk,
            video_id=self.video.pk,
            subject_uuid=self.subjects[what],
            at=from_ms(self.now_ms + skew_ms),
            opener=Opener(codes=["tests"]),
        )
        # The session before keeps what waited for a second proof: the only credit that no answer tells of.
        for subject, known in zip(self.subjects, before, strict=True):
            kept = self.coverage(learner.pk, subject) - known
            if kept:
                former = [seen for seen in self.sessions if seen.session.learner_id == learner.pk][-1]
                assert former.proved
                assert former.session.subject_uuid == subject
                assert all(former.may_count(ms) for ms in kept)
                self.oracle.mine(former).update(kept)
                self.oracle.earned_ms[learner.pk] = self.oracle.earned_ms.get(learner.pk, 0) + len(kept)
        self.sessions.append(Seen(opened))

    @precondition(lambda self: self.sessions)
    @rule(data=st.data(), stretch=st.integers(0, 5))
    def a_key_is_asked_for(self, data: st.DataObject, stretch: int) -> None:
        self.try_key(self.one_of_the_last(data), stretch)

    def try_key(self, seen: Seen, stretch: int) -> None:
        session = seen.session
        counted = self.oracle.covered.get((session.learner_id, session.subject_uuid), set())
        allowed = stretch * STRETCH_MS < max(counted, default=-1) + 1 + POLICY.look_ahead_ms
        try:
            key = release_key(
                session_uuid=session.uuid, learner_id=session.learner_id, stretch=stretch, at=from_ms(self.now_ms)
            )
        except TooEarly:
            assert not allowed
            assert stretch not in seen.keys
        except SessionOver:
            assert WatchSession.objects.get(uuid=session.uuid).closed_at is not None
        except LookupError:
            assert stretch > (LENGTH_MS - 1) // STRETCH_MS
        else:
            assert len(key) == 16
            assert allowed or stretch in seen.keys
            seen.keys.add(stretch)

    @precondition(lambda self: self.sessions)
    @rule(
        data=st.data(),
        moves=st.lists(
            st.sampled_from([0, 1_000, 4_500, 5_000, 5_400, 12_000, -7_000, 30_000]), min_size=1, max_size=4
        ),
        declared=st.sampled_from(["", "", "", "paused", "hidden", "leaving"]),
        fault=st.sampled_from(["", "", "", "", "a beat is lost", "a forged seal", "a wrong stretch"]),
    )
    def beats_arrive(self, data: st.DataObject, moves: list[int], declared: str, fault: str) -> None:
        """Of the newest session or an older one, several at once when answers were late."""
        seen = self.one_of_the_last(data)
        stored = WatchSession.objects.get(uuid=seen.session.uuid)
        at_ms = stored.anchor_ms or 0
        if data.draw(st.integers(0, 3)) == 0:
            at_ms = data.draw(st.integers(0, LENGTH_MS // 1000)) * 1000
        reports = []
        seals = Seals(seen.session, bytes.fromhex(stored.last_mac))
        for number, move in enumerate(moves, start=1 + (fault == "a beat is lost")):
            at_ms = max(0, at_ms + move)
            beat = Beat(
                seq=stored.last_seq + number,
                position_ms=at_ms,
                playing=declared != "paused",
                visible=declared != "hidden",
                leaving=declared == "leaving",
            )
            sealed = seals.seal(beat, off=2 if fault == "a wrong stretch" else 0, forged=fault == "a forged seal")
            reports.append(BeatReport(seen.session.uuid, seen.session.learner_id, sealed, self.now_ms))
        for report, reply in zip(reports, report_beats(reports, draw=self.draw, memory=self.process()), strict=True):
            self.oracle.hear(seen, reply)
            if fault == "a beat is lost":
                assert reply.reason in FREE
            elif fault == "a forged seal":
                assert reply.reason in FREE
                assert reply.credited_ms == 0
            if reply.reason not in FREE:
                self.sent.append((report, reply))

    @precondition(lambda self: self.sessions)
    @rule(data=st.data(), beats=st.integers(2, 9), keys=st.sampled_from([True, True, False]), answers=st.booleans())
    def somebody_watches(self, data: st.DataObject, beats: int, keys: bool, answers: bool) -> None:
        """At an even pace, with or without asking for keys, with or without answering what is asked."""
        seen = self.one_of_the_last(data)
        stored = WatchSession.objects.get(uuid=seen.session.uuid)
        at_ms, seq, seals = stored.anchor_ms or 0, stored.last_seq, Seals(seen.session, bytes.fromhex(stored.last_mac))
        for _ in range(beats):
            if keys:
                self.try_key(seen, min(at_ms, LENGTH_MS - 1) // STRETCH_MS)
            seq += 1
            beat = seals.seal(Beat(seq=seq, position_ms=at_ms, playing=True))
            report = BeatReport(seen.session.uuid, seen.session.learner_id, beat, self.now_ms)
            reply = report_beats([report], draw=self.draw, memory=self.process())[0]
            self.oracle.hear(seen, reply)
            if reply.reason in FREE:
                break
            self.sent.append((report, reply))
            if answers and seen.asked:
                self.answer(seen, right=True)
            at_ms = (at_ms if reply.go_back_to_ms < 0 else reply.go_back_to_ms) + 5_000
            self.now_ms += 5_000

    @precondition(lambda self: any(seen.asked for seen in self.sessions))
    @rule(data=st.data(), right=st.sampled_from([True, True, True, False]))
    def a_question_is_answered(self, data: st.DataObject, right: bool) -> None:
        seen = data.draw(st.sampled_from([seen for seen in self.sessions if seen.asked]))
        self.answer(seen, right=right)

    def answer(self, seen: Seen, *, right: bool) -> None:
        nonce, seen.asked = bytes.fromhex(seen.asked), ""
        was_proved = seen.proved
        seen.proved = seen.proved or right
        report = ProofReport(seen.session.uuid, seen.session.learner_id, nonce, right, self.now_ms)
        reply = report_beats([report], draw=self.draw, memory=self.process())[0]
        assert reply.answered in {"stale", "passed" if right else "failed"}
        if reply.answered == "stale":
            seen.proved = was_proved
        self.oracle.hear(seen, reply)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_old_beat_comes_again(self, data: st.DataObject) -> None:
        report, reply = data.draw(st.sampled_from(self.sent))
        again = report_beats([report], draw=self.draw, memory=self.process())[0]
        if again.reason not in FREE:
            assert again == reply

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def a_beat_is_forked(self, data: st.DataObject) -> None:
        report, _ = data.draw(st.sampled_from(self.sent))
        other = BeatReport(
            report.session_uuid,
            report.learner_id,
            Beat(seq=report.beat.seq, position_ms=report.beat.position_ms + 5_000, playing=True, mac=b"\0" * 32),
            self.now_ms,
        )
        answer = report_beats([other], draw=self.draw, memory=self.process())[0]
        assert (answer.accepted, answer.credited_ms) == (False, 0)
        assert answer.reason in FREE

    @rule()
    def the_sweep_runs(self) -> None:
        seal_stale(from_ms(self.now_ms))

    def one_of_the_last(self, data: st.DataObject) -> Seen:
        return self.sessions[data.draw(st.integers(max(0, len(self.sessions) - 3), len(self.sessions) - 1))]

    def coverage(self, learner_id: int, subject: UUID) -> set[int]:
        row = Coverage.objects.filter(learner_id=learner_id, subject_uuid=subject).first()
        return milliseconds(row.spans) if row else set()

    @invariant()
    def coverage_is_what_was_answered(self) -> None:
        for row in Coverage.objects.filter(learner__in=self.learners, subject_uuid__in=self.subjects):
            expected = self.oracle.covered.get((row.learner_id, row.subject_uuid), set())
            assert milliseconds(row.spans) == expected
            assert row.counted_ms == len(expected) <= LENGTH_MS

    @invariant()
    def releases_and_opened_media_are_what_was_given(self) -> None:
        for seen in self.sessions[-3:]:
            kept = KeyRelease.objects.filter(session__uuid=seen.session.uuid).values_list("stretch", flat=True)
            assert set(kept) == seen.keys

    @invariant()
    def nobody_earned_more_than_the_time_since_the_first_opening(self) -> None:
        for learner_id, earned_ms in self.oracle.earned_ms.items():
            assert earned_ms <= max(0, self.now_ms - self.oracle.opened_ms[learner_id])

    def teardown(self) -> None:
        """Close everything; what a proved session still held is the last that may be added."""
        held = {key: set(found) for key, found in self.oracle.covered.items()}
        seal_stale(from_ms(self.now_ms) + timedelta(hours=1))
        for (learner_id, subject), known in held.items():
            covered = self.coverage(learner_id, subject)
            kept = covered - known
            assert known <= covered
            proved = [seen for seen in self.sessions if seen.session.subject_uuid == subject and seen.proved]
            assert not kept or all(any(seen.may_count(ms) for seen in proved) for ms in kept)
            chunks = WatchChunk.objects.filter(learner_id=learner_id, subject_uuid=subject)
            assert {ms for chunk in chunks for ms in milliseconds(chunk.counted)} == covered
            assert sum(chunk.counted_ms for chunk in chunks) == len(covered)
            logged = logged_spans(User(pk=learner_id), subject)
            assert sum(end - start for start, end in logged) == len(covered)
            assert {ms for start, end in logged for ms in range(start, end)} == covered
        # A closed session earns nothing, so the learners can serve in the next run.
        assert not WatchSession.objects.filter(closed_at__isnull=True).exists()


def milliseconds(spans: Spans) -> set[int]:
    return {ms for span in spans for ms in range(span.start_ms, span.end_ms)}


def test_the_tables_agree_with_the_model(db: Any, now: datetime, request: pytest.FixtureRequest) -> None:
    Watching.video = make_video(now, duration_ms=LENGTH_MS)
    set_policy(code="tests", policy=POLICY, at=now)

    class Run(Watching):
        def __init__(self) -> None:
            super().__init__()
            # New people for each run: the server time of the old ones is used up.
            self.learners = [User.objects.create(username=f"{uuid4()}", name="学员") for _ in range(2)]

    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Run, settings=settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    )
