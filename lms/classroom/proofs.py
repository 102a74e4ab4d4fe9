"""Showing presence without a camera: a one-time code to the phone with two questions, or a supervisor on site. Equal in rank.

A code and what it is for lie in the cache for ten minutes, as digests; nothing of them is in a table or a log.
"""

import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from analytics.learning_log.actions import append
from content.queries import LessonFacts, points_taught_elsewhere
from lms.accounts.limits import count_within
from lms.accounts.queries import contact_of, names_of
from lms.classroom.domain.questions import Question, draw
from lms.notices.actions import send
from lms.notices.kinds import ONE_TIME_CODE
from lms.organisations.queries import may_see_person
from proctoring import actions as faces
from proctoring.queries import holds_of, latest_session, standing

if TYPE_CHECKING:
    from lms.accounts.models import User

MINUTES = 10
MOST_ATTEMPTS = 3
MOST_CODES_AN_HOUR = 5
MOST_VOUCHINGS = 30  # in ten minutes: a supervisor of a whole class, not a guesser
BETWEEN_CODES_SECONDS = 60


class ProofRefused(Exception):
    """`code` says why: no_phone, too_soon, too_many, no_code, wrong, nothing_waits, not_known, not_yours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OpenProof:
    """A code that was sent and waits for its answer."""

    questions: tuple[Question, ...]
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Vouching:
    """Whom a supervisor would confirm."""

    learner_id: int
    learner_name: str
    lesson_uuid: UUID


def send_code(*, learner: "User", lesson: LessonFacts, at: datetime) -> None:
    """Send a one-time code to the learner's phone, and draw the two questions that go with it. Raises ProofRefused."""
    if not contact_of(learner.pk).phone:
        raise ProofRefused("no_phone")
    if not cache.add(f"presence-code-soon:{learner.pk}", 1, BETWEEN_CODES_SECONDS):
        raise ProofRefused("too_soon")
    if count_within(f"presence-code-hour:{learner.pk}", seconds=3600) > MOST_CODES_AN_HOUR:
        raise ProofRefused("too_many")
    code = f"{secrets.randbelow(1_000_000):06d}"
    kept = {"digest": _digest(code), "seed": secrets.token_hex(16), "left": MOST_ATTEMPTS, "drawn_ms": _ms(at)}
    cache.set(_key(learner.pk, lesson.uuid), kept, MINUTES * 60)
    send(
        person_id=learner.pk,
        kind=ONE_TIME_CODE,
        params={"code": code, "minutes": MINUTES},
        key=f"presence-code:{secrets.token_hex(8)}",
        at=at,
    )


def open_proof(*, learner: "User", lesson: LessonFacts) -> OpenProof | None:
    """Return the questions that go with the code that was sent; None when none was, or its time is over."""
    kept: dict[str, Any] | None = cache.get(_key(learner.pk, lesson.uuid))
    if kept is None:
        return None
    return OpenProof(draw(kept["seed"], lesson.key_points, points_taught_elsewhere(lesson.uuid)), kept["left"])


def prove_by_code(*, learner: "User", lesson: LessonFacts, code: str, answers: list[int], at: datetime) -> int:
    """Compare code and answers; release what waits of this lesson. Returns how much waited. Raises ProofRefused."""
    key = _key(learner.pk, lesson.uuid)
    kept: dict[str, Any] | None = cache.get(key)
    found = open_proof(learner=learner, lesson=lesson)
    if kept is None or found is None:
        raise ProofRefused("no_code")
    right = hmac.compare_digest(kept["digest"], _digest(code.strip()))
    right &= answers == [question.right for question in found.questions]
    if "drawn_ms" in kept:  # not of a code that was sent before an upgrade
        _tell_answer(learner, lesson, took_ms=_ms(at) - int(kept["drawn_ms"]), right=right, at=at)
    if not right:
        kept["left"] -= 1
        if kept["left"] <= 0:
            cache.delete(key)
            raise ProofRefused("no_code")
        kept["seed"] = secrets.token_hex(16)  # other questions: the same again would be answered by exclusion
        kept["drawn_ms"] = _ms(at)
        cache.set(key, kept, MINUTES * 60)
        raise ProofRefused("wrong")
    cache.delete(key)
    return _release(learner_id=learner.pk, lesson_uuid=lesson.uuid, way="phone", by=learner, at=at)


