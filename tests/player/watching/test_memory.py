"""What a process remembers of its sessions saves reading them, and changes no answer: other processes write them as well."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.accounts.models import User
from player.domain.spans import Span
from player.models import Coverage, WatchSession
from player.watching.actions import Memory, Reply, close_session, release_key, report_beats, writing
from tests.player.watching.conftest import Player

pytestmark = pytest.mark.django_db


@pytest.fixture
def player(open_player: Callable[..., Player]) -> Player:
    return open_player()


@pytest.fixture
def memory() -> Memory:
    return Memory()


def send(player: Player, after: float, position: float, memory: Memory | None, **declared: bool) -> Reply:
    return report_beats([player.report(after, position, **declared)], memory=memory)[0]


def test_a_known_session_is_written_without_being_read(player: Player, memory: Memory) -> None:
    send(player, 1, 0, memory)
    send(player, 6, 5, memory)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        reply = send(player, 11, 10, memory)
    assert reply.counted_ms == 10_000
    assert not [query for query in queries if "FOR UPDATE" in query["sql"]]


def test_what_another_process_wrote_is_read_again(player: Player, memory: Memory) -> None:
    send(player, 1, 0, memory)
    send(player, 6, 5, memory)
    send(player, 11, 10, None)  # through the other process
    reply = send(player, 16, 15, memory)
    assert (reply.accepted, reply.counted_ms, reply.spans) == (True, 15_000, ((10_000, 15_000),))


def test_a_beat_that_is_behind_is_told_where_the_session_stands(player: Player, memory: Memory) -> None:
    send(player, 1, 0, memory)
    send(player, 6, 5, None)
    late = player.report(11, 10)
    player.report(12, 11)
    report_beats([late], memory=None)
    reply = send(player, 17, 16, memory)  # one number was left out
    assert (reply.reason, reply.expected_seq) == ("wrong_seq", 4)
    assert reply.last_mac == late.beat.mac.hex()


def test_a_session_closed_elsewhere_earns_nothing(player: Player, memory: Memory, now: datetime) -> None:
    send(player, 1, 0, memory)
    send(player, 6, 5, memory)
    at = now + timedelta(seconds=7)
    assert close_session(session_uuid=player.session.uuid, learner_id=player.session.learner_id, at=at)
    reply = send(player, 11, 10, memory)
    assert (reply.reason, reply.counted_ms) == ("session_closed", 5_000)


def test_a_key_given_between_two_beats_is_seen(player: Player, memory: Memory, now: datetime) -> None:
    session = WatchSession.objects.filter(uuid=player.session.uuid)
    session.update(opened=())
    send(player, 1, 0, memory)
    at = now + timedelta(seconds=2)
    release_key(session_uuid=player.session.uuid, learner_id=player.session.learner_id, stretch=0, at=at)
    assert send(player, 6, 5, memory).counted_ms == 5_000


def test_coverage_that_another_session_added_is_not_counted_again(player: Player, memory: Memory) -> None:
    send(player, 1, 0, memory)
    send(player, 6, 5, memory)
    Coverage.objects.update(spans=(Span(0, 8_000),), counted_ms=8_000)  # a late beat of a former page
    reply = send(player, 11, 10, memory)
    assert (reply.counted_ms, reply.credited_ms, reply.spans) == (10_000, 2_000, ((8_000, 10_000),))


def test_the_last_beat_again_is_answered_without_the_database(player: Player, memory: Memory) -> None:
    report = player.report(1, 0)
    (reply,) = report_beats([report], memory=memory)
    with CaptureQueriesContext(connection) as queries:
        assert memory.repeated(report) == reply
    assert len(queries) == 0
    send(player, 6, 5, memory)
    assert memory.repeated(report) is None, "only the last one"


def test_a_repeat_of_another_learner_or_content_is_not_answered(player: Player, memory: Memory, outsider: User) -> None:
    report = player.report(1, 0)
    report_beats([report], memory=memory)
    strange = report.__class__(report.session_uuid, outsider.pk, report.beat, report.received_at_ms)
    assert memory.repeated(strange) is None
    assert memory.repeated(player.report(1, 0)) is None


def test_a_failed_writing_leaves_nothing_known(player: Player, memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    send(player, 1, 0, memory)
    report = player.report(6, 5)
    with monkeypatch.context() as broken:
        for name in ("REMEMBER_OFTEN", "REMEMBER_ALL"):
            sound: str = getattr(writing, name)
            broken.setattr(writing, name, sound.replace("s.version + 1", "s.version / 0"))
        with pytest.raises(Exception, match="division by zero"):
            report_beats([report], memory=memory)
    (reply,) = report_beats([report], memory=memory)
    assert reply.counted_ms == 5_000


def test_it_forgets_the_oldest(open_player: Callable[..., Player], learner: User, outsider: User) -> None:
    small, players = Memory(most=1), [open_player(by=learner), open_player(by=outsider)]
    reports = [player.report(1, 0) for player in players]
    for report in reports:
        report_beats([report], memory=small)
    assert [small.repeated(report) is None for report in reports] == [True, False]
    assert small.take([report.session_uuid for report in reports]).keys() == {reports[1].session_uuid}


def test_two_sessions_of_one_coverage_see_what_each_other_adds(
    open_player: Callable[..., Player], memory: Memory, now: datetime
) -> None:
    former = open_player()
    send(former, 1, 0, memory)
    on_its_way = former.report(6, 5)
    following = open_player(at=now + timedelta(seconds=6.5))
    send(following, 1, 2, memory)
    replies = report_beats([on_its_way, following.report(6, 7)], memory=memory)
    assert [reply.counted_ms for reply in replies] == [5_000, 7_000]
    assert replies[1].spans == ((5_000, 7_000),)
