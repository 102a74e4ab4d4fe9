"""Questions about the media: what waits for the answer, what a wrong one costs, what an honest player keeps."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from player.domain.policy import Policy
from player.domain.possession import answer
from player.domain.spans import Span
from player.domain.stretch_keys import encrypt_segment
from player.models import Video, WatchRefusal, WatchSession
from player.videos import media_store
from player.watching import evidence
from player.watching.actions import CannotProve, Opener, ProofReport, Reply, open_session, report_beats, seal_stale
from player.watching.protocol import Proof
from tests.player.watching.conftest import Player, assert_all_agree, covered, open_with_keys

NEVER, ALWAYS = (lambda: 0.99), (lambda: 0.0)


@pytest.fixture
def player(learner: User, video: Video, subject: UUID, now: datetime) -> Player:
    """A session of a policy that asks; it has its keys."""
    return Player(
        open_with_keys(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=now, policy=Policy())
    )


def beat(player: Player, after: float, position: float, draw: Callable[[], float] = NEVER, **declared: bool) -> Reply:
    return report_beats([player.report(after, position, **declared)], draw=draw)[0]


def prove(player: Player, asked: Reply, *, right: bool = True, nonce: str = "") -> Reply:
    session = player.session
    report = ProofReport(session.uuid, session.learner_id, bytes.fromhex(nonce or asked.ask_nonce), right, 0)
    return report_beats([report])[0]


def test_nothing_counts_before_the_first_answer_and_all_of_it_after(
    player: Player, learner: User, subject: UUID
) -> None:
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    assert (asked.accepted, asked.credited_ms, asked.pending_ms, asked.furthest_ms) == (True, 0, 5_000, 5_000)
    assert len(asked.ask_nonce) == 32
    assert beat(player, 12, 10).pending_ms == 10_000
    assert covered(learner, subject).counted_ms == 0
    told = prove(player, asked)
    assert (told.answered, told.credited_ms, told.counted_ms, told.pending_ms) == ("passed", 10_000, 10_000, 0)
    assert told.spans == ((0, 10_000),)
    assert beat(player, 17, 15).credited_ms == 5_000
    assert tuple(covered(learner, subject).spans) == (Span(0, 15_000),)


def test_keys_are_paced_by_what_counts_not_by_what_waits(player: Player, learner: User, subject: UUID) -> None:
    beat(player, 2, 0)
    for after in range(7, 40, 5):
        beat(player, after, after - 2)
    assert covered(learner, subject).counted_ms == 0


def test_about_one_beat_in_twenty_is_followed_by_a_question(player: Player) -> None:
    beat(player, 2, 0)
    prove(player, beat(player, 7, 5))
    assert beat(player, 12, 10, draw=NEVER).ask_nonce == ""
    assert beat(player, 17, 15, draw=ALWAYS).ask_nonce != ""


def test_the_segment_asked_about_was_just_played(player: Player) -> None:
    beat(player, 2, 0)
    assert beat(player, 7, 5).ask_segment in {0, 1}


def test_three_wrong_answers_stop_the_session_and_what_waited_is_refused(
    player: Player, learner: User, subject: UUID
) -> None:
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    for _ in range(2):
        asked = prove(player, asked, right=False)
        assert (asked.answered, asked.ask_nonce != "") == ("failed", True)
    assert prove(player, asked, right=False).ask_nonce == ""
    refused = beat(player, 12, 10)
    assert (refused.accepted, refused.reason, refused.pending_ms) == (False, "no_media_proof", 0)
    assert covered(learner, subject).counted_ms == 0
    row = WatchRefusal.objects.get(reason="no_media_proof")
    assert tuple(row.spans) == (Span(0, 5_000),)


def test_silence_stops_the_session_as_well(player: Player, learner: User, subject: UUID) -> None:
    reasons = [beat(player, 2 + after, after).reason for after in range(0, 130, 5)]
    assert reasons[:10] == [""] * 10
    assert reasons[-1] == "no_media_proof"
    assert covered(learner, subject).counted_ms == 0


def test_a_right_answer_after_two_wrong_ones_loses_nothing(player: Player, learner: User, subject: UUID) -> None:
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    for _ in range(2):
        asked = prove(player, asked, right=False)
    beat(player, 12, 10)
    assert prove(player, asked).counted_ms == 10_000
    assert WatchSession.objects.get().proof_failures == 0


def test_an_answer_to_another_question_changes_nothing(player: Player) -> None:
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    assert prove(player, asked, nonce="00" * 16).answered == "stale"
    assert prove(player, asked).answered == "passed"
    assert prove(player, asked).answered == "stale"


def test_a_stranger_answers_nothing(player: Player, outsider: User) -> None:
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    nonce = bytes.fromhex(asked.ask_nonce)
    strangers = [ProofReport(player.session.uuid, outsider.pk, nonce, True, 0), ProofReport(uuid4(), 1, nonce, True, 0)]
    assert [reply.answered for reply in report_beats(strangers)] == ["stale", "stale"]
    assert WatchSession.objects.get().question_nonce == asked.ask_nonce


def test_a_session_that_ends_unproved_leaves_its_time_uncounted(
    player: Player, learner: User, subject: UUID, now: datetime
) -> None:
    beat(player, 2, 0)
    beat(player, 7, 5, leaving=True)
    seal_stale(now + timedelta(hours=1))
    assert covered(learner, subject).counted_ms == 0
    assert tuple(WatchRefusal.objects.get().spans) == (Span(0, 5_000),)
    record = LogRecord.objects.get(kind="player.watching_refused")
    assert (record.payload["reason"], record.payload["refused_ms"]) == ("no_media_proof", 5_000)


def test_a_session_that_had_proved_itself_keeps_what_waits_when_it_ends(
    player: Player, learner: User, subject: UUID, now: datetime
) -> None:
    beat(player, 2, 0)
    prove(player, beat(player, 7, 5))
    assert beat(player, 12, 10, draw=ALWAYS).ask_nonce
    assert beat(player, 15, 13, playing=False, leaving=True).pending_ms == 3_000
    seal_stale(now + timedelta(hours=1))
    assert assert_all_agree(learner, subject) == (Span(0, 13_000),)


def test_a_browser_without_bytes_is_let_in_only_where_the_rules_say_so(
    learner: User, video: Video, subject: UUID, now: datetime
) -> None:
    with pytest.raises(CannotProve):
        open_session(learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=now, opener=Opener(native=True))
    session = open_with_keys(
        learner_id=learner.pk, video_id=video.pk, subject_uuid=subject, at=now, policy=Policy(allow_native=True)
    )
    WatchSession.objects.filter(uuid=session.uuid).update(native=True, proved=True)
    player = Player(session)
    beat(player, 2, 0)
    told = beat(player, 7, 5, draw=ALWAYS)
    assert (told.ask_nonce, told.counted_ms) == ("", 5_000)


def test_an_answer_is_judged_by_the_segment_in_the_store(
    player: Player, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = b"G" * 188
    monkeypatch.setattr(media_store, "read", lambda *_: sealed_of(plain, player))
    beat(player, 2, 0)
    asked = beat(player, 7, 5)
    nonce = bytes.fromhex(asked.ask_nonce)

    def judged(hmac: bytes, code: str = "360") -> bool:
        proof = Proof(nonce, asked.ask_segment, code, hmac)
        return evidence.checked(proof, session_uuid=player.session.uuid, learner_id=learner.pk, received_at_ms=0).right

    assert judged(answer(nonce, plain))
    assert not judged(answer(nonce, plain + b"G"))
    assert not judged(answer(nonce, plain), code="1080")
    assert not judged(b"")


def sealed_of(plain: bytes, player: Player) -> bytes:
    """Return a segment as it lies in the store: the one that is asked about."""
    segment = WatchSession.objects.get(uuid=player.session.uuid).question_segment
    return encrypt_segment(bytes(range(32)), code="360", segment=segment, plain=plain)
