"""Sessions and the lease: the newest wins, the older is sealed, and there is never more than one."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from player.domain.spans import Span
from player.models import Video, WatchChunk, WatchLease, WatchSession
from player.watching import notices
from player.watching.actions import NothingToWatch, close_session, report_beats, seal_stale
from player.watching.queries import coverage_of
from tests.player.watching.conftest import Player, assert_all_agree, covered, make_video, open_with_keys

OpenPlayer = Callable[..., Player]


def test_a_session_is_opened_with_the_lease_and_a_record(
    open_player: OpenPlayer, learner: User, video: Video, subject: UUID
) -> None:
    opened = open_player().session
    assert opened.duration_ms == video.duration_ms
    lease = WatchLease.objects.get(learner=learner)
    assert (lease.session_id, lease.token) == (opened.uuid, 1)
    record = LogRecord.objects.get(kind="player.session_opened")
    assert record.payload == {
        "session_uuid": str(opened.uuid),
        "subject_uuid": str(subject),
        "video_uuid": str(video.uuid),
        "token": 1,
        "policy": WatchSession.objects.get().policy.digest,
        "native": False,
        "length_ms": video.duration_ms,
    }


def test_a_video_that_is_not_ready_is_nothing_to_watch(learner: User, subject: UUID, now: datetime) -> None:
    video = Video.objects.create(title="还在转码", uploaded_at=now)
    for video_id in (video.pk, video.pk + 1000):
        with pytest.raises(NothingToWatch):
            open_with_keys(learner_id=learner.pk, video_id=video_id, subject_uuid=subject, at=now)
    assert not WatchLease.objects.exists()


def test_opening_elsewhere_seals_and_closes_the_older_session(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    old = open_player()
    old.watch(20)
    new = open_player(about=uuid4(), at=now + timedelta(seconds=30))
    closed = WatchSession.objects.get(uuid=old.session.uuid)
    assert closed.close_reason == "taken_over"
    assert assert_all_agree(learner, subject) == (Span(0, 20_000),)
    late = old.beat(31, 25)
    assert (late.accepted, late.reason, late.counted_ms) == (False, "lease_lost", 20_000)
    assert WatchLease.objects.get(learner=learner).session_id == new.session.uuid
    assert LogRecord.objects.get(kind="player.session_closed").payload["reason"] == "taken_over"


def test_a_beat_received_before_the_takeover_and_judged_after_it_counts(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    """A reload: the old page's last beat and the request for the new page leave the browser together."""
    old = open_player()
    old.beat(2, 0)
    on_its_way = old.report(6, 4, leaving=True)
    open_player(at=now + timedelta(seconds=6))
    (reply,) = report_beats([on_its_way])
    assert (reply.accepted, reply.counted_ms) == (True, 4_000)
    assert assert_all_agree(learner, subject) == (Span(0, 4_000),)
    assert old.beat(7, 5).reason == "lease_lost"