def what_waits(learner_id: int, lesson_uuid: UUID) -> bool:
    """Say whether a check waits, or time is held that the learner may still release."""
    if any(held.self_open for held in holds_of(learner_id, lesson_uuid)):
        return True
    session_uuid = latest_session(learner_id, lesson_uuid)
    found = standing(session_uuid, learner_id) if session_uuid else None
    return found is not None and found.check is not None


def make_vouching_code(*, learner: "User", lesson_uuid: UUID) -> str:
    """Return six digits that the learner shows to a supervisor on site; an earlier one is void."""
    before = cache.get(f"presence-vouch-of:{learner.pk}")
    if before:
        cache.delete(f"presence-vouch:{before}")
    code = f"{secrets.randbelow(1_000_000):06d}"
    cache.set(f"presence-vouch:{_digest(code)}", {"learner": learner.pk, "lesson": str(lesson_uuid)}, MINUTES * 60)
    cache.set(f"presence-vouch-of:{learner.pk}", _digest(code), MINUTES * 60)
    return code


def find_vouching(*, code: str, by: "User") -> Vouching:
    """Return whom a code is of, for somebody who may see this person and is not this person. Raises ProofRefused."""
    if count_within(f"presence-vouch-guesses:{by.pk}", seconds=600) > MOST_VOUCHINGS:
        raise ProofRefused("too_many")
    kept = cache.get(f"presence-vouch:{_digest(code.strip())}")
    if kept is None:
        raise ProofRefused("not_known")
    if kept["learner"] == by.pk:
        raise ProofRefused("not_yours")
    if not by.has_perm("proctoring.vouch_hold") or not may_see_person(by, kept["learner"], on=timezone.localdate()):
        raise ProofRefused("not_yours")
    name = names_of([kept["learner"]]).get(kept["learner"], "")
    return Vouching(kept["learner"], name, UUID(kept["lesson"]))


def vouch(*, code: str, by: "User", at: datetime) -> int:
    """Confirm that the person sits here: release what waits. Returns how much waited. Raises ProofRefused."""
    found = find_vouching(code=code, by=by)
    cache.delete(f"presence-vouch:{_digest(code.strip())}")
    return _release(learner_id=found.learner_id, lesson_uuid=found.lesson_uuid, way="supervisor", by=by, at=at)


@transaction.atomic
def _tell_answer(learner: "User", lesson: LessonFacts, *, took_ms: int, right: bool, at: datetime) -> None:
    """File how long an answer took, right or wrong: a script is quick and even, and auditors can see that."""
    append(
        kind="classroom.questions_answered",
        actor_id=learner.pk,
        learner_id=learner.pk,
        subject=str(lesson.uuid),
        happened_at=at,
        payload={"took_ms": max(0, took_ms), "right": right},
    )


def _release(*, learner_id: int, lesson_uuid: UUID, way: str, by: "User", at: datetime) -> int:
    released = 0
    session_uuid = latest_session(learner_id, lesson_uuid)
    found = standing(session_uuid, learner_id) if session_uuid else None
    if found is not None and found.check is not None:
        faces.prove_check(check_uuid=found.check.check_uuid, learner_id=learner_id, way=way, by=by, at=at)
        released += 1
    for held in holds_of(learner_id, lesson_uuid):
        if held.is_held and at < held.self_until:
            released += 1
            with suppress(faces.HoldClosed):  # those of one session go together
                faces.release_by_word(hold_uuid=held.uuid, learner_id=learner_id, way=way, by=by, at=at)
    if not released:
        raise ProofRefused("nothing_waits")
    return released


def _key(learner_id: int, lesson_uuid: UUID) -> str:
    return f"presence-code:{learner_id}:{lesson_uuid}"


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _digest(code: str) -> str:
    return hmac.new(settings.INDEX_KEY.encode(), f"presence {code}".encode(), hashlib.sha256).hexdigest()
