"""Beats through the action: what they earn, what is stored, what the log is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from player.domain.spans import Span
from player.models import WatchChunk, WatchSession
from player.watching.actions import BeatReport, report_beats, seal_stale
from player.watching.queries import coverage_of
from tests.player.watching.conftest import Player, assert_all_agree, covered, logged_spans, make_video, open_with_keys

OpenPlayer = Callable[..., Player]


def test_what_is_watched_is_covered_and_answered(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    assert player.beat(2, 0).counted_ms == 0
    reply = player.beat(7, 5)
    assert (reply.accepted, reply.counted_ms, reply.credited_ms, reply.furthest_ms) == (True, 5_000, 5_000, 5_000)
    assert reply.spans == ((0, 5_000),)
    assert tuple(covered(learner, subject).spans) == (Span(0, 5_000),)


def test_replayed_minutes_count_once(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.watch(60)
    reply = player.watch(60, after=100)
    assert (reply.accepted, reply.credited_ms, reply.counted_ms) == (True, 0, 60_000)
    assert covered(learner, subject).counted_ms == 60_000


def test_watching_over_a_gap_counts_only_what_is_new(open_player: OpenPlayer) -> None:
    player = open_player()
    player.watch(60)
    player.beat(100, 58)
    assert player.beat(105, 63).credited_ms == 3_000


def test_the_last_beat_again_gets_the_same_answer(open_player: OpenPlayer) -> None:
    player = open_player()
    player.beat(2, 0)
    report = player.report(7, 5)
    first, second = report_beats([report])[0], report_beats([report])[0]
    assert second == first
    assert report_beats([report, report]) == [first, first]


def test_a_beat_and_its_repetition_in_one_batch_count_once(open_player: OpenPlayer) -> None:
    player = open_player()
    player.beat(2, 0)
    report = player.report(7, 5)
    first, second = report_beats([report, report])
    assert first == second
    assert first.counted_ms == 5_000


def test_many_beats_of_one_session_in_one_batch_are_judged_in_order(open_player: OpenPlayer) -> None:
    player = open_player()
    reports = [player.report(2, 0), player.report(7, 5), player.report(12, 10), player.report(17, 10)]
    replies = report_beats(reports)
    assert [reply.credited_ms for reply in replies] == [0, 5_000, 5_000, 0]
    assert [reply.counted_ms for reply in replies] == [0, 5_000, 10_000, 10_000]


def test_a_missing_beat_is_asked_for(open_player: OpenPlayer) -> None:
    player = open_player()
    player.beat(2, 0)
    player.seq += 1
    reply = player.beat(7, 5)
    assert (reply.accepted, reply.reason, reply.expected_seq) == (False, "wrong_seq", 2)


def test_a_landing_ahead_is_refused_and_leaves_no_credit(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.watch(10)
    player.beat(20, 10)
    reply = player.beat(25, 400)
    assert (reply.accepted, reply.reason, reply.go_back_to_ms) == (False, "seek_ahead", 10_000)
    assert player.beat(30, 405).reason == "seek_ahead"
    assert covered(learner, subject).counted_ms == 10_000


def test_another_learners_session_is_answered_like_a_closed_one(
    open_player: OpenPlayer, learner: User, outsider: User, subject: UUID
) -> None:
    report = open_player().report(2, 0)
    strange = BeatReport(report.session_uuid, outsider.pk, report.beat, report.received_at_ms)
    unknown = BeatReport(uuid4(), outsider.pk, report.beat, report.received_at_ms)
    answers = report_beats([strange, unknown])
    assert [(answer.accepted, answer.reason, answer.counted_ms) for answer in answers] == [
        (False, "session_closed", 0),
        (False, "session_closed", 0),
    ]
    assert WatchSession.objects.get().last_seq == 0


def test_a_thousand_sessions_cost_as_many_statements_as_two(open_player: OpenPlayer, now: datetime) -> None:
    def statements(players: list[Player]) -> int:
        report_beats([player.report(2, 0) for player in players])
        with CaptureQueriesContext(connection) as captured:
            replies = report_beats([player.report(7, 5) for player in players])
        assert all(reply.counted_ms == 5_000 for reply in replies)
        return len(captured)

    def players(count: int) -> list[Player]:
        people = [User.objects.create(username=f"p{count}-{number}", name="学员") for number in range(count)]
        return [open_player(by=person) for person in people]

    assert statements(players(2)) == statements(players(20)) <= 7


def test_five_minutes_are_sealed_and_logged(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.watch(290)
    assert not WatchChunk.objects.exists()
    player.watch(20, after=300, position=290)
    chunk = WatchChunk.objects.get()
    assert chunk.counted_ms == 290_000
    assert chunk.wall.upper - chunk.wall.lower <= timedelta(minutes=5)
    record = LogRecord.objects.get(kind="player.span_watched")
    assert record.learner_id == learner.pk
    assert record.subject == str(subject)
    assert record.payload["spans"] == [[0, 290_000]]
    assert record.payload["counted_ms"] == 290_000
    assert record.payload["session_uuid"] == str(player.session.uuid)


def test_watching_again_is_kept_as_a_chunk_but_not_logged(
    open_player: OpenPlayer, learner: User, subject: UUID
) -> None:
    player = open_player()
    player.watch(30)
    player.beat(40, 30, playing=False, leaving=True)
    player.watch(30, after=50)
    player.beat(90, 30, playing=False, leaving=True)
    assert [chunk.counted_ms for chunk in WatchChunk.objects.order_by("pk")] == [30_000, 0]
    assert logged_spans(learner, subject) == [[0, 30_000]]


def test_a_page_that_goes_away_is_sealed_at_once(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.beat(2, 0)
    player.beat(5, 3, playing=False, leaving=True)
    assert logged_spans(learner, subject) == [[0, 3_000]]


def test_a_finished_lesson_is_sealed_at_once(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    reply = player.watch(600)
    assert reply.counted_ms == 600_000
    assert sum(end - start for start, end in logged_spans(learner, subject)) == 600_000
    assert assert_all_agree(learner, subject) == (Span(0, 600_000),)


def test_midnight_in_shanghai_parts_two_chunks(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    midnight = datetime(2026, 5, 9, 16, 0, tzinfo=UTC)
    player = open_player(at=midnight - timedelta(seconds=12))
    player.watch(20)
    player.beat(40, 20, playing=False, leaving=True)
    evening, morning = WatchChunk.objects.order_by("pk")
    assert evening.wall.upper == midnight == morning.wall.lower
    assert (evening.counted_ms, morning.counted_ms) == (12_000, 8_000)
    assert assert_all_agree(learner, subject) == (Span(0, 20_000),)


def test_a_paused_chunk_is_sealed_by_the_first_beat_after_five_minutes(open_player: OpenPlayer) -> None:
    player = open_player()
    player.watch(10)
    for after in range(30, 300, 20):
        player.beat(after, 10, playing=False)
    assert not WatchChunk.objects.exists()
    player.beat(310, 10, playing=False)
    assert WatchChunk.objects.get().counted_ms == 10_000


def test_a_session_unheard_for_a_minute_is_sealed_and_its_seconds_reach_the_log(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    player = open_player()
    player.watch(20)
    assert seal_stale(now + timedelta(seconds=80)) == 0
    assert seal_stale(now + timedelta(seconds=93)) == 1
    assert seal_stale(now + timedelta(seconds=93)) == 0
    assert WatchSession.objects.get().closed_at is None
    assert assert_all_agree(learner, subject) == (Span(0, 20_000),)
    assert player.beat(94, 20).accepted


def test_a_session_unheard_for_half_an_hour_is_over(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    player = open_player()
    player.watch(20)
    seal_stale(now + timedelta(seconds=1_830))
    assert WatchSession.objects.get().closed_at is None
    seal_stale(now + timedelta(seconds=1_833))
    assert WatchSession.objects.get().close_reason == "unheard"
    assert assert_all_agree(learner, subject) == (Span(0, 20_000),)
    assert player.beat(1_834, 20).reason == "session_closed"


def test_watching_resumes_where_it_stopped(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.watch(60)
    player.beat(70, 31, playing=False)
    assert coverage_of(learner.pk, [subject])[subject].resume_ms == 31_000


def test_whoever_stopped_at_the_end_resumes_at_the_first_gap_or_anew(
    learner: User, subject: UUID, now: datetime
) -> None:
    short = make_video(now, duration_ms=20_000)
    player = Player(open_with_keys(learner_id=learner.pk, video_id=short.pk, subject_uuid=subject, at=now))
    player.beat(2, 1)
    player.beat(7, 6)
    player.beat(12, 11)
    player.beat(17, 16)
    player.beat(21, 20, playing=False)
    assert coverage_of(learner.pk, [subject])[subject].resume_ms == 0
    player.beat(30, 0)
    player.beat(31, 1)
    player.beat(36, 20, playing=False)
    facts = coverage_of(learner.pk, [subject])[subject]
    assert (facts.counted_ms, facts.resume_ms) == (20_000, 0)


def test_a_learners_coverage_is_his_own(open_player: OpenPlayer, outsider: User, subject: UUID) -> None:
    open_player().watch(30)
    assert coverage_of(outsider.pk, [subject]) == {}


class TestWhatTheDatabaseForbids:
    """The last wall: even code that is wrong cannot store more than a person can have watched."""

    def test_two_chunks_of_one_learner_at_one_time(self, open_player: OpenPlayer, now: datetime) -> None:
        with pytest.raises(IntegrityError, match="watch_chunk_same_time_twice"):
            self.write_two(open_player, now, now + timedelta(seconds=29))

    def test_but_one_after_the_other_is_well(self, open_player: OpenPlayer, now: datetime) -> None:
        self.write_two(open_player, now, now + timedelta(seconds=30))

    def write_two(self, open_player: OpenPlayer, first: datetime, second: datetime) -> None:
        session = WatchSession.objects.get(uuid=open_player().session.uuid)
        for start in (first, second):
            self.write(session, start, 30_000)

    def test_more_media_than_server_time(self, open_player: OpenPlayer, now: datetime) -> None:
        session = WatchSession.objects.get(uuid=open_player().session.uuid)
        with pytest.raises(IntegrityError, match="watch_chunk_faster_than_time"):
            self.write(session, now, 30_001)

    def write(self, session: WatchSession, start: datetime, length_ms: int) -> WatchChunk:
        span = (Span(0, length_ms),)
        return WatchChunk.objects.create(
            session=session,
            learner_id=session.learner_id,
            subject_uuid=session.subject_uuid,
            wall=(start, start + timedelta(seconds=30)),
            watched=span,
            counted=span,
            watched_ms=length_ms,
            counted_ms=length_ms,
            beats=6,
        )

    @pytest.mark.parametrize("deed", ["UPDATE player_watchchunk SET counted_ms = 0", "DELETE FROM player_watchchunk"])
    def test_a_change_of_what_is_sealed(self, open_player: OpenPlayer, now: datetime, deed: str) -> None:
        self.write(WatchSession.objects.get(uuid=open_player().session.uuid), now, 5_000)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(deed)

    @pytest.mark.parametrize(
        ("column", "value", "broken"),
        [
            ("counted_ms", "600001", "coverage_longer_than_lesson"),
            ("spans", "'{[599999,600001)}'", "coverage_past_the_end"),
        ],
    )
    def test_coverage_longer_than_the_lesson(
        self, open_player: OpenPlayer, column: str, value: str, broken: str
    ) -> None:
        open_player()
        with pytest.raises(IntegrityError, match=broken), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE player_coverage SET {column} = {value}")  # noqa: S608 — both stand above

    def test_two_open_sessions_of_one_learner(self, open_player: OpenPlayer) -> None:
        session = WatchSession.objects.get(uuid=open_player().session.uuid)
        session.pk, session.uuid, session.token = None, uuid4(), 2
        with pytest.raises(IntegrityError, match="watch_session_second_open"), transaction.atomic():
            session.save(force_insert=True)
