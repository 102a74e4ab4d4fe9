"""Questions about the media: when they are asked, what lets wait, and what three failures do."""

import hmac
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.policy import Policy
from player.domain.possession import (
    Answered,
    Possession,
    Question,
    after_beat,
    answer,
    asked,
    is_due,
    judge,
    segment_to_ask,
)
from player.domain.spans import Span

POLICY = Policy()
QUESTION = Question(bytes(16), 3)
OTHER = bytes(15) + b"\1"


def test_the_answer_is_an_hmac_over_the_segment_in_the_clear() -> None:
    assert answer(b"n" * 16, b"segment") == hmac.new(b"n" * 16, b"segment", sha256).digest()


@pytest.mark.parametrize(
    ("possession", "draw", "due"),
    [
        (Possession(), 0.99, True),  # the first media of a session is always asked about
        (Possession(proved=True), 0.049, True),
        (Possession(proved=True), 0.05, False),
        (Possession(proved=True, failures=1), 0.99, True),
        (Possession(proved=True, question=QUESTION), 0.0, False),
        (Possession(stopped=True), 0.0, False),
    ],
)
def test_when_a_question_is_due(possession: Possession, draw: float, due: bool) -> None:
    assert is_due(possession, draw=draw, policy=POLICY) is due
    assert not is_due(possession, draw=0.0, policy=Policy(question_every_beats=0))


def test_what_is_earned_waits_until_the_first_answer_and_while_a_question_is_open() -> None:
    possession = Possession()
    assert possession.holds
    possession, fate = judge(asked(possession, QUESTION), nonce=QUESTION.nonce, right=True, policy=POLICY)
    assert (fate, possession.holds, possession.proved) == (Answered.PASSED, False, True)
    assert asked(possession, QUESTION).holds


def test_three_wrong_answers_in_a_row_stop_the_session_and_a_right_one_begins_anew() -> None:
    possession = Possession(proved=True)
    for right in (False, False, True, False, False):
        possession, _ = judge(asked(possession, QUESTION), nonce=QUESTION.nonce, right=right, policy=POLICY)
    assert (possession.failures, possession.stopped) == (2, False)
    possession, fate = judge(asked(possession, QUESTION), nonce=QUESTION.nonce, right=False, policy=POLICY)
    assert (fate, possession.stopped) == (Answered.FAILED, True)


@pytest.mark.parametrize("possession", [Possession(), asked(Possession(), QUESTION), Possession(stopped=True)])
def test_an_answer_to_no_open_question_changes_nothing(possession: Possession) -> None:
    assert judge(possession, nonce=OTHER, right=True, policy=POLICY) == (possession, Answered.STALE)


def test_half_a_minute_of_beats_without_an_answer_is_a_failure() -> None:
    possession = asked(Possession(), QUESTION)
    for _ in range(5):
        possession = after_beat(possession, elapsed_ms=5_000, policy=POLICY)
    assert possession.question == replace(QUESTION, age_ms=25_000)
    possession = after_beat(possession, elapsed_ms=5_000, policy=POLICY)
    assert (possession.question, possession.failures) == (None, 1)


def test_a_cut_line_is_no_silence() -> None:
    possession = after_beat(asked(Possession(), QUESTION), elapsed_ms=90_000, policy=POLICY)
    for _ in range(18):  # the beats that waited arrive at once
        possession = after_beat(possession, elapsed_ms=10, policy=POLICY)
    assert possession.failures == 0


@given(st.integers(0, 39_000), st.integers(1, 15_000), st.floats(0, 1, exclude_max=True))
def test_the_segment_asked_about_was_played(start_ms: int, length_ms: int, draw: float) -> None:
    starts = tuple(range(0, 40_000, 4_000))
    number = segment_to_ask(starts, Span(start_ms, min(40_000, start_ms + length_ms)), draw)
    assert starts[number] < start_ms + length_ms
    assert starts[number] + 4_000 > start_ms


def test_what_is_earned_after_a_failure_waits_until_it_is_made_good() -> None:
    question = Question(bytes(16), 3)
    once_proved = Possession(proved=True, question=question)
    failed, fate = judge(once_proved, nonce=bytes(16), right=False, policy=Policy())
    assert (fate, failed.question, failed.holds) == (Answered.FAILED, None, True)
    again, _ = judge(asked(failed, question), nonce=bytes(16), right=True, policy=Policy())
    assert not again.holds
