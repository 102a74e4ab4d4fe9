"""The timeline of a lesson: what counted, what waits, what was refused and why, what nobody saw."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.accounts.models import User
from player.domain.heartbeat import Beat
from player.domain.policy import Policy
from player.domain.reasons import Reason
from player.domain.spans import Span
from player.models import Video
from player.watching.actions import BeatReport, close_session, report_beats
from player.watching.clock import to_ms
from player.watching.queries import Timeline, timeline_of
from tests.player.watching.conftest import DURATION_MS, Player, open_with_keys

OpenPlayer = Callable[..., Player]


def leave(player: Player, at: datetime) -> None:
    assert close_session(session_uuid=player.session.uuid, learner_id=player.session.learner_id, at=at)


def look(learner: User, subject: UUID) -> Timeline:
    return timeline_of(learner.pk, subject, DURATION_MS)


def hide(player: Player, *, after: float, position: float) -> None:
    """Play on for five seconds, out of sight: the player is sent back to where it was."""
    player.beat(after, position, visible=False)
    assert player.beat(after + 5, position + 5, visible=False).reason == Reason.HIDDEN


def test_a_lesson_that_was_never_opened_is_all_missing(learner: User, subject: UUID) -> None:
    timeline = look(learner, subject)
    assert timeline == Timeline(DURATION_MS, (), (), (Span(0, DURATION_MS),), (), (), ())
    assert timeline.to_watch == (Span(0, DURATION_MS),)


def test_what_counted_and_what_is_missing_make_the_whole_lesson(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    open_player().watch(60)
    timeline = look(learner, subject)
    assert (timeline.counted, timeline.missing) == ((Span(0, 60_000),), (Span(60_000, DURATION_MS),))
    [sitting] = timeline.sittings
    assert (sitting.ended, sitting.counted_ms, sitting.again_ms, sitting.day) == ("", 60_000, 0, now.date())
    assert sitting.heard_at == now + timedelta(seconds=62)
    assert [(day.day, day.counted) for day in timeline.days] == [(now.date(), (Span(0, 60_000),))]


def test_time_out_of_sight_is_told_with_its_place_and_its_moment(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    hide(player, after=50, position=30)
    [refused] = look(learner, subject).refused
    assert (refused.reason, refused.spans, refused.left) == (
        Reason.HIDDEN,
        (Span(30_000, 35_000),),
        (Span(30_000, 35_000),),
    )
    assert (refused.beats, refused.session_uuid, refused.day) == (2, player.session.uuid, now.date())
    assert (refused.first_at, refused.last_at) == (now + timedelta(seconds=45), now + timedelta(seconds=55))


def test_what_was_watched_after_all_is_no_longer_a_loss(open_player: OpenPlayer, learner: User, subject: UUID) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    player.beat(60, 30)
    player.beat(63, 33)
    timeline = look(learner, subject)
    [refused] = timeline.refused
    assert refused.spans == (Span(30_000, 35_000),)
    assert refused.left == (Span(33_000, 35_000),)
    assert timeline.counted == (Span(0, 33_000),)


def test_reasons_stand_apart_also_within_one_sitting(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    player.beat(65, 30)
    player.seq += 1
    fast = player.seals.seal(Beat(seq=player.seq, position_ms=35_000, playing=True, rate_percent=200))
    report_beats([BeatReport(player.session.uuid, learner.pk, fast, to_ms(now) + 70_000)])
    reasons = {one.reason: one.spans for one in look(learner, subject).refused}
    assert reasons == {Reason.HIDDEN: (Span(30_000, 35_000),), Reason.RATE_TOO_FAST: (Span(30_000, 35_000),)}


def test_what_waits_for_a_proof_is_neither_counted_nor_to_be_watched_again(
    learner: User, video: Video, subject: UUID, now: datetime
) -> None:
    opened = open_with_keys(
        learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=now, policy=Policy(question_every_beats=20)
    )
    Player(opened).watch(30)
    timeline = look(learner, subject)
    assert (timeline.counted, timeline.pending) == ((), (Span(0, 30_000),))
    assert timeline.missing == (Span(0, DURATION_MS),)
    assert timeline.to_watch == (Span(30_000, DURATION_MS),)


def test_what_was_never_proved_is_refused_when_the_sitting_ends(
    learner: User, video: Video, subject: UUID, now: datetime
) -> None:
    opened = open_with_keys(
        learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=now, policy=Policy(question_every_beats=20)
    )
    player = Player(opened)
    player.watch(30)
    leave(player, now + timedelta(seconds=40))
    timeline = look(learner, subject)
    assert timeline.pending == ()
    [refused] = timeline.refused
    assert (refused.reason, refused.left) == (Reason.NO_MEDIA_PROOF, (Span(0, 30_000),))


def test_watching_again_is_told_and_brings_nothing(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    first = open_player()
    first.watch(60)
    leave(first, now + timedelta(seconds=70))
    again = open_player(at=now + timedelta(hours=1))
    again.watch(40)
    leave(again, now + timedelta(hours=1, seconds=50))
    latest, earliest = look(learner, subject).sittings
    assert (latest.counted_ms, latest.again_ms, latest.ended) == (0, 40_000, "left")
    assert (earliest.counted_ms, earliest.again_ms) == (60_000, 0)


def test_each_day_is_told_by_the_calendar_of_the_regulator(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    """16:30 UTC is half past midnight in Shanghai."""
    first = open_player()
    first.watch(30)
    leave(first, now + timedelta(seconds=40))
    late = open_player(at=now.replace(hour=16, minute=30))
    late.watch(30, position=30)
    tomorrow = now.date() + timedelta(days=1)
    assert [(one.day, one.counted) for one in look(learner, subject).days] == [
        (now.date(), (Span(0, 30_000),)),
        (tomorrow, (Span(30_000, 60_000),)),
    ]
    assert look(learner, subject).sittings[0].day == tomorrow


def test_a_lesson_that_became_shorter_keeps_within_its_length(
    open_player: OpenPlayer, learner: User, subject: UUID
) -> None:
    player = open_player()
    player.watch(60)
    hide(player, after=70, position=60)
    timeline = timeline_of(learner.pk, subject, 40_000)
    assert (timeline.counted, timeline.missing) == ((Span(0, 40_000),), ())
    assert timeline.refused[0].spans == ()
    assert timeline_of(learner.pk, subject, 0).missing == ()


def test_nobody_is_shown_what_another_person_watched(
    open_player: OpenPlayer, learner: User, outsider: User, subject: UUID
) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    assert look(outsider, subject) == Timeline(DURATION_MS, (), (), (Span(0, DURATION_MS),), (), (), ())


@pytest.mark.parametrize("sittings", [1, 6])
def test_it_costs_four_queries_however_often_the_lesson_was_opened(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime, sittings: int
) -> None:
    for number in range(sittings):
        player = open_player(at=now + timedelta(minutes=10 * number))
        player.watch(20, position=20 * number)
        hide(player, after=30, position=20 * number + 20)
    with CaptureQueriesContext(connection) as asked:
        timeline = look(learner, subject)
    assert len(asked) == 4
    assert len(timeline.sittings) == len(timeline.refused) == sittings
