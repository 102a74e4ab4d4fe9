"""Answers that no person gives, and faces in two accounts: found as leads, and honest persons let alone."""

import math
import random
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from analytics.audit.leads import Lead, leads
from analytics.learning_log import actions
from analytics.learning_log.actions import Draft
from analytics.learning_log.models import LogRecord
from lms.accounts.models import User
from tests.analytics.conftest import Append

pytestmark = pytest.mark.django_db
Dice = random.Random
SESSIONS = 200
SCRIPTS, PERSONS = 1_000, 2_000  # the first learner of each


def at_once(dice: Dice) -> list[float]:
    """As fast as the line is."""
    return [dice.uniform(80, 900) for _ in range(dice.randrange(4, 14))]


def like_a_clock(dice: Dice) -> list[float]:
    """Waits as long as a person might, and always as long."""
    delay = dice.uniform(3_000, 25_000)
    return [delay + dice.uniform(20, 400) for _ in range(dice.randrange(8, 16))]


def with_a_little_chance(dice: Dice) -> list[float]:
    """Adds up to a tenth, either way."""
    delay = dice.uniform(5_000, 25_000)
    return [delay * dice.uniform(0.9, 1.1) for _ in range(dice.randrange(8, 16))]


def with_one_slow_line(dice: Dice) -> list[float]:
    """Like a clock, but for one answer that the network held up."""
    delay = dice.uniform(4_000, 25_000)
    steady = [delay + dice.uniform(0, 300) for _ in range(11)]
    return [*steady, steady[0] * dice.uniform(2, 6)]


RESPONDERS = (at_once, like_a_clock, with_a_little_chance, with_one_slow_line)


def person(dice: Dice) -> list[float]:
    """Somebody who fetches the phone, reads, thinks: quick or slow by nature, and differently each time."""
    usual, uneven = math.log(dice.uniform(9_000, 60_000)), dice.uniform(0.28, 0.7)
    return [max(4_000.0, math.exp(dice.gauss(usual, uneven))) for _ in range(dice.randrange(3, 16))]


def answer(learner: int, times: list[float], at: datetime) -> None:
    """Let a learner answer questions in these times."""
    drafts = [
        Draft(
            kind="classroom.questions_answered",
            actor_id=learner,
            learner_id=learner,
            happened_at=at,
            payload={"took_ms": round(took), "right": True},
        )
        for took in times
    ]
    with transaction.atomic():
        actions.append_many(drafts)


def found() -> tuple[Lead, ...]:
    return leads(LogRecord.objects.latest("pk").recorded_at + timedelta(seconds=1))


@pytest.mark.parametrize("seed", [1, 2])
def test_scripts_that_answer_are_found_and_persons_are_not(
    monkeypatch: pytest.MonkeyPatch, now: datetime, seed: int
) -> None:
    """At least 95 of a hundred made scripted sessions, at most one of a hundred made persons; 200 of each."""
    monkeypatch.setattr("analytics.learning_log.queries.patterns.MOST", 2 * SESSIONS)
    dice = random.Random(seed)  # noqa: S311 — repeatable, not secret
    for number in range(SESSIONS):
        answer(SCRIPTS + number, RESPONDERS[number % len(RESPONDERS)](dice), now)
        answer(PERSONS + number, person(dice), now)
    suspects = {learner for lead in found() if lead.kind in {"hasty", "even"} for learner in lead.pattern.persons}
    scripts = {learner for learner in suspects if learner < PERSONS}
    assert len(scripts) >= SESSIONS * 0.95
    assert len(suspects - scripts) <= SESSIONS * 0.01


def check(append: Append, learner: int, asked_at: datetime, seconds: float, state: str = "passed") -> LogRecord:
    named = {"session_uuid": str(uuid4()), "counterpart_uuid": "", "check_uuid": str(uuid4())}
    append(
        kind="proctoring.check_asked",
        learner_id=learner,
        happened_at=asked_at,
        payload={**named, "number": 1, "due_ms": 1},
    )
    return append(
        kind="proctoring.check_ended",
        learner_id=learner,
        happened_at=asked_at + timedelta(seconds=seconds),
        payload={**named, "state": state},
    )


def test_checks_that_are_passed_like_clockwork_are_a_lead(append: Append, now: datetime) -> None:
    last = [check(append, 71, now + timedelta(minutes=20 * n), 9 + 0.1 * n) for n in range(8)]
    for n, seconds in enumerate((8, 31, 14, 22, 11, 45, 17, 26)):
        check(append, 72, now + timedelta(minutes=20 * n), seconds)
        check(append, 73, now + timedelta(minutes=20 * n), 60, "missed")  # silence is always as long
    (lead,) = found()
    assert (lead.kind, lead.pattern.persons, lead.pattern.amount) == ("even", (71,), 8)
    assert lead.pattern.share_percent < 20
    assert set(lead.pattern.records) == {row.pk for row in last}


def test_two_ways_of_answering_are_not_mixed(append: Append, now: datetime) -> None:
    for n in range(8):
        check(append, 71, now + timedelta(minutes=20 * n), 9 + 0.1 * n)
    answer(71, [30_000, 61_000, 22_000], now)
    assert [lead.kind for lead in found()] == ["even"]


def test_seven_alike_or_two_hasty_answers_are_not_enough(now: datetime) -> None:
    answer(81, [10_000.0] * 7, now)
    answer(82, [500, 2_900, 3_100, 30_000], now)
    assert found() == ()


def case(append: Append, one: int, other: int, score: int, finding: str = "") -> list[int]:
    uuid = str(uuid4())
    rows = [
        append(
            kind="proctoring.case_opened",
            learner_id=one,
            payload={"case_uuid": uuid, "other_id": other, "score": score, "model": "arcface"},
        )
    ]
    if finding:
        rows.append(
            append(kind="proctoring.case_closed", learner_id=one, payload={"case_uuid": uuid, "finding": finding})
        )
    return [row.pk for row in rows]


def test_one_face_in_two_accounts_is_a_lead_until_a_person_has_found_two(
    append: Append, client: Client, auditor: User
) -> None:
    waits, same = case(append, 91, 92, 930), case(append, 93, 94, 880, "same")
    case(append, 95, 96, 990, "different")
    case(append, 97, 98, 990, "twin")
    case(append, 99, 100, 700)
    ranked = found()
    assert [(lead.kind, lead.pattern.persons, list(lead.pattern.records)) for lead in ranked] == [
        ("alike_faces", (93, 94), same),
        ("alike_faces", (91, 92), waits),
    ]
    assert [lead.pattern.amount for lead in ranked] == [88, 93]
    client.force_login(auditor)
    page = client.get(reverse("audit:leads")).content.decode()
    assert "两个账号的面容相近 93 %，尚未查看" in page and "两个账号经人工查看为同一人，面容相近 88 %" in page
    assert reverse("audit:record", args=[waits[0]]) in page


def test_the_page_says_what_was_quick_and_what_was_even(now: datetime, client: Client, auditor: User) -> None:
    answer(81, [300, 500, 2_900, 9_000], now)
    answer(82, [12_000 + 50.0 * n for n in range(8)], now)
    client.force_login(auditor)
    page = client.get(reverse("audit:leads")).content.decode()
    assert "不到三秒就作答：3 次，占 75 %" in page
    assert "作答用时几乎一样：8 次，相差不到 2 %" in page