def test_the_older_page_is_told_on_commit(
    open_player: OpenPlayer,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    old = open_player()
    with django_capture_on_commit_callbacks() as callbacks:
        open_player(at=now + timedelta(seconds=30))
    told = [callback for callback in callbacks if getattr(callback, "func", None) is notices.session_taken_over]
    assert [callback.args for callback in told] == [(old.session.uuid,)]  # type: ignore[attr-defined]  # a partial


def test_another_learners_session_is_left_alone(open_player: OpenPlayer, outsider: User) -> None:
    mine = open_player()
    open_player(by=outsider)
    assert mine.beat(2, 0).accepted


def test_server_time_of_the_older_session_is_not_given_out_again(
    open_player: OpenPlayer, learner: User, now: datetime
) -> None:
    """The second host's clock is a minute behind: no beat of it earns before the first session's time is over."""
    open_player().watch(40)
    behind = open_player(about=uuid4(), at=now - timedelta(seconds=20))
    behind.beat(2, 0)
    behind.beat(7, 1)
    assert behind.beat(60, 1, playing=False).counted_ms == 0
    behind.beat(70, 1)
    assert behind.beat(75, 6).counted_ms == 6_000


def test_the_same_second_never_pays_in_two_lessons(open_player: OpenPlayer, learner: User, now: datetime) -> None:
    for number in range(5):
        open_player(about=uuid4(), at=now + timedelta(seconds=10 * number)).watch(8, after=1)
    seal_stale(now + timedelta(hours=1))
    walls = [chunk.wall for chunk in WatchChunk.objects.order_by("wall")]
    assert len(walls) == 5
    for earlier, later in pairwise(walls):
        assert earlier.upper <= later.lower


def test_a_second_session_goes_on_where_the_first_stopped(
    open_player: OpenPlayer, learner: User, subject: UUID, now: datetime
) -> None:
    open_player().watch(60)
    again = open_player(at=now + timedelta(seconds=70))
    assert coverage_of(learner.pk, [subject])[subject].resume_ms == 60_000
    assert again.beat(2, 60).accepted
    assert again.beat(7, 65).counted_ms == 65_000


def test_whoever_leaves_closes_his_own_session_only(
    open_player: OpenPlayer, learner: User, outsider: User, subject: UUID, now: datetime
) -> None:
    player = open_player()
    player.watch(20)
    later = now + timedelta(seconds=25)
    assert not close_session(session_uuid=player.session.uuid, learner_id=outsider.pk, at=later)
    assert close_session(session_uuid=player.session.uuid, learner_id=learner.pk, at=later)
    assert not close_session(session_uuid=player.session.uuid, learner_id=learner.pk, at=later)
    assert assert_all_agree(learner, subject) == (Span(0, 20_000),)
    assert player.beat(30, 25).reason == "session_closed"


def test_coverage_of_many_subjects_is_one_query(open_player: OpenPlayer, learner: User, now: datetime) -> None:
    from django.test.utils import CaptureQueriesContext

    subjects = [uuid4() for _ in range(4)]
    for number, subject in enumerate(subjects):
        open_player(about=subject, at=now + timedelta(seconds=60 * number)).watch(10 * (number + 1))
    with CaptureQueriesContext(connection) as captured:
        facts = coverage_of(learner.pk, subjects)
    assert len(captured) == 1
    assert [facts[subject].counted_ms for subject in subjects] == [10_000, 20_000, 30_000, 40_000]


@pytest.mark.django_db(transaction=True)
def test_of_many_openings_at_once_exactly_one_stays_open() -> None:
    now = datetime(2026, 5, 9, 1, 30, tzinfo=UTC)
    learner = User.objects.create(username="racer", name="砖小明")
    video = make_video(now)
    failures: list[BaseException] = []

    def race(barrier: threading.Barrier) -> None:
        try:
            barrier.wait()
            open_with_keys(learner_id=learner.pk, video_id=video.pk, subject_uuid=uuid4(), at=now)
        except BaseException as error:  # noqa: BLE001 — shown below
            failures.append(error)
        finally:
            connection.close()

    for _ in range(5):
        barrier = threading.Barrier(8)
        racers = [threading.Thread(target=race, args=(barrier,)) for _ in range(8)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join()
        assert failures == []
        open_now = WatchSession.objects.get(learner=learner, closed_at__isnull=True)
        lease = WatchLease.objects.get(learner=learner)
        assert (lease.session_id, lease.token) == (open_now.uuid, open_now.token)
    assert WatchSession.objects.filter(learner=learner).count() == 40


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_what_a_beat_holds() -> None:
    from django.db import transaction

    now = datetime(2026, 5, 9, 1, 30, tzinfo=UTC)
    learner = User.objects.create(username="held", name="砖小明")
    subject = uuid4()
    session = open_with_keys(learner_id=learner.pk, video_id=make_video(now).pk, subject_uuid=subject, at=now)
    Player(session).watch(20)
    swept: list[int] = []

    def sweep() -> None:
        swept.append(seal_stale(now + timedelta(hours=1)))
        connection.close()

    with transaction.atomic():
        WatchSession.objects.select_for_update().get(uuid=session.uuid)
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join()
    sweep()
    assert swept == [0, 2]  # sealed, and closed
    assert covered(learner, subject).counted_ms == 20_000
